package reading

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// takeMath replaces a formula by a code element with its text: TeX where the page has it, else
// MathML written in one line. Feed readers and mail programs show no MathML, and the text
// of its elements without their structure means something else. What a script shows in
// place of a formula is removed. It reports whether the element is gone.
func takeMath(n *html.Node) (letters int, taken bool) {
	text := ""
	switch {
	case n.Data == "math" || strings.HasSuffix(n.Data, ":math"):
		text = texOf(n)
		if text == "" {
			text = inLine(n, 0)
		}
	case n.DataAtom == atom.Script && strings.HasPrefix(attribute(n, "type"), "math/tex") && n.FirstChild != nil:
		text = n.FirstChild.Data
	case n.DataAtom == atom.Img && anyIn(names(n), formulaNames):
		if text = attribute(n, "alt"); text == "" {
			return 0, false
		}
	case n.Data == "mjx-container" || isShownMath(n):
		text = mathIn(n)
	default:
		return 0, false
	}
	if text = oneLine(text); text != "" && !isRepeated(n, text) {
		code := element(atom.Code, html.Attribute{Key: "class", Val: languageClass + "tex"})
		code.AppendChild(&html.Node{Type: html.TextNode, Data: text})
		place := n
		if isHidden(n.Parent) && n.Parent.Parent != nil { // the picture beside it is shown instead
			place = n.Parent
		}
		place.Parent.InsertBefore(code, place)
		letters = len(text)
	}
	n.Parent.RemoveChild(n)
	return letters, true
}

// isShownMath tells an element that a script has filled with a formula.
func isShownMath(n *html.Node) bool {
	class := attribute(n, "class")
	return class != "" && len(class) < 200 && anyIn(strings.Fields(class), shownMathClasses)
}

// isRepeated reports whether the formula right before an element has its text: pages have a
// formula in several forms.
func isRepeated(n *html.Node, text string) bool {
	before := prevElement(n)
	if before == nil && n.Parent != nil {
		before = prevElement(n.Parent)
	}
	if before != nil && isHidden(before) && before.FirstChild == nil {
		before = prevElement(before)
	}
	for range 3 {
		if before == nil || before.DataAtom == atom.Code {
			break
		}
		before = before.LastChild
	}
	return before != nil && before.DataAtom == atom.Code && before.FirstChild != nil && before.FirstChild == before.LastChild && sameFormula(before.FirstChild.Data, text)
}

// sameFormula compares formulas without blanks and the command that begins a displayed one.
func sameFormula(a, b string) bool {
	plain := strings.NewReplacer(" ", "", "{\\displaystyle", "", "{", "", "}", "").Replace
	return plain(a) == plain(b)
}

// mathIn is the formula that is hidden in what a script shows; empty without one, when a script
// element beside it has the formula.
func mathIn(n *html.Node) string {
	for d := range n.Descendants() {
		if d.Data == "math" {
			if text := texOf(d); text != "" {
				return text
			}
			return inLine(d, 0)
		}
	}
	return ""
}

// texOf is the TeX form of a formula, from its annotation or its alternative text.
func texOf(n *html.Node) string {
	for d := range n.Descendants() {
		if d.Data == "annotation" && strings.Contains(strings.ToLower(attribute(d, "encoding")), "tex") {
			return oneLine(textOf(d))
		}
	}
	return oneLine(attribute(n, "alttext"))
}

// maxMathNested is how deep in each other the elements of a formula are written.
const maxMathNested = 50

// inLine writes the MathML below n in one line: x^2, x_i, (a)/(b), √(x).
func inLine(n *html.Node, depth int) string {
	if n.Type == html.TextNode {
		return strings.TrimSpace(n.Data)
	}
	if depth > maxMathNested || strings.HasPrefix(n.Data, "annotation") {
		return ""
	}
	var parts []string
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode || c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			parts = append(parts, inLine(c, depth+1))
		}
	}
	_, name, ok := strings.Cut(n.Data, ":")
	if !ok {
		name = n.Data
	}
	switch {
	case name == "mfrac" && len(parts) == 2:
		return grouped(parts[0]) + "/" + grouped(parts[1])
	case (name == "msup" || name == "mover") && len(parts) == 2:
		return grouped(parts[0]) + "^" + grouped(parts[1])
	case (name == "msub" || name == "munder") && len(parts) == 2:
		return grouped(parts[0]) + "_" + grouped(parts[1])
	case (name == "msubsup" || name == "munderover") && len(parts) == 3:
		return grouped(parts[0]) + "_" + grouped(parts[1]) + "^" + grouped(parts[2])
	case name == "msqrt":
		return "√(" + strings.Join(parts, "") + ")"
	case name == "mroot" && len(parts) == 2:
		return grouped(parts[0]) + "^(1/" + parts[1] + ")"
	case name == "mtr":
		return strings.Join(parts, ", ") + "; "
	case name == "mo" && len(parts) == 1 && strings.ContainsAny(parts[0], "=<>≤≥≈≠+−±→⇒∈"):
		return " " + parts[0] + " "
	}
	return strings.Join(parts, "")
}

// grouped puts several signs into brackets.
func grouped(text string) string {
	if text = strings.TrimSpace(text); len([]rune(text)) <= 1 || strings.Trim(text, "0123456789.,") == "" {
		return text
	}
	return "(" + text + ")"
}
