package reading

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// keepLanguage takes over the language that the elements around a text state, and puts the
// text into an element with their direction where that is not the usual one: a text
// stands alone in feeds.
func (r *Reading) keepLanguage(node *html.Node) {
	language, direction, mixed := "", "", false
	for n := node; n != nil; n = n.Parent {
		if lang := strings.TrimSpace(attribute(n, "lang")); language == "" && languageForm.MatchString(lang) {
			language = lang
		}
		switch dir := strings.ToLower(attribute(n, "dir")); {
		case dir != "ltr" && dir != "rtl":
		case direction == "":
			direction = dir
		case direction != dir:
			mixed = true
		}
	}
	if language != "" {
		r.Language = language
	}
	if direction != "rtl" && !mixed || node.FirstChild == nil {
		return
	}
	box := element(atom.Div, html.Attribute{Key: "dir", Val: direction})
	for node.FirstChild != nil {
		c := node.FirstChild
		node.RemoveChild(c)
		box.AppendChild(c)
	}
	node.AppendChild(box)
}
