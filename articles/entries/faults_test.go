package entries

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

func utf16le(text string) string {
	b := []byte{0xFF, 0xFE}
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

// Faults that people's programs make in feeds, and the titles that are read all the same.
func TestFaultsOfFeeds(t *testing.T) {
	item := func(n int, title string) string {
		return fmt.Sprintf("<item><title>%s</title><link>http://s/%d</link><guid>g%d</guid><description>Text %d</description></item>", title, n, n, n)
	}
	const head, end = `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Notes</title><language>en</language>`, "</channel></rss>"
	const atom, rdf = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title>`, `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>Notes</title></channel>`
	entry := func(n int, title string) string {
		return fmt.Sprintf(`<entry><id>g%d</id><title>%s</title><link href="http://s/%d?a=1&b=2"/></entry>`, n, title, n)
	}
	jsonFeed := func(items ...string) string {
		return `{"version": "https://jsonfeed.org/version/1.1", "title": "Notes", "items": [` + strings.Join(items, ",") + "]}"
	}
	const jsonOne, jsonTwo = `{"id": "1", "url": "http://s/1", "title": "one", "content_text": "x"}`, `{"id": "2", "url": "http://s/2", "title": "two", "content_text": "x"}`
	for name, c := range map[string]struct {
		body, contentType string
		want              []string
		fault             string
	}{
		"plain":                  {body: head + item(1, "one") + item(2, "two") + end, want: []string{"one", "two"}},
		"bare ampersand":         {body: head + item(1, "one & two") + item(2, "two") + end, want: []string{"one & two", "two"}},
		"control character":      {body: head + item(1, "o\x01ne") + item(2, "two") + end, want: []string{"one", "two"}},
		"bytes that are no text": {body: head + item(1, "one") + item(2, "t\xffwo") + end, want: []string{"one", "tÿwo"}},
		"bare <":                 {body: head + item(1, "5 < 6") + item(2, "two") + end, want: []string{"5 < 6", "two"}},
		"bare < beside CDATA":    {body: head + item(1, "<![CDATA[3 < 4]]>") + item(2, "5 < 6") + end, want: []string{"3 < 4", "5 < 6"}},
		"attribute without end":  {body: head + item(1, "one") + `<item><title>x</title><enclosure url="http://s/x></item>` + item(3, "three") + end, want: []string{"one", "three"}, fault: "1 of 3"},
		"CDATA without end":      {body: head + item(1, "one") + item(2, "<![CDATA[two") + item(3, "three") + end, want: []string{"one", "two", "three"}},
		"breaks off":             {body: head + item(1, "one") + item(2, "two") + "<item><title>thr", want: []string{"one", "two"}, fault: "1 of 3"},
		"no end of the feed":     {body: head + item(1, "one") + item(2, "two"), want: []string{"one", "two"}},
		"warning above":          {body: "<br />\n<b>Warning</b>: x in y on line 3\n" + head + item(1, "one") + end, want: []string{"one"}},
		"unknown encoding":       {body: strings.Replace(head, "UTF-8", "utf8mb4", 1) + item(1, "one") + end, want: []string{"one"}},
		"header names encoding":  {body: strings.Replace(head, "UTF-8", "nonsense", 1) + item(1, "\xee\xe4\xe8\xed") + end, contentType: "text/xml; charset=windows-1251", want: []string{"один"}},
		"UTF-16":                 {body: utf16le(strings.Replace(head, "UTF-8", "UTF-16", 1) + item(1, "one") + end), want: []string{"one"}},
		"Atom":                   {body: atom + entry(1, "one") + entry(2, "5 < 6") + "<entry><title>x</title><link href='http://s/3></entry></feed>", want: []string{"one", "5 < 6", "x"}},
		"RSS 1.0":                {body: rdf + item(1, "one") + item(2, "5 < 6") + "</rdf:RDF>", want: []string{"one", "5 < 6"}},
		"JSON":                   {body: jsonFeed(jsonOne, jsonTwo), want: []string{"one", "two"}},
		"JSON with a mark":       {body: "\ufeff" + jsonFeed(jsonOne), want: []string{"one"}},
		"JSON of wrong types":    {body: jsonFeed(jsonOne, `{"id": "3", "authors": "Ann"}`, `7`, jsonTwo), want: []string{"one", "two"}, fault: "2 of 4"},
		"empty":                  {body: "", fault: "is not a feed"},
		"a page":                 {body: "<!doctype html><html><body>Back soon</body></html>", fault: "is not a feed"},
		"other JSON":             {body: `{"error": "x"}`, fault: "is not a feed"},
		"only bad entries":       {body: head + "<item><title>x</title><enclosure url='x></item>" + end, fault: "is not a feed"},
	} {
		feed, err := Read("http://s/feed.xml", c.contentType, []byte(c.body))
		var got []string
		if feed != nil {
			for _, item := range feed.Entries {
				got = append(got, item.Title)
			}
		}
		if !slices.Equal(got, c.want) || (feed == nil) != (c.want == nil) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if (err == nil) != (c.fault == "") || err != nil && (!strings.Contains(err.Error(), c.fault) || errors.Is(err, ErrBadEntries) != (c.want != nil)) {
			t.Errorf("%s: the error is %v, want %q", name, err, c.fault)
		}
	}
}

// A feed that breaks off in a CDATA section keeps the markup of the text before.
func TestSectionThatBreaksOff(t *testing.T) {
	body := `<rss version="2.0" xmlns:content="c"><channel><item><title>A</title><link>http://s/1</link><content:encoded><![CDATA[<p>One.</p><p>Two, whi`
	feed, _ := Read("http://s/feed.xml", "application/rss+xml", []byte(body))
	if feed == nil || len(feed.Entries) != 1 {
		t.Fatalf("read %+v, want one entry", feed)
	}
	if got := feed.Entries[0].Content; got != "<p>One.</p><p>Two, whi" {
		t.Errorf("the text is %q", got)
	}
}
