package feeds

import (
	"strings"
	"testing"

	"corridor/articles"
)

func TestWebAddress(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.example.org/a?b=1&c=%D1%84#d":       "https://www.example.org/a?b=1&c=%D1%84#d",
		"HTTP://www.example.org":                         "http://www.example.org",
		"https://www.example.org/ф {1}|^.jpg?q=\"ф\"&x%": "https://www.example.org/%D1%84%20%7B1%7D%7C%5E.jpg?q=%22%D1%84%22&x%25",
		"https://www.example.org/\x00\xff<>":             "https://www.example.org/%00%FF%3C%3E",
		"javascript:alert(1)":                            "",
		"javascript://www.example.org/%0aalert(1)":       "",
		"data:image/png;base64,AAAA":                     "",
		"//www.example.org/a":                            "",
		"/a.jpg":                                         "",
		"https:///a":                                     "",
		"":                                               "",
	} {
		if got := webAddress(address); got != want {
			t.Errorf("%q is %q, want %q", address, got, want)
		}
	}
}

func TestEntriesAreCleaned(t *testing.T) {
	e := entry{
		title: "\x00\u0085\u009f\x7f", url: "https://www.example.org/a", authors: []string{"A\x7f\u0080 B", "\x01", " "}, summary: "a\u0085b", language: "English, mostly",
		content: "<p>x\x7f\u009f</p>", imageURL: "javascript:alert(1)", imageCredit: "C",
	}
	e.clean()
	if e.title != e.url {
		t.Errorf("a title of nothing became %q", e.title)
	}
	if len(e.authors) != 1 || e.authors[0] != "A B" {
		t.Errorf("authors %q", e.authors)
	}
	if e.content != "<p>x</p>" || e.imageURL != "" || e.language != "" {
		t.Errorf("content %q, picture %q, language %q", e.content, e.imageURL, e.language)
	}
}

func TestPlainText(t *testing.T) {
	for text, want := range map[string]string{
		"Oil & gas < 3 > 2":   "Oil &amp; gas &lt; 3 &gt; 2",
		"R&D":                 "R&#x26;D",
		"S&P500 & <b>x</b>":   "S&#x26;P500 &#x26; &#x3C;b&gt;x&#x3C;/b&gt;",
		"&#60; and &copy; ©":  "&#x26;#60; and &#x26;copy; ©",
		"\"quotes\" 'single'": "\"quotes\" 'single'",
	} {
		if got := plainText(text).XML; got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}

// Entries that were never edited have their date as the time of their last change, and many
// have the same date.
func TestNoTwoEntriesBearTheSameUpdate(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.article(0)
	}
	seen := map[string]bool{}
	for _, part := range strings.Split(string(w.document(w.publisher(), Topic{}, Atom, "").Body), "<entry>")[1:] {
		_, updated, _ := strings.Cut(part, "<updated>")
		updated, _, _ = strings.Cut(updated, "<")
		if seen[updated] || !strings.HasPrefix(updated, "2026-03-02T08:00:00.00000") {
			t.Errorf("updated %s", updated)
		}
		seen[updated] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d entries", len(seen))
	}
}

// A date after the release is a slip. It must not keep the article at the top of feeds.
func TestDatesToComeAreNotBelieved(t *testing.T) {
	w := newWorld(t)
	w.article(0, func(f *articles.Found) { f.Title, f.Published = "Next year", day0.AddDate(1, 0, 0) })
	w.article(3, func(f *articles.Found) { f.Title, f.Published = "This evening", day0.AddDate(0, 0, 3).Add(9*60*60*1e9) })
	body := string(w.document(w.publisher(), Topic{}, Atom, "").Body)
	first, second := strings.Index(body, "This evening"), strings.Index(body, "Next year")
	if first < 0 || second < first {
		t.Errorf("in the wrong order: %s", body)
	}
	for _, published := range []string{"2026-03-05T09:00:00Z", "2026-03-02T09:00:00Z"} {
		if !strings.Contains(body, "<published>"+published) {
			t.Errorf("nothing was published at %s: %s", published, body)
		}
	}
}
