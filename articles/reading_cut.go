package articles

import (
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	// relatedHeading are headings under which other pieces, or other people's words, stand.
	relatedHeading = regexp.MustCompile(`(?i)^\W*(related( articles?| posts?| content| stories| reading| news| publications| analysis| research| items?| links?)?|` +
		`you (may|might) (also )?(like|be interested in|enjoy)|more (from|on|in|stories|articles|like this|news|analysis|research)\b.*|read (more|next|also)( from.*)?|` +
		`also (read|on this site)|see also|recommended( for you| reading| articles| posts)?|recommendations|most (read|popular|viewed|recent|shared)|popular( now| posts| articles)?|trending( now)?|` +
		`latest( news| articles| posts| publications| from.*)?|recent (posts|articles|publications|news)|editor'?s picks?|up next|next (article|post|story)|previous (article|post|story)|keep reading|continue reading|` +
		`comments?( \(\d+\))?|\d+ (comments?|responses|replies|thoughts on.*)|leave a (reply|comment)|join the (discussion|conversation)|discussion about this post|` +
		`(other|further|additional) (articles|posts|reading|publications|stories).*|from the archives?|what to read next|similar (articles|posts|stories)|explore more|newsletters?|` +
		`share( this)?( article| post| story| page)?|subscribe( to .*| for .*| now)?|sign up( for .*| to .*)?|stay (informed|updated|connected|in the loop).*|get (the|our) .*newsletter.*|follow us.*|` +
		`about the authors?|about the writers?|author bio|the authors?|похожие (статьи|материалы)|читайте также|материалы по теме|oxşar (xəbərlər|məqalələr))\W*$`)

	// cutNames are words of class and id that name what is not the piece.
	cutNames = regexp.MustCompile(`(?i)(^|[\s_-])(related|relatedposts|related-?(articles|posts|content|stories|news)|recommend(ed|ations)?|you-?may-?like|read-?next|more-?(from|stories|articles|posts|news|in)|` +
		`most-?(read|popular|viewed|recent|shared)|popular|trending|share|sharing|sharedaddy|social|socials|social-?\w*|addthis\w*|addtoany\w*|a2a\w*|comment|comments|comment-?(list|respond|form|section|area)|respond|disqus\w*|` +
		`newsletter\w*|subscribe|subscription\w*|signup|sign-up|mailing-?list|cta|promo\w*|advert\w*|ads?|adsense|ad-?(block|slot|unit|container|wrapper|banner)|banner|sponsor\w*|sidebar|side-?bar|widget\w*|` +
		`cookie\w*|consent|gdpr|popup|modal|overlay|paywall|breadcrumb\w*|pagination|pager|post-?navigation|nav|navbar|navigation|menu|footer|site-?footer|site-?header|masthead|topbar|toolbar|skip-?link\w*|` +
		`author-?(bio|box|info|card|profile|about)|about-?(the-?)?author|bio|tags?-?(list|links|cloud)?|post-?tags|entry-?tags|article-?tags|taxonomy|entry-?footer|post-?footer|article-?footer|print-?\w*|screen-?reader-?text|sr-only|visually-?hidden|jp-relatedposts|` +
		`outbrain|taboola|feedback|rating\w*|donate|donation|event-?list|latest-?\w*|recent-?(posts|articles|news)|teaser-?list|card-?(grid|list|deck)|carousel|toc|table-?of-?contents|reading-?time|back-?to-?top|copyright|post-?views)($|[\s_-])`)

	// keepNames override: a wrapper may carry both "article-content" and "sidebar-right".
	keepNames = regexp.MustCompile(`(?i)(article|post|entry|story|page|main|node|field)[\s_-]*(body|content|text|main|copy)|articlebody|story-?body|(has|with|no|right|left|layout)-?-?(sidebar|banner|nav)`)

	// relatedNames are those of cutNames that hold other pieces: their authors, dates and
	// labels must be gone before the article's own are looked for.
	relatedNames = regexp.MustCompile(`(?i)(^|[\s_-])(related\w*|recommend(ed|ations)?|you-?may-?like|read-?next|more-?(from|stories|articles|posts|news|in)|most-?(read|popular|viewed|recent|shared)|popular|trending|sidebar|widget\w*|` +
		`comment|comments|comment-?(list|respond|form|section|area)|latest-?\w*|recent-?(posts|articles|news)|teaser-?list|card-?(grid|list|deck)|carousel|jp-relatedposts|outbrain|taboola|post-?navigation)($|[\s_-])`)
)

// names are an element's class and id.
func names(s *goquery.Selection) string {
	return s.AttrOr("class", "") + " " + s.AttrOr("id", "")
}

// cutRelated removes what belongs to other pieces: sections by their names, by their
// headings, and cards that are articles of their own.
func cutRelated(doc *goquery.Document) {
	doc.Find("script, style, template, noscript, svg, iframe, object, embed, dialog, select, input, [hidden], [aria-hidden=true]").Each(func(_ int, s *goquery.Selection) {
		if s.Is("[aria-hidden=true]") && len(s.Text()) > 400 {
			return
		}
		s.Remove()
	})
	total := len(doc.Find("body").Text())
	doc.Find("aside, section, div, ul, ol, nav, footer").Each(func(_ int, s *goquery.Selection) {
		n := names(s)
		if relatedNames.MatchString(n) && !keepNames.MatchString(n) && len(s.Text()) < total*2/3 {
			s.Remove()
		}
	})
	doc.Find("h1, h2, h3, h4, h5, h6, p, div, strong, b, span, summary, legend").Each(func(_ int, s *goquery.Selection) {
		text := ownLine(s)
		if text != "" && relatedHeading.MatchString(text) && isHeadingLike(s) {
			cutSection(s)
		}
	})
	// Several articles on one page: the one with most text is it, the others are cards.
	articles := doc.Find("article")
	if articles.Length() > 1 {
		var longest *goquery.Selection
		articles.Each(func(_ int, s *goquery.Selection) {
			if longest == nil || len(s.Text()) > len(longest.Text()) {
				longest = s
			}
		})
		articles.Each(func(_ int, s *goquery.Selection) {
			if s.Get(0) != longest.Get(0) && !contains(s.Get(0), longest.Get(0)) && len(s.Text()) < len(longest.Text())/2 {
				s.Remove()
			}
		})
	}
}

