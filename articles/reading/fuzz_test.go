package reading

import (
	"bytes"
	"context"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// seeds adds the test pages to a fuzz target.
func seeds(f *testing.F) {
	f.Helper()
	pages, err := filepath.Glob("testdata/pages/*.html")
	if err != nil {
		f.Fatal(err)
	}
	for _, page := range pages {
		body, err := os.ReadFile(page)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
}

// sound checks the properties of a reading on which its users rely.
func sound(t *testing.T, r Reading) {
	t.Helper()
	for _, s := range append([]string{r.Title, r.Summary, r.ContentHTML, r.ContentText, r.ImageCredit}, r.Authors...) {
		if !utf8.ValidString(s) {
			t.Errorf("broken UTF-8 in %q", s)
		}
	}
	if r.Title == "" || strings.ContainsAny(r.Title, "\r\n") {
		t.Errorf("title %q", r.Title)
	}
	if html := strings.ToLower(r.ContentHTML); strings.Contains(html, "<script") || strings.Contains(html, "javascript:") && strings.Contains(html, `href="javascript:`) {
		t.Errorf("a script in %q", r.ContentHTML)
	}
}

func FuzzRead(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		read := func(body []byte) {
			if r, err := Read(context.Background(), Page{URL: "https://www.example.org/a/b", ContentType: "text/html", Body: body}); err == nil {
				sound(t, r)
			}
		}
		began := time.Now()
		read(body)
		if crc32.ChecksumIEEE(body)%16 != 0 && time.Since(began) < 100*time.Millisecond {
			return // reading large pages costs much: some, and those that are slow
		}
		if times := growth(read, body, bytes.Repeat(body, 1+64<<10/(len(body)+1))); times > 20 {
			t.Errorf("a byte of the page takes %.0f times as long when it is repeated", times)
		}
	})
}

func FuzzMarkdown(f *testing.F) {
	f.Add([]byte("---\ntitle: One\nauthors: [A, B]\ndate: 2026-01-02\n---\n\nText."))
	f.Add([]byte("# Title\n\n<script>x</script>\n\n[a](javascript:x)"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if r, err := Markdown(body); err == nil {
			sound(t, r)
		}
		if r, err := Text(body); err == nil {
			sound(t, r)
		}
	})
}
