package reading

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// languageClass begins the class that names the programming language of code, as the HTML
// standard recommends for the code element.
const languageClass = "language-"

// plainCode makes listings plain: pre elements with one code element, which has the text
// with its line breaks and indentation, without the numbers of its lines.
func plainCode(n *html.Node) {
	var tables, listings []*html.Node
	for d := range n.Descendants() {
		switch d.DataAtom {
		case atom.Table:
			if outer := within(d.Parent, atom.Table); outer != nil && len(tables) > 0 && tables[len(tables)-1] == outer {
				tables = tables[:len(tables)-1] // a table that numbers lines holds no table
			}
			tables = append(tables, d)
		case atom.Pre:
			if within(d.Parent, atom.Pre) == nil {
				listings = append(listings, d)
			}
		case atom.Code:
			if isListing(d) {
				listings = append(listings, d)
			}
		default:
		}
	}
	for _, table := range tables {
		if isCodeTable(table) {
			replaceByListing(table)
		}
	}
	for _, listing := range listings {
		if isPlainable(listing) {
			replaceByListing(listing)
		}
	}
}

// replaceByListing puts a listing of an element's text into its place.
func replaceByListing(n *html.Node) {
	if n.Parent == nil {
		return // it stood in a table that is a listing
	}
	language := codeLanguage(n)
	var b strings.Builder
	writeCode(&b, n)
	text := strings.Trim(strings.ReplaceAll(b.String(), "\r", ""), "\n")
	text = strings.TrimRight(text, " \t\n")
	listing, code := element(atom.Pre), element(atom.Code)
	if language != "" {
		code.Attr = []html.Attribute{{Key: "class", Val: languageClass + language}}
	}
	for _, a := range n.Attr {
		if a.Key == "id" || a.Key == "dir" || a.Key == "lang" {
			listing.Attr = append(listing.Attr, a)
		}
	}
	code.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	listing.AppendChild(code)
	if strings.TrimSpace(text) != "" {
		n.Parent.InsertBefore(listing, n)
	}
	n.Parent.RemoveChild(n)
}

// isListing tells a code element of several lines that stands outside of a paragraph.
func isListing(n *html.Node) bool {
	if within(n.Parent, atom.Pre, atom.P, atom.Table, atom.Code) != nil || n.Parent.DataAtom == atom.Li || n.Parent.DataAtom == atom.Span {
		return false
	}
	lines := 0
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			lines += strings.Count(strings.TrimSpace(d.Data), "\n")
		}
		if d.DataAtom == atom.Br {
			lines++
		}
	}
	return lines > 0
}

// isPlainable tells code from other preformatted text, whose links and emphasis stay.
func isPlainable(n *html.Node) bool {
	others := false
	for d := range n.Descendants() {
		switch d.DataAtom {
		case atom.Img, atom.Figure:
			return false
		case atom.Code:
			return true
		case atom.A, atom.Em, atom.Strong, atom.B, atom.I, atom.Sup:
			others = true
		default:
		}
	}
	return !others || codeLanguage(n) != "" || anyIn(names(n), codeNames) || n.DataAtom == atom.Code
}

// isCodeTable tells a table that numbers the lines of a listing: its cells hold code or
// numbers, and at least one of them holds each.
func isCodeTable(n *html.Node) bool {
	numbers, code := 0, 0
	for d := range n.Descendants() {
		if d.DataAtom != atom.Td && d.DataAtom != atom.Th {
			continue
		}
		switch {
		case d.DataAtom == atom.Th && firstElement(d.FirstChild, atom.Pre) == nil:
			return false
		case isLineNumbers(d):
			numbers++
		case anyIn(names(d), codeNames) || firstElement(d.FirstChild, atom.Pre) != nil || firstElement(d.FirstChild, atom.Code) != nil:
			code++
		default:
			return false
		}
	}
	return numbers > 0 && code > 0
}

// isLineNumbers tells the element that holds the numbers of lines.
func isLineNumbers(n *html.Node) bool {
	numbered := false
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			for _, c := range d.Data {
				switch {
				case c >= '0' && c <= '9':
					numbered = true
				case c != '\n' && c != ' ' && c != '\t' && c != '\r':
					return false
				}
			}
		}
	}
	return numbered || hasLineNumberName(n)
}

// hasLineNumberName reports whether an element is called a number of lines.
func hasLineNumberName(n *html.Node) bool {
	if len(n.Attr) == 0 {
		return false
	}
	words := names(n)
	for i, word := range words {
		if lineNumberNames[word] || i > 0 && lineNumberNames[words[i-1]+" "+word] {
			return true
		}
	}
	return false
}

// writeCode writes the text of a listing, with a line break for each line that is an
// element.
func writeCode(b *strings.Builder, n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			if n.DataAtom != atom.Tr && n.DataAtom != atom.Tbody && n.DataAtom != atom.Table {
				b.WriteString(c.Data)
			}
		case c.Type != html.ElementNode:
		case c.DataAtom == atom.Br:
			b.WriteByte('\n')
		case hasLineNumberName(c) && isLineNumbers(c), (c.DataAtom == atom.Td || c.DataAtom == atom.Th) && isLineNumbers(c):
		case anyIn(names(c), copyNames) && c.DataAtom != atom.Code && c.DataAtom != atom.Pre && c.DataAtom != atom.Td:
		case isBlock(c):
			startLine(b)
			writeCode(b, c)
			startLine(b)
		default:
			writeCode(b, c)
		}
	}
}

func startLine(b *strings.Builder) {
	if s := b.String(); s != "" && s[len(s)-1] != '\n' {
		b.WriteByte('\n')
	}
}

// codeLanguageForm are classes that name the programming language.
var codeLanguageForm = regexp.MustCompile(`(?i)(?:^|\s)(?:language-|lang-|highlight-source-|highlight-|brush:\s*|sourceCode\s+)([\w+#.-]{1,30})`)

// codeLanguage is the programming language that a listing or an element around it names.
func codeLanguage(n *html.Node) string {
	candidates := []*html.Node{n}
	looked := 0
	for c := range n.Descendants() {
		if c.DataAtom == atom.Code || c.DataAtom == atom.Pre {
			candidates = append(candidates, c)
		}
		if looked++; looked > maxPlayer || len(candidates) > 5 {
			break
		}
	}
	for p, depth := n.Parent, 0; p != nil && depth < 3; p, depth = p.Parent, depth+1 {
		candidates = append(candidates, p)
	}
	for _, c := range candidates {
		if language := strings.ToLower(firstText(attribute(c, "data-lang"), attribute(c, "data-language"))); codeName.MatchString(language) {
			return language
		}
		if class := attribute(c, "class"); len(class) < 2000 {
			if m := codeLanguageForm.FindStringSubmatch(class); m != nil && !slices.Contains([]string{"none", "plaintext", "text", "plain"}, strings.ToLower(m[1])) {
				return strings.ToLower(m[1])
			}
		}
	}
	return ""
}

var codeName = regexp.MustCompile(`^[\w+#.-]{1,30}$`)
