package reading

import (
	"errors"
	"strings"
	"testing"
)

// TestTitleElsewhere gives a page without a headline the words of its address, else the
// beginning of its text, and reads none from a page without a text.
func TestTitleElsewhere(t *testing.T) {
	text := strings.Repeat("<p>The terminal handled a fifth more grain than a year ago. The harbour master expects the same again.</p>", 4)
	for _, c := range []struct{ name, address, body, want string }{
		{"the address", "https://www.example.org/news/2026/the-quay-at-aktau-123.html", text, "The quay at aktau"},
		{"an address in another script", "https://www.example.org/набережная-в-актау-растёт/", text, "Набережная в актау растёт"},
		{"an address of numbers", "https://www.example.org/?p=42", text, "The terminal handled a fifth more grain than a year ago"},
		{"a long sentence", "https://www.example.org/42", "<p>" + strings.Repeat("the terminal handled more grain, ", 20) + "</p>", "the terminal handled more grain, the terminal handled more grain, the terminal handled more grain, the terminal handled…"},
		{"no text", "https://www.example.org/news/the-quay-at-aktau", "<p>Soon.</p>", ""},
	} {
		r, err := Read(t.Context(), Page{URL: c.address, ContentType: "text/html; charset=utf-8", Body: []byte("<html><body>" + c.body + "</body></html>")})
		if r.Title != c.want || errors.Is(err, ErrNoArticle) != (c.want == "") {
			t.Errorf("%s: the title is %q, %v; want %q", c.name, r.Title, err, c.want)
		}
	}
}
