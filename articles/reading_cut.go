package articles

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// piece is a page on its way to being an article: its tree, which is cut down step by
// step, and what has been found in it.
type piece struct {
	root     *html.Node
	body     *html.Node // the page's
	headline *html.Node // the element that shows the title; nil when none does
	prose    int        // letters of prose in body before anything was cut
}

var (
	// relatedHeading are headings under which other pieces, or other people's words,
	// stand: all that follows belongs to them.
	relatedHeading = regexp.MustCompile(`(?i)^\W*(related( (articles?|posts?|content|stories|reading|news|publications|analysis|research|items?|links?|topics?|work))?|` +
		`you (may|might) (also )?(like|be interested in|enjoy)|you might have missed|(also|more) on this (site|topic)|more (from|on|in|by) .+|more (stories|articles|posts|news|analysis|research|publications|press releases|like this|to read|reading)\b.*|read more|` +
		`recommended( (for you|reading|articles|posts|stories))?|recommended from .*|most (read|popular|viewed|recent|shared)|popular( now| posts| articles)?|trending( now)?|` +
		`latest( (news|articles|posts|publications|stories|analysis|research)| from.*)?|recent (posts|articles|publications|news|content)|editor.?s.? picks?|up next|(next|previous) (article|post|story)|keep reading|continue reading|` +
		`comments?( \(?\d+\)?)?|\d+ (comments?|responses?|replies|thoughts on.*)|leave a (reply|comment)|post a comment|join the (discussion|conversation)|discussion about this post|` +
		`(other|further|additional) (articles|posts|publications|stories).*|from the archives?|what to read next|similar (articles|posts|stories)|explore( more)?|` +
		`(about|meet|written by) the authors?|about the (writers?|contributors?)|about (us|this site)|author bio|authors? biograph(y|ies)|media (inquiries|enquiries)|upcoming events|похожие (статьи|материалы)|читайте также|материалы по теме|oxşar (xəbərlər|məqalələr))\W*$`)

	// uncertainHeading are among them, but may also be a section of the piece: they count
	// only when links follow.
	uncertainHeading = regexp.MustCompile(`(?i)^\W*(more (on|in|by|from) .+|read more|popular|trending|latest.*|explore|recommended|related (research|work|reading|topics?)|about us|discussion.*|comments?|upcoming events|media (inquiries|enquiries))\W*$`)

	// boxHeading are headings of boxes that stand in the midst of a text.
	boxHeading = regexp.MustCompile(`(?i)^\W*((our |the )?newsletters?|share( (this|on))?( (article|post|page|story|piece))?|subscribe\b.{0,60}|sign ?up\b.{0,60}|stay (informed|updated|connected|in the loop|up to date)\b.{0,40}|(get|join) (the|our) .{0,60}(newsletter|inbox|mailing list|list).{0,30}|follow us.{0,40}|` +
		`support (us|our work).{0,40}|donate.{0,30}|advertisement|(table of )?contents|on this page|in this (article|piece))\W*$`)

	// asideLine are lines in the midst of a text that lead elsewhere.
	asideLine = regexp.MustCompile(`(?i)^\W*(read (more|also|next)|see also|also read|related|further reading|don.t miss|recommended|more|watch|listen)\s*[:：]`)
)

