package reading

import (
	"fmt"
	"strings"
	"testing"
)

// A long headline is no reason to take a lower heading for it, in any script.
func TestLongHeadlines(t *testing.T) {
	body := "<p>" + strings.Repeat("The port took in four ships on Monday, and nine trains left the yard. ", 20) + "</p>"
	for _, title := range []string{
		strings.TrimSpace(strings.Repeat("Перевозки через порт ", 14)),
		strings.TrimSpace(strings.Repeat("港口的铁路", 60)),
		strings.TrimSpace(strings.Repeat("A very long headline ", 30)),
	} {
		page := fmt.Sprintf(`<!doctype html><html><head><title>%[1]s</title></head><body><main><h1>%[1]s</h1>%[2]s<aside class="related"><h3>Related</h3><a href="/x">x</a></aside></main></body></html>`, title, body)
		r, err := Read(t.Context(), Page{URL: "https://www.example.org/a", ContentType: "text/html; charset=utf-8", Body: []byte(page)})
		if err != nil || r.Title != title {
			t.Errorf("%.30s: the title is %.60q, %v", title, r.Title, err)
		}
	}
}
