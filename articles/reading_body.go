package articles

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/PuerkitoBio/goquery"
	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// chooseBody is the element that holds the text: the smallest that has nearly all of
// the page's prose, which is text in paragraphs and the like, outside of links.
func chooseBody(doc *goquery.Document, title string) *goquery.Selection {
	doc.Find("h1, h2").Each(func(_ int, s *goquery.Selection) {
		if strings.EqualFold(oneLine(s.Text()), title) {
			s.Remove()
		}
	})
	body := doc.Find("body")
	if marked := doc.Find("[itemprop=articleBody]").First(); marked.Length() > 0 && prose(marked.Get(0)) > 200 {
		return marked
	}
	if body.Length() == 0 {
		return body
	}
	scores := map[*html.Node]int{}
	node := body.Get(0)
	total := score(node, scores)
	for {
		var best *html.Node
		for c := node.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && isContainer(c) && (best == nil || scores[c] > scores[best]) {
				best = c
			}
		}
		if best == nil || scores[best]*100 < total*85 {
			return goquery.NewDocumentFromNode(node).Selection
		}
		node, total = best, scores[best]
	}
}

func isContainer(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Article, atom.Main, atom.Td, atom.Table, atom.Tbody, atom.Tr, atom.Center, atom.Form, atom.Span, atom.Font:
		return true
	}
	return n.DataAtom == 0 // an element of the site's own making
}

func prose(n *html.Node) int { return score(n, map[*html.Node]int{}) }

// score counts the letters of prose in each element below n.
func score(n *html.Node, scores map[*html.Node]int) int {
	total := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			// Text right in a container counts when it is more than a label.
			if l := len(strings.TrimSpace(c.Data)); l > 40 || !isContainer(n) {
				total += l
			}
		case c.Type == html.ElementNode && c.DataAtom == atom.A:
			if inProse(c) {
				total += score(c, scores)
			}
		case c.Type == html.ElementNode:
			total += score(c, scores)
		}
	}
	scores[n] = total
	return total
}

func inProse(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		switch p.DataAtom {
		case atom.P, atom.Blockquote, atom.Td, atom.Dd:
			return true
		case atom.Li, atom.Div, atom.Section, atom.Article:
			return false
		}
	}
	return false
}

