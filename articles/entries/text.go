package entries

import (
	"html"
	"regexp"
	"strings"
)

// readText chooses the text of an entry, and what it gives beside it.
func (r *feedReader) readText(n *node, e *Entry) {
	content := n.child("content:encoded", "xhtml:body", "xhtml:div", "content", "fulltext")
	summary := n.child("description", "summary", "abstract", "itunes:summary", "media:description")
	if group := n.child("media:group"); summary == nil && group != nil {
		summary = group.child("media:description")
	}
	e.Base = firstOf(e.URL, r.feed.Link, r.root.base)
	chosen := content
	if htmlOf(content, r.isAtom()) == "" {
		chosen = summary
	} else {
		e.HasText = true
		e.Summary = trimTail(htmlOf(summary, r.isAtom()))
	}
	if e.Content = trimTail(htmlOf(chosen, r.isAtom())); chosen != nil && chosen.base != r.root.base {
		e.Base = chosen.base
		if first := chosen.firstElement(); first != nil { // xml:base of the div of XHTML
			e.Base = first.base
		}
	}
}

// firstElement is the first element in n.
func (n *node) firstElement() *node {
	for _, c := range n.children {
		if c.name != "" {
			return c
		}
	}
	return nil
}

// htmlOf is the text of an element as HTML.
func htmlOf(n *node, atom bool) string {
	switch {
	case n == nil:
		return ""
	case n.hasElements():
		return n.inner()
	case atom && (n.attr("type") == "text" || n.attr("type") == "text/plain") && n.attr("mode") != "escaped":
		return paragraphs(n.plain())
	}
	text := n.plain()
	if !markup.MatchString(text) && escapedMarkup.MatchString(text) {
		text = decodeEntities(text) // escaped twice
	}
	if !markup.MatchString(text) {
		return paragraphs(decodeEntities(text))
	}
	return text
}

var (
	markup        = regexp.MustCompile(`</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>`)
	escapedMarkup = regexp.MustCompile(`(?i)&lt;(?:p|div|br ?/?|ul|h[1-6]|table|blockquote|img\s[^&]{0,500}|a\s[^&]{0,500})(?:&gt;|\s)`)
	blankLines    = regexp.MustCompile(`\n[ \t\r]*\n\s*`)
)

// longLine is from how many bytes on the lines of a text are paragraphs on average.
const longLine = 80

// paragraphs is plain text as HTML. Blank lines part paragraphs, or long lines where there
// are no blank ones.
func paragraphs(text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if text == "" {
		return ""
	}
	parts := blankLines.Split(text, -1)
	if lines := strings.Split(text, "\n"); len(parts) == 1 && len(text) >= longLine*len(lines) {
		parts = lines
	}
	var b strings.Builder
	for _, part := range parts {
		if part = oneLine(part); part != "" {
			b.WriteString("<p>" + html.EscapeString(part) + "</p>\n")
		}
	}
	return strings.TrimSpace(b.String())
}

// tailWords are the words by which programs end every text of a feed: "The post … appeared
// first on …", in the languages of WordPress. Each row begins, joins and ends a sentence.
var tailWords = []string{
	`The post .{1,400} (?:appeared first on|first appeared on|was first published on) .{1,300}`,
	`Der Beitrag .{1,400} erschien zuerst auf .{1,300}`,
	`L(?:’|')article .{1,400} est apparu en premier sur .{1,300}`,
	`La entrada .{1,400} (?:se publicó primero en|aparece primero en|apareció primero en) .{1,300}`,
	`L(?:’|')articolo .{1,400} (?:proviene da|sembra essere il primo su) .{1,300}`,
	`O post .{1,400} apareceu primeiro em .{1,300}`,
	`Het bericht .{1,400} verscheen eerst op .{1,300}`,
	`(?:Сообщение|Запись) .{1,400} (?:появились сначала на|впервые появилась) .{1,300}`,
	`(?:Запис|Допис) .{1,400} (?:спершу з[’']явився на|вперше з[’']явився на|спочатку з[’']явився на) .{1,300}`,
	`.{1,400} (?:yazısı ilk önce|yazısı ilk olarak) .{1,300} (?:üzerinde ortaya çıktı|üzerinde yayınlandı|yayınlandı)`,
	`(?:Artykuł|Post) .{1,400} pochodzi z serwisu .{1,300}`,
	`پست .{1,400} (?:اولین بار در|ابتدا در) .{1,300}`,
}

var tail = regexp.MustCompile(`(?is)^(?:` + strings.Join(tailWords, "|") + `)$`)

// maxTail is the longest end of a text, in bytes, that is looked at as a program's own words.
const maxTail = 3000

// trimTail cuts the sentence that a program puts at the end of every text of its feed.
func trimTail(text string) string {
	from := max(0, len(text)-maxTail)
	for _, begin := range []string{"<p", "<br", "<div", "<hr"} {
		i := strings.LastIndex(text[from:], begin)
		if i >= 0 && isTail(text[from+i:]) {
			return strings.TrimSpace(text[:from+i])
		}
	}
	if len(text) < maxTail && isTail(text) {
		return ""
	}
	return text
}

// isTail reports whether a text is the sentence of a program and no other: it has links, or is
// a single sentence.
func isTail(text string) bool {
	plain := strings.TrimRight(plainText(text), ". ")
	return tail.MatchString(plain) && (strings.Contains(text, "<a ") || !strings.Contains(plain, ". "))
}