// isCut tells from an element's names that it is not the piece. Elements that hold the
// headline or much of the page's prose are never cut for their names: a wrapper may be
// called "content-with-sidebar".
func isCut(words []string) bool {
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		prev := ""
		if i > 0 {
			prev = words[i-1]
		}
		switch w {
		case "related", "relatedposts", "relatedarticles", "recommended", "recommendations", "recommendation", "readnext", "popular", "trending", "outbrain", "taboola",
			"share", "sharing", "shares", "sharebar", "sharedaddy", "social", "socials", "socialshare", "addthis", "addtoany", "a2a", "jp", "jetpack",
			"comment", "comments", "commentlist", "respond", "disqus", "webmention", "webmentions",
			"newsletter", "subscribe", "subscription", "signup", "mailchimp", "mc4wp", "optin", "cta", "promo", "promotion", "advert", "advertisement", "advertising", "ad", "ads", "adsense", "sponsor", "sponsored",
			"widget", "widgets", "cookie", "cookies", "consent", "gdpr", "popup", "modal", "overlay", "lightbox", "paywall", "breadcrumb", "breadcrumbs", "pagination", "paginav", "pager",
			"navbar", "navigation", "nav", "menu", "offcanvas", "masthead", "topbar", "toolbar", "skip", "skiplink", "visually", "sr", "screen", "toc", "rating", "ratings", "donate", "donation",
			"carousel", "slider", "copyright", "colophon", "feedback", "authorbox", "author", "authors", "contributors", "contact", "contacts", "btn", "button", "buttons", "bio", "biography", "hidden", "noprint", "print", "printonly", "sitefooter", "siteheader", "eventlist":
			if w == "jp" && next != "relatedposts" || w == "screen" && next != "reader" || w == "sr" && next != "only" || w == "visually" && next != "hidden" || w == "skip" && next != "link" && next != "to" ||
				(w == "slider" || w == "carousel") && prev == "article" || (w == "print" || w == "hidden") && (prev == "no" || prev == "label" || prev == "overflow") ||
				(w == "hidden" || w == "nav") && (prev == "md" || prev == "lg" || prev == "sm" || prev == "xs") {
				continue
			}
			return true
		case "sidebar", "sidebars", "sidenav", "rail":
			if prev != "with" && prev != "has" && prev != "no" && next != "right" && next != "left" && next != "none" {
				return true
			}
		case "footer", "latest", "tags", "tagcloud", "taglist", "taxonomy", "byline", "bylines", "dateline", "readingtime":
			return true
		case "most", "more", "recent", "you", "about", "post", "entry", "article", "reading", "back", "also", "upcoming", "card", "mailing", "sign", "keep", "up", "read", "member", "follow", "meta", "node", "views":
			if isCutPair(w, next) {
				return true
			}
		}
	}
	return false
}

func isCutPair(first, second string) bool {
	switch first + " " + second {
	case "most read", "most popular", "most viewed", "most recent", "most shared", "more from", "more stories", "more articles", "more posts", "more news", "more in", "more on", "more like",
		"recent posts", "recent articles", "recent news", "recent entries", "recent stories", "you may", "you might", "about author", "about authors", "author bio", "author box", "author info", "author card", "author profile", "author about", "author details", "author description", "authors list", "authors bio",
		"post navigation", "post nav", "post tags", "post meta", "post share", "post footer", "post author", "post byline", "post date", "post info", "post views", "entry footer", "entry meta", "entry tags", "entry utility",
		"article footer", "article tags", "article meta", "article share", "article byline", "article author", "article info", "article date", "reading time", "back to", "also like", "also read", "upcoming events", "card grid", "card list", "card deck",
		"mailing list", "sign up", "keep reading", "up next", "read next", "read also", "member cta", "follow us", "meta info", "node meta", "node links", "node submitted":
		return true
	}
	return false
}

// guarded tells whether an element is too much of the page to be cut for its name.
func (p *piece) guarded(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Body, atom.Html, atom.Main:
		return true
	}
	return p.headline != nil && contains(n, p.headline) || score(n, nil)*100 > p.prose*40
}

// strip removes what is never text.
func strip(root *html.Node) {
	for n := range descend(root) {
		switch n.DataAtom {
		case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Svg, atom.Iframe, atom.Object, atom.Embed, atom.Dialog, atom.Select, atom.Input, atom.Textarea, atom.Button, atom.Canvas, atom.Link, atom.Map:
			remove(n)
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "hidden" && n.DataAtom != atom.Body || a.Key == "style" && strings.Contains(strings.ReplaceAll(strings.ToLower(a.Val), " ", ""), "display:none") ||
				a.Key == "aria-hidden" && a.Val == "true" && textLength(n) < 400 || a.Key == "role" && (a.Val == "dialog" || a.Val == "alertdialog" || a.Val == "search") {
				remove(n)
				break
			}
		}
	}
}