// ownLine is the text of a short element.
func ownLine(s *goquery.Selection) string {
	node := s.Get(0)
	length := 0
	for c := node.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			length += len(c.Data)
		} else if c.Type == html.ElementNode && isBlock(c) {
			return ""
		}
	}
	if length > 200 {
		return ""
	}
	text := oneLine(s.Text())
	if len(text) > 80 {
		return ""
	}
	return text
}

// isHeadingLike tells whether a line stands alone: a heading, or a block of its own.
func isHeadingLike(s *goquery.Selection) bool {
	node := s.Get(0)
	if isBlock(node) {
		return true
	}
	parent := node.Parent
	return parent != nil && oneLine(goquery.NewDocumentFromNode(parent).Text()) == oneLine(s.Text())
}

// cutSection removes a heading and all that follows it in its container. A heading
// that begins its container takes the container with it, unless that holds most of
// the page.
func cutSection(s *goquery.Selection) {
	node := s.Get(0)
	for node.Parent != nil && node.Parent.DataAtom != atom.Body && node.Parent.DataAtom != atom.Article && node.Parent.DataAtom != atom.Main &&
		beginsWith(node.Parent, node) && len(goquery.NewDocumentFromNode(node.Parent).Find("p").Text()) < 3000 {
		node = node.Parent
	}
	level := headingLevel(s.Get(0))
	for next := node.NextSibling; next != nil; {
		following := next.NextSibling
		// A heading of the same rank or higher that is long begins another section of the piece.
		if next.Type == html.ElementNode && level > 0 && headingLevel(next) > 0 && headingLevel(next) <= level && !relatedHeading.MatchString(oneLine(goquery.NewDocumentFromNode(next).Text())) &&
			proseAfter(next) {
			break
		}
		if node.Parent != nil {
			node.Parent.RemoveChild(next)
		}
		next = following
	}
	if node.Parent != nil {
		node.Parent.RemoveChild(node)
	}
}

// proseAfter tells whether paragraphs of text follow a heading directly.
func proseAfter(heading *html.Node) bool {
	for n := heading.NextSibling; n != nil; n = n.NextSibling {
		if n.Type == html.ElementNode {
			text := oneLine(goquery.NewDocumentFromNode(n).Text())
			return n.DataAtom == atom.P && len(text) > 140
		}
	}
	return false
}

func headingLevel(n *html.Node) int {
	if n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
		return int(n.Data[1] - '0')
	}
	return 0
}

// beginsWith tells whether child is the first thing to see in parent.
func beginsWith(parent, child *html.Node) bool {
	for n := parent.FirstChild; n != nil; n = n.NextSibling {
		if n == child {
			return true
		}
		if n.Type == html.ElementNode && strings.TrimSpace(goquery.NewDocumentFromNode(n).Text()) != "" || n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
			return false
		}
	}
	return false
}

func contains(outer, inner *html.Node) bool {
	for n := inner; n != nil; n = n.Parent {
		if n == outer {
			return true
		}
	}
	return false
}

// cutNoise removes what is on the page beside the piece.
func cutNoise(doc *goquery.Document) {
	doc.Find("nav, footer, form, button, menu, aside").Each(func(_ int, s *goquery.Selection) {
		if s.Is("form") && len(s.Find("p").Text()) > 2000 { // a page that is one big form
			return
		}
		if s.Is("aside") && s.Find("p, blockquote").Length() > 0 && isPullQuote(names(s)) {
			return
		}
		s.Remove()
	})
	total := len(doc.Find("body").Text())
	doc.Find("body *").Each(func(_ int, s *goquery.Selection) {
		node := s.Get(0)
		if node.Parent == nil {
			return
		}
		switch node.DataAtom {
		case atom.Article, atom.Main, atom.Body, atom.P, atom.Blockquote, atom.Table, atom.Figure, atom.A, atom.Em, atom.Strong, atom.Img:
			if node.DataAtom != atom.P && node.DataAtom != atom.A {
				return
			}
		}
		n := names(s)
		if strings.TrimSpace(n) != "" && cutNames.MatchString(n) && !keepNames.MatchString(n) && len(s.Text()) < total/2 {
			s.Remove()
			return
		}
		if style := strings.ReplaceAll(s.AttrOr("style", ""), " ", ""); strings.Contains(style, "display:none") {
			s.Remove()
		}
	})
	doc.Find("header").Each(func(_ int, s *goquery.Selection) {
		if s.ParentsFiltered("article, main").Length() == 0 {
			s.Remove()
		}
	})
}

func isPullQuote(names string) bool {
	names = strings.ToLower(names)
	return strings.Contains(names, "quote") || strings.Contains(names, "footnote") || strings.Contains(names, "note")
}

// isBlock tells whether an element stands in lines of its own.
func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Header, atom.Footer, atom.Aside, atom.Nav, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd,
		atom.Table, atom.Tr, atom.Thead, atom.Tbody, atom.Blockquote, atom.Pre, atom.Figure, atom.Figcaption, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Hr, atom.Form, atom.Details, atom.Summary, atom.Body:
		return true
	}
	return false
}
