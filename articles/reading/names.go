package reading

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// kind is the kind of an element according to its names.
type kind int

const (
	tool    kind = iota // buttons, menus, lists of links: it has no prose, so that one with prose is something else
	box                 // a box beside the piece, which may have prose: "about the author", a newsletter's form
	replies             // words of readers, below the piece
)

// cutWords are the names of elements that are not the piece. Each is a habit of many
// sites; a word that is also a subject ("social policy", "market share") counts only
// where the element's content agrees, see [piece.isOther].
var cutWords = map[string]kind{
	"share": tool, "sharing": tool, "shares": tool, "sharebar": tool, "sharedaddy": tool, "social": tool, "socials": tool, "socialshare": tool, "addthis": tool, "addtoany": tool, "a2a": tool,
	"jp": tool, "jetpack": tool, "breadcrumb": tool, "breadcrumbs": tool, "pagination": tool, "paginav": tool, "pager": tool, "navbar": tool, "navigation": tool, "nav": tool, "menu": tool,
	"offcanvas": tool, "topbar": tool, "toolbar": tool, "skip": tool, "skiplink": tool, "toc": tool, "rating": tool, "ratings": tool, "carousel": tool, "slider": tool,
	"btn": tool, "button": tool, "buttons": tool, "print": tool, "printonly": tool, "noprint": tool, "tags": tool, "tagcloud": tool, "taglist": tool, "taxonomy": tool,
	"byline": tool, "bylines": tool, "dateline": tool, "readingtime": tool, "rail": tool, "feedback": tool, "widget": tool, "widgets": tool,
	"recommendations": tool, "recommendation": tool,
	"ad": tool, "ads": tool, "promotion": tool, "sponsor": tool, "sponsored": tool, "subscription": tool,

	"related": box, "relatedposts": box, "relatedarticles": box, "readnext": box, "outbrain": box, "taboola": box, "newsletter": box, "subscribe": box, "signup": box, "mailchimp": box, "mc4wp": box,
	"optin": box, "cta": box, "promo": box, "advert": box, "advertisement": box, "advertising": box, "adsense": box, "cookie": box, "cookies": box, "consent": box, "gdpr": box,
	"popup": box, "modal": box, "overlay": box, "lightbox": box, "paywall": box, "masthead": box, "donate": box, "donation": box, "copyright": box, "colophon": box, "authorbox": box,
	"author": box, "authors": box, "bio": box, "biography": box, "sitefooter": box, "siteheader": box, "recommended": box, "popular": box, "trending": box, "latest": box, "contributors": box, "contact": box, "contacts": box, "eventlist": box,
	"sidebar": box, "sidebars": box, "sidenav": box, "footer": box,

	"comment": replies, "comments": replies, "commentlist": replies, "respond": replies, "disqus": replies, "webmention": replies, "webmentions": replies,
}

// cutWord is the name that says most clearly that an element is not the piece; empty if
// none does.
func cutWord(words []string) (word string, k kind) {
	for i, w := range words {
		prev, next := "", ""
		if i > 0 {
			prev = words[i-1]
		}
		if i+1 < len(words) {
			next = words[i+1]
		}
		if isCutPair(w, next) {
			return w + " " + next, box
		}
		known, is := cutWords[w]
		switch {
		case !is || meansOther(prev, w, next):
		case known != tool:
			return w, known
		case word == "":
			word, k = w, known
		}
	}
	return word, k
}

// meansOther tells whether the words beside a name give it another meaning.
func meansOther(prev, w, next string) bool {
	switch w {
	case "jp":
		return next != "relatedposts"
	case "skip":
		return next != "link" && next != "to"
	case "slider", "carousel":
		return prev == "article"
	case "print":
		return prev == "no" || prev == "label" || prev == "overflow"
	case "nav":
		return prev == "md" || prev == "lg" || prev == "sm" || prev == "xs"
	case "sidebar", "sidebars", "sidenav", "rail":
		return prev == "with" || prev == "has" || prev == "no" || next == "right" || next == "left" || next == "none"
	case "ad":
		return next == "hoc"
	case "comment", "comments":
		return next == "on" || slices.Contains([]string{"expert", "experts", "editor", "editors", "analyst", "policy", "our", "guest"}, prev)
	case "author", "authors":
		return slices.Contains([]string{"content", "text", "essay", "column", "note", "commentary", "letter", "article", "piece"}, next)
	}
	return false
}