// cutOthers removes what belongs to other pieces and to the site: what stands under
// headings for them, lists of cards, and elements with names for them. It goes before
// dates, labels and authors are looked for, so that none of theirs is taken.
func (p *piece) cutOthers() {
	for n := range descend(p.body) {
		switch n.DataAtom {
		case atom.Nav, atom.Aside, atom.Form, atom.Menu:
			if n.DataAtom == atom.Aside && isNote(names(n)) || p.guarded(n) {
				continue
			}
			remove(n)
			continue
		case atom.Header, atom.Footer:
			isSite := n.DataAtom == atom.Footer && p.headline != nil && !contains(n, p.headline) // however little else there is
			if (isSite || !p.guarded(n)) && within(n.Parent, atom.Article, atom.Main) == nil {
				remove(n)
				continue
			}
		}
		if isCardList(n) && !p.guarded(n) {
			remove(n)
			continue
		}
		if level := headingLevel(n); level > 0 || isLoneLine(n) {
			p.cutUnder(n)
		}
	}
	p.cutCards()
}

// isNote tells an aside that is part of the text from one that is not.
func isNote(words []string) bool {
	return slices.Contains(words, "footnote") || slices.Contains(words, "footnotes") || slices.Contains(words, "note") || slices.Contains(words, "notes")
}

// isLoneLine tells a short line that may be a heading without being marked as one.
func isLoneLine(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Span, atom.Strong, atom.B:
	default:
		return false
	}
	length := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			length += len(strings.TrimSpace(c.Data))
		case c.Type == html.ElementNode && isBlock(c):
			return false
		case c.Type == html.ElementNode:
			length += textLength(c)
		}
		if length > 80 {
			return false
		}
	}
	if length == 0 {
		return false
	}
	return isBlock(n) || n.Parent != nil && textLength(n.Parent) == length
}

// cutUnder removes what stands under a heading for other pieces, the heading's box
// when it is one for readers' addresses and the like, or a line that leads elsewhere.
func (p *piece) cutUnder(heading *html.Node) {
	text := textOf(heading)
	if len(text) > 90 || heading == p.headline {
		return
	}
	switch {
	case relatedHeading.MatchString(text):
		if uncertainHeading.MatchString(text) && !linksFollow(heading) {
			return
		}
		p.cutFrom(heading)
	case boxHeading.MatchString(text):
		box := heading
		for box.Parent != nil && !p.guarded(box.Parent) && beginsWith(box.Parent, box) && score(box.Parent, nil) < 600 {
			box = box.Parent
		}
		remove(box)
	}
}

// cutFrom removes a heading and all that follows it in its container, climbing out of
// elements that hold the heading alone or begin with it.
func (p *piece) cutFrom(heading *html.Node) {
	node := heading
	for node.Parent != nil && !p.guarded(node.Parent) && beginsWith(node.Parent, node) {
		node = node.Parent
	}
	if node != heading && textLength(node) > textLength(heading)+20 {
		remove(node) // a box of its own
		return
	}
	following := 0
	for n := node.NextSibling; n != nil; n = n.NextSibling {
		following += score(n, nil)
	}
	if p.prose > 0 && following*100 > p.prose*60 || p.headline != nil && isAfter(p.headline, node) {
		return // most of the page: the heading means something else
	}
	level := headingLevel(heading)
	for n := node.NextSibling; n != nil; {
		next := n.NextSibling
		if level > 0 && headingLevel(n) > 0 && headingLevel(n) <= level && !relatedHeading.MatchString(textOf(n)) && proseFollows(n) {
			break // another section of the piece
		}
		remove(n)
		n = next
	}
	remove(node)
}