// policy is what an article's HTML may contain. Making it costs much, using it is safe
// for many at once.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowStandardURLs()
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "b", "em", "i", "u", "s", "small", "sub", "sup", "mark", "abbr", "cite", "code", "pre", "kbd", "samp", "var",
		"blockquote", "q", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div", "section", "span", "time", "del", "ins", "bdi", "bdo", "ruby", "rt", "rp", "details", "summary")
	p.AllowAttrs("href", "title", "hreflang").OnElements("a")
	p.AllowAttrs("src", "alt", "title", "width", "height").OnElements("img")
	p.AllowAttrs("src", "controls").OnElements("audio", "video")
	p.AllowAttrs("colspan", "rowspan", "scope").OnElements("td", "th")
	p.AllowAttrs("start", "type", "reversed").OnElements("ol")
	p.AllowAttrs("cite").OnElements("blockquote", "q")
	p.AllowAttrs("datetime").OnElements("time")
	p.AllowAttrs("lang", "dir").Matching(regexp.MustCompile(`^[a-zA-Z-]{2,12}$`)).Globally()
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^[A-Za-z][\w:.-]{0,80}$`)).OnElements("li", "sup", "a", "p")
	return p
})

// trackers are pictures of no size that count who looks.
var trackers = regexp.MustCompile(`(?i)(/pixel|/track(ing)?[./?]|beacon|doubleclick|facebook\.com/tr|/1x1|spacer\.gif|feedburner|stats\.wordpress)`)

// setBody takes over the text of an element that has been cut to size.
func (r *Reading) setBody(body *goquery.Selection, base string) error {
	if body.Length() == 0 {
		return nil
	}
	node := body.Get(0)
	cleanUp(node, base)
	var b bytes.Buffer
	for c := node.FirstChild; c != nil; c = c.NextSibling {
		if err := html.Render(&b, c); err != nil {
			return fmt.Errorf("%w: the page cannot be written anew: %w", ErrNoArticle, err)
		}
	}
	clean := policy().SanitizeBytes(b.Bytes())
	r.ContentHTML = tidy(string(clean))
	r.ContentText = blockText(node)
	r.Words = len(strings.Fields(r.ContentText))
	return nil
}

// setContent is setBody for a fragment of HTML, such as a feed's.
func (r *Reading) setContent(base, fragment string) {
	root, err := html.Parse(strings.NewReader(fragment))
	if err != nil {
		return
	}
	doc := goquery.NewDocumentFromNode(root)
	doc.Find("script, style, template, noscript, iframe, object, embed, form, svg").Remove()
	_ = r.setBody(doc.Find("body"), base)
}

// cleanUp makes addresses absolute and removes comments, trackers and what is empty.
func cleanUp(n *html.Node, base string) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.CommentNode:
			n.RemoveChild(c)
		case c.Type == html.ElementNode && c.DataAtom == atom.Img && !keepImage(c, base):
			n.RemoveChild(c)
		case c.Type == html.ElementNode:
			if c.DataAtom == atom.H1 {
				c.DataAtom, c.Data = atom.H2, "h2"
			}
			absoluteAttributes(c, base)
			cleanUp(c, base)
			if isEmptyBlock(c) {
				n.RemoveChild(c)
			}
		}
		c = next
	}
}

func absoluteAttributes(n *html.Node, base string) {
	for i, a := range n.Attr {
		if (a.Key == "href" || a.Key == "src" || a.Key == "cite") && base != "" && !strings.HasPrefix(a.Val, "#") {
			n.Attr[i].Val = resolve(base, a.Val)
		}
	}
}

// keepImage makes a picture's address absolute, also one that a script would load.
func keepImage(n *html.Node, base string) bool {
	src := ""
	for _, key := range []string{"data-src", "data-lazy-src", "data-original", "src"} {
		for _, a := range n.Attr {
			if a.Key == key && src == "" && !strings.HasPrefix(a.Val, "data:") {
				src = a.Val
			}
		}
	}
	if base != "" {
		src = resolve(base, src)
	}
	size := attribute(n, "width") + "x" + attribute(n, "height")
	if src == "" || trackers.MatchString(src) || size == "1x1" || size == "0x0" {
		return false
	}
	var kept []html.Attribute
	for _, a := range n.Attr {
		if a.Key != "src" && !strings.HasPrefix(a.Key, "data-") {
			kept = append(kept, a)
		}
	}
	n.Attr = append(kept, html.Attribute{Key: "src", Val: src})
	return true
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func isEmptyBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Section, atom.Span, atom.Ul, atom.Ol, atom.Li, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Figure, atom.Figcaption, atom.A, atom.Strong, atom.Em, atom.Header, atom.Article:
	default:
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.DataAtom != atom.Br || c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			return false
		}
	}
	return true
}

var blankLines = regexp.MustCompile(`\s*\n\s*`)

func tidy(s string) string { return strings.TrimSpace(blankLines.ReplaceAllString(s, "\n")) }

// blockText writes each block of an element in a paragraph of its own.
func blockText(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				b.WriteString(c.Data)
			case c.Type == html.ElementNode && c.DataAtom == atom.Br:
				b.WriteString("\n")
			case c.Type == html.ElementNode && (c.DataAtom == atom.Td || c.DataAtom == atom.Th):
				walk(c)
				b.WriteString(" ")
			case c.Type == html.ElementNode && isBlock(c):
				b.WriteString("\x00")
				walk(c)
				b.WriteString("\x00")
			case c.Type == html.ElementNode:
				walk(c)
			}
		}
	}
	walk(n)
	var paragraphs []string
	for part := range strings.SplitSeq(b.String(), "\x00") {
		if part = oneLine(part); part != "" {
			paragraphs = append(paragraphs, part)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// plainText is the text of a fragment of HTML, in one line.
func plainText(fragment string) string {
	if !strings.ContainsAny(fragment, "<&") {
		return oneLine(fragment)
	}
	root, err := html.Parse(strings.NewReader(fragment))
	if err != nil {
		return oneLine(fragment)
	}
	return oneLine(blockText(root))
}

func firstImage(body *goquery.Selection, base string) string {
	found := ""
	body.Find("img").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		if keepImage(s.Get(0), base) {
			found = s.AttrOr("src", "")
		}
		return found == ""
	})
	return found
}

// report is a link to a document that is the piece itself.
type report struct{ text, address string }

var reportWords = regexp.MustCompile(`(?i)^\W*(read|download|view|open|get|see)( the)?( full)? (report|publication|paper|brief|policy brief|study|document|pdf|article)\b.*$|^\W*(full report|download pdf|pdf)\W*$`)

// findReport is the button of a page whose text is elsewhere.
func findReport(doc *goquery.Document, base string) *report {
	var found *report
	doc.Find("a[href]").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		text, address := oneLine(s.Text()), resolve(base, s.AttrOr("href", ""))
		u, err := url.Parse(address)
		if err != nil || address == "" {
			return true
		}
		if reportWords.MatchString(text) && len(text) < 80 {
			found = &report{text, address}
		}
		_ = u
		return found == nil
	})
	return found
}

// addReport gives a piece without text of its own what its page says of it, and the link.
func (r *Reading) addReport(p report, description string) {
	var text []string
	if r.Words == 0 || strings.EqualFold(r.ContentText, p.text) {
		r.ContentHTML = ""
		if description = oneLine(description); description != "" {
			text = append(text, description)
			r.ContentHTML = "<p>" + html.EscapeString(description) + "</p>\n"
		}
	} else {
		text = append(text, r.ContentText)
	}
	if !strings.Contains(r.ContentHTML, html.EscapeString(p.address)) {
		r.ContentHTML += `<p><a href="` + html.EscapeString(p.address) + `">` + html.EscapeString(p.text) + "</a></p>"
		text = append(text, p.text)
	}
	r.ContentText = strings.Join(text, "\n\n")
	r.Words = len(strings.Fields(r.ContentText))
}