func isCutPair(first, second string) bool {
	switch first + " " + second {
	case "most read", "most popular", "most viewed", "most recent", "most shared", "more from", "more stories", "more articles", "more posts", "more news", "more in", "more on", "more like",
		"recent posts", "recent articles", "recent news", "recent entries", "recent stories", "you may", "you might", "about author", "about authors",
		"post navigation", "post nav", "post tags", "post meta", "post share", "post footer", "post author", "post byline", "post date", "post info", "post views", "entry footer", "entry meta", "entry tags", "entry utility",
		"article footer", "article tags", "article meta", "article share", "article byline", "article author", "article info", "article date", "reading time", "back to", "also like", "also read", "upcoming events", "card grid", "card list", "card deck",
		"widget area", "mailing list", "sign up", "keep reading", "up next", "read next", "read also", "member cta", "follow us", "meta info", "node meta", "node links", "node submitted":
		return true
	}
	return false
}

// group are the elements of a page that one word would cut.
type group struct {
	nodes []*html.Node
	prose int
	kind  kind
	word  string
}

// isNamed tells whether a word is a whole class or id of an element, and not a part of one.
func isNamed(n *html.Node, word string) bool {
	switch word {
	case "biography", "contributors", "latest", "popular", "contact": // which may be sections
		return false
	}
	return hasWord(attribute(n, "class"), word) || strings.EqualFold(attribute(n, "id"), word)
}

// cutNamed removes elements whose names say that they are not the piece.
func (p *piece) cutNamed() {
	groups := map[string]*group{}
	var order []string
	for n := range p.descend(p.body) {
		switch n.DataAtom {
		case atom.Article, atom.Main, atom.Blockquote, atom.Table, atom.Tr, atom.Td, atom.Em, atom.Strong, atom.Img, atom.Sup:
			continue
		}
		word, k := cutWord(p.names(n))
		if strings.HasPrefix(attribute(n, "class"), "widget") { // WordPress's; page builders put words before
			k = box
		}
		if word == "" || p.guarded(n) {
			continue
		}
		g := groups[word]
		if g == nil {
			g = &group{kind: k, word: word}
			groups[word] = g
			order = append(order, word)
		}
		if last := len(g.nodes) - 1; last < 0 || !p.contains(g.nodes[last], n) {
			g.nodes = append(g.nodes, n)
			g.prose += p.prose(n)
		}
	}
	for _, word := range order {
		p.cutGroup(groups[word])
	}
}

// cutGroup removes the elements of a group, unless they are the text itself: page
// builders give one name to every block of a page.
func (p *piece) cutGroup(g *group) {
	if g.prose*100 > p.areaSize*40 {
		enough := anArticle
		if g.word == "comments" || len(g.nodes) >= 3 {
			enough = fewLetters
		}
		if g.kind != replies || p.proseBefore(g.nodes[0]) < enough {
			return
		}
	}
	if g.kind == replies && g.prose > 0 && p.proseBehind(g.nodes[len(g.nodes)-1])*100 > p.areaSize*20 {
		return // readers have the last word, not the first
	}
	for _, n := range g.nodes {
		if p.guarded(n) || g.kind == tool && p.hasSentences(n) || g.kind == box && !isNamed(n, g.word) && p.isInText(n) {
			continue
		}
		p.remove(n)
	}
}

// anArticle is how many letters of prose a text has at least, if it is to be the piece
// and the elements below it are not.
// With clear words for comments below it, it has fewLetters.
const (
	anArticle  = 300
	fewLetters = 100
)

