package reading

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkJudge measures the cost of judging beside the reading of a short page with many
// elements around it.
func BenchmarkJudge(b *testing.B) {
	var page strings.Builder
	page.WriteString(`<!doctype html><html lang="en"><head><title>A short article</title></head><body><main><h1>A short article</h1><p>Four ships came in on Monday, and nine trains left the yard behind the quay before the evening.</p></main>`)
	for i := range 3000 {
		fmt.Fprintf(&page, `<div class="layout__item layout__item--%d u-1/2@tablet" id="item-%d"><span>Item %d</span></div>`, i, i, i)
	}
	page.WriteString(`</body></html>`)
	p := Page{URL: "https://news.example.org/a/b", ContentType: "text/html; charset=utf-8", Body: []byte(page.String())}
	for b.Loop() {
		r, _ := Read(b.Context(), p)
		Judge(Case{Reading: r, Asked: p.URL, Final: p.URL})
	}
}
