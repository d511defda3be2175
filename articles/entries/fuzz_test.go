package entries

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		rss(item(`<title>A &amp; B</title><link>/a</link><guid isPermaLink="false">x</guid><pubDate>Fri, 27 Nov 2026 10:00:00 GMT+7</pubDate><content:encoded><![CDATA[<p>Text</p>]]></content:encoded>`)),
		atom(entry(`<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>b</b></div></title><link href="a"/><content type="html">&lt;p>x</content>`)),
		`{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "url": "/a", "content_text": "x"}]}`,
		`<CHANNEL HREF="x"><ITEM HREF="/a"><TITLE>A</TITLE></ITEM></CHANNEL>`,
		"<rss><item><title><![CDATA[x</item><item><![CDATA[y]]></item>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		feed, err := Read("https://site.example/feed", "application/xml", []byte(text))
		if feed == nil && err == nil {
			t.Fatal("neither a feed nor an error")
		}
		if feed == nil {
			return
		}
		for _, e := range feed.Entries {
			if !utf8.ValidString(e.Title + e.Content + e.URL + e.ID) {
				t.Errorf("%+v is no UTF-8", e)
			}
			if e.ID == "" && e.URL == "" {
				t.Error("an entry can be found by nothing")
			}
		}
	})
}

// Documents that make a careless reader look at the same bytes again and again.
func TestReadIsLinear(t *testing.T) {
	for name, part := range map[string]string{
		"comments without an end": "<!--", "sections without an end": "<![CDATA[x</item>", "tags without an end": "<a b=\"", "values without an end": "<a b='x>",
		"open elements": "<p>", "open entries": "<item>", "end tags": "</p></q>", "declarations": "<!x[", "brackets": "< <", "entities": "&#;&amp", "namespaces": `<a xmlns:x1="y">`,
		"attributes": ` a="b"`, "paragraphs": "\n\n", "escaped": "&lt;p&gt;", "titles": "<title>&lt;b&gt;", "posts": "<p>The post ",
	} {
		took := func(n int) time.Duration {
			text := []byte("<rss><channel><item><title>A</title><link>/a</link><description>" + strings.Repeat(part, n/len(part)))
			best := time.Hour
			for range 3 {
				began := time.Now()
				_, _ = Read("https://site.example/feed", "", text)
				best = min(best, time.Since(began))
			}
			return best
		}
		short, long := took(25_000), took(400_000)
		if long > 80*short && long > 2*time.Second {
			t.Errorf("%s: 25 KB take %v, 400 KB %v", name, short, long)
		}
	}
}