// isAfter tells whether a stands behind b in the document.
func isAfter(a, b *html.Node) bool {
	if contains(a, b) || contains(b, a) {
		return false
	}
	for outer := b.Parent; outer != nil; outer = outer.Parent {
		if !contains(outer, a) {
			continue
		}
		for c := outer.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case contains(c, b):
				return true
			case contains(c, a):
				return false
			}
		}
	}
	return false
}

// linksFollow tells whether what comes after a heading leads to other pages.
func linksFollow(heading *html.Node) bool {
	node := heading
	for node.Parent != nil && node.NextSibling == nil && node.Parent.DataAtom != atom.Body {
		node = node.Parent
	}
	links, seen := 0, 0
	for n := node.NextSibling; n != nil && seen < 4; n = n.NextSibling {
		if n.Type != html.ElementNode || textLength(n) == 0 {
			continue
		}
		seen++
		if n.DataAtom == atom.P && textLength(n) > 200 {
			return false
		}
		_, k := linkLength(n)
		links += k
	}
	return links > 0
}

// proseFollows tells whether a paragraph of text comes after a heading.
func proseFollows(heading *html.Node) bool {
	for n := heading.NextSibling; n != nil; n = n.NextSibling {
		if n.Type == html.ElementNode {
			return n.DataAtom == atom.P && textLength(n) > 140
		}
	}
	return false
}

// beginsWith tells whether child is the first thing to see in parent.
func beginsWith(parent, child *html.Node) bool {
	for n := parent.FirstChild; n != nil; n = n.NextSibling {
		if n == child {
			return true
		}
		if textLength(n) > 0 {
			return false
		}
	}
	return false
}

// isCardList tells a list of other pieces by its shape: several like elements, each
// with a linked heading and little text.
func isCardList(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Ul, atom.Ol:
	default:
		return false
	}
	cards, others := 0, 0
	var kind atom.Atom
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if isCard(c) && (cards == 0 || c.DataAtom == kind) {
			kind = c.DataAtom
			cards++
		} else if score(c, nil) > 60 {
			others++
		}
	}
	return cards >= 2 && others == 0
}

// isCard tells whether an element looks like the announcement of another piece.
func isCard(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Li, atom.Article, atom.Section, atom.A:
	default:
		return false
	}
	if textLength(n) > 700 || textLength(n) < 10 {
		return false
	}
	if n.DataAtom == atom.A {
		return headingIn(n) != nil
	}
	for e := range descend(n) {
		if e.DataAtom == atom.A && attribute(e, "href") != "" && textLength(e) >= 12 &&
			(headingIn(e) != nil || within(e.Parent, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6) != nil && contains(n, within(e.Parent, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6))) {
			return true
		}
	}
	return false
}

func headingIn(n *html.Node) *html.Node {
	for e := range descend(n) {
		if headingLevel(e) > 0 {
			return e
		}
	}
	return nil
}

// cutCards keeps of several articles on a page the one with the headline, or the longest.
func (p *piece) cutCards() {
	var all []*html.Node
	var longest *html.Node
	for n := range descend(p.body) {
		if n.DataAtom == atom.Article {
			all = append(all, n)
			if longest == nil || score(n, nil) > score(longest, nil) {
				longest = n
			}
		}
	}
	for _, n := range all {
		if n != longest && !contains(n, longest) && !p.guarded(n) && (!contains(longest, n) || isCard(n)) && score(n, nil) < score(longest, nil)/2 {
			remove(n)
		}
	}
}

// cutNamed removes elements whose names say that they are not the piece.
func (p *piece) cutNamed() {
	for n := range descend(p.body) {
		switch n.DataAtom {
		case atom.Article, atom.Main, atom.Blockquote, atom.Table, atom.Tr, atom.Td, atom.Em, atom.Strong, atom.Img, atom.Sup:
			continue
		}
		if isCut(names(n)) && !p.guarded(n) {
			remove(n)
		}
	}
}
