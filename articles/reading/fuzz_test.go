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

	"golang.org/x/net/html"
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
	if content := strings.ToLower(r.ContentHTML); strings.Contains(content, "<script") || strings.Contains(content, "javascript:") && strings.Contains(content, `href="javascript:`) {
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

// FuzzSrcset chooses one of the addresses that a srcset has, whatever it is.
func FuzzSrcset(f *testing.F) {
	f.Add("a.jpg 500w, b.jpg 1000w")
	f.Add("/w_300,h_200/a.jpg 300w,data:image/gif;base64,R0lG 1x")
	f.Fuzz(func(t *testing.T, srcset string) {
		if got := chosen(srcset); !strings.Contains(srcset, got) || strings.ContainsAny(got, " \t\n") {
			t.Errorf("%q of %q", got, srcset)
		}
	})
}

// FuzzFragment reads fragments of embedded pieces, listings, notes and formulas in a page:
// nothing of a script or frame is left, and addresses of media are web addresses.
func FuzzFragment(f *testing.F) {
	for _, seed := range []string{
		`<iframe src="https://www.youtube.com/embed/abc123XYZ" title="x"></iframe>`,
		`<object class="tableauViz"><param name="host_url" value="https%3A%2F%2Fpublic.tableau.com%2F"><param name="name" value="B/S"></object>`,
		`<blockquote class="twitter-tweet"><p>x</p>&mdash; y <a href="https://x.com/a/status/1">z</a></blockquote>`,
		`<div data-settings="{&quot;url&quot;:&quot;https:\/\/vimeo.com\/42&quot;}"></div>`,
		`<embedded-media address="javascript:x" title="&lt;script>" file="audio"></embedded-media>`,
		`<div class="flourish-embed" data-src="x"><noscript><img src=/a onerror=x></noscript></div>`,
		"<table><tr><td>1</td><td><pre>a\n b</pre></td></tr></table>", `<p><a href="#a&quot;b">1</a></p><p id='a"b'>x</p>`, `<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>`,
		`<iframe src="//www." title="x"></iframe>`, `<figure style="background:url(javascript:x)"></figure>`, `<video poster="javascript:x"><source src="/a.mp4"></video>`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		r, err := Read(t.Context(), Page{URL: "https://www.example.org/a/b", ContentType: "text/html; charset=utf-8", Body: []byte(mediaPage(fragment))})
		if err != nil {
			return
		}
		sound(t, r)
		checkMedia(t, r)
	})
}

// checkMedia checks the pieces of a reading and the HTML that shows them.
func checkMedia(t *testing.T, r Reading) {
	t.Helper()
	for _, m := range r.Media {
		if webAddress("", m.URL) == "" || m.Kind == "" || m.Provider == "" || utf8.RuneCountInString(m.Title) > maxMediaTitle || m.Title != oneLine(m.Title) {
			t.Errorf("a piece %+v", m)
		}
	}
	root, err := html.Parse(strings.NewReader(r.ContentHTML))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		switch n.Data {
		case "iframe", "script", "object", "embed", "noscript", "style", mediaElement:
			if n.Type == html.ElementNode {
				t.Errorf("an element %s in %q", n.Data, r.ContentHTML)
			}
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || (a.Key == "src" || a.Key == "href" || a.Key == "poster") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				t.Errorf("an attribute %s=%q in %q", a.Key, a.Val, r.ContentHTML)
			}
			if a.Key == "id" && !strings.HasPrefix(a.Val, idPrefix) {
				t.Errorf("an id %q", a.Val)
			}
		}
	}
}

// FuzzScanDates searches any text for dates, in time that grows with the text.
func FuzzScanDates(f *testing.F) {
	for _, text := range []string{"Posted by Ann on 15 October 2019 at 09:11", "2026-11-27T10:15:30+03:00", "令和8年11月5日", "۶ آذر ۱۴۰۵", "3 hours ago", "27. 11. 2026", "арван нэгдүгээр сарын 14"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, found := range scanDates(text) {
			if found.at.IsZero() || found.next <= found.first {
				t.Errorf("%q: %+v", text, found)
			}
		}
		if at := parseDate(text); !at.IsZero() && (at.Year() < 1800 || at.Year() > 2200) {
			t.Errorf("%q is %v", text, at)
		}
	})
}