// invites are sentences of buttons and boxes.
var invites = regexp.MustCompile(`(?i)^\W*(subscribe|sign ?up|join (us|our|the)|follow us|share (this|it|on)|donate|support (us|our)|get (the|our)|like this|(did you )?enjoy(ed)? |read more|advertise|we use cookies|(this|our) (web)?site uses|by (clicking|continuing|subscribing)|was this|how (useful|helpful)|please rate)`)

// hasSentences tells text from buttons and links: a paragraph of it, outside of links.
func (p *piece) hasSentences(n *html.Node) bool {
	linked, _ := p.links(n)
	if prose := p.prose(n); prose < 40 || linked*100 > p.text(n)*40 {
		return false
	}
	for _, r := range p.runsOf(n) {
		if r.links == 0 && (len(r.text) >= 100 || len(r.text) >= 60 && endsSentence(r.text)) && !invites.MatchString(r.text) {
			return true
		}
	}
	return false
}

// boxTalk is said in boxes beside a text, and in boxes only.
var boxTalk = regexp.MustCompile(`(?i)\b(newsletters?|subscrib\w+|sign ?up|inbox|our cookies|uses? cookies|donat(e|ion)s? (now|today|to us)|log ?in|register now|advertis(e|ement)|follow us|support (us|our)|join (us|our)|become a member|members only|read more|click here|all rights reserved|about the authors?|подпис\w+|abonnier\w+|abonnez)`)

// isInText tells whether a box stands in the midst of the text and is written like it:
// paragraphs before and behind it, sentences in it, and nothing that boxes say. A box at
// the end of a text is one, unless it has paragraphs and leads nowhere.
func (p *piece) isInText(n *html.Node) bool {
	if p.text(n) > 20*shortText || !p.hasSentences(n) || p.asked > maxRefused || boxTalk.MatchString(textOf(n)) {
		return false
	}
	p.asked++
	for e := range p.descend(n) {
		if e.DataAtom == atom.A && within(e, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6) != nil {
			return false
		}
	}
	const some = 60
	return p.proseBefore(n) >= some && p.proseBehind(n) >= some && p.paragraphBehind(n)
}

// paragraphBehind tells whether a paragraph of text follows an element in its container
// or the one around it.
func (p *piece) paragraphBehind(n *html.Node) bool {
	for range 2 {
		seen := 0
		for c := n.NextSibling; c != nil && seen < 3; c = c.NextSibling {
			if c.Type != html.ElementNode || p.text(c) == 0 {
				continue
			}
			seen++
			if word, _ := cutWord(p.names(c)); word == "" && p.prose(c) >= 40 && !p.isCardList(c) {
				return true
			}
		}
		if n = n.Parent; n == nil || n == p.area {
			return false
		}
	}
	return false
}

// proseBefore is how much prose of the piece's area stands before n.
func (p *piece) proseBefore(n *html.Node) int {
	total := 0
	for ; n != nil && n != p.area; n = n.Parent {
		for c := n.PrevSibling; c != nil && !p.late(); c = c.PrevSibling {
			total += p.prose(c)
		}
	}
	return total
}

// proseBehind is how much prose of the piece's area stands behind n.
func (p *piece) proseBehind(n *html.Node) int {
	total := 0
	for ; n != nil && n != p.area; n = n.Parent {
		for c := n.NextSibling; c != nil && !p.late(); c = c.NextSibling {
			total += p.prose(c)
		}
	}
	return total
}

// guarded tells whether an element is too much of the piece to be cut for its name.
func (p *piece) guarded(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Body, atom.Html, atom.Main:
		return true
	}
	if p.headline != nil && p.contains(n, p.headline) {
		return true
	}
	whole := p.total
	if p.area != nil && p.contains(p.area, n) {
		whole = p.areaSize
	}
	return p.prose(n)*100 > whole*40
}
