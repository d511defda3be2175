//go:build conformance

package main

import (
	"os"
	"strings"
	"testing"
)

// The rules must find mistakes.
func TestConformanceRulesFindMistakes(t *testing.T) {
	schema := jsonFeedSchema(t)
	for _, c := range []struct{ format, is, becomes, says string }{
		{"rss", "urn:uuid:00000000-0000-4000-8000-000000000002", "urn:uuid:00000000-0000-4000-8000-000000000001", "the same guid twice"},
		{"rss", "<title>Article 1<", "<title>Article <i>1</i><", "blanks around it: \"Article"},
		{"rss", "<title>Article 1<", "<title>Article &lt;i&gt;1&lt;/i&gt;<", `contains HTML: "Article`},
		{"rss", "Mon, 02 Mar 2026", "Tue, 02 Mar 2026", "the wrong day of the week"},
		{"rss", "Mon, 02 Mar 2026 08:00:00 +0000", "2026-03-02", "no date"},
		{"rss", "https://www.example.org/research/1<", "/research/1<", "no absolute address"},
		{"rss", "<p>The text of article 1.</p>", "<script>x</script>", "what feed readers refuse"},
		{"rss", "<p>The text of article 1.</p>", `<img src="/a.png">`, "not absolute"},
		{"rss", "feeds/all.rss", "feeds/other.rss", "self is"},
		{"rss", "<language>en<", "<language>english language<", "language"},
		{"rss", "</channel>", "", "not well-formed"},
		{"atom", "urn:uuid:00000000-0000-4000-8000-000000000002", "urn:uuid:00000000-0000-4000-8000-000000000001", "the same id twice"},
		{"atom", "<updated>2026-03-05", "<updated>2026-03-01", "newer than the feed"},
		{"atom", "&lt;p&gt;The text", "&lt;style&gt;The text", "what feed readers refuse"},
		{"atom", "2026-03-03T08:00:00.000002Z", "2026-03-02T08:00:00.000001Z", "the same time of a change"},
		{"atom", "Article 1<", "Article\u009f 1<", "the control character U+009F"},
		{"atom", "xmlns:media=", "xmlns:at=\"http://purl.org/atompub/tombstones/1.0\" xmlns:media=", "the namespace http://purl"},
		{"json", `"id":`, `"Id":`, "id"},
		{"json", `"content_html":"<p>The`, `"content":"<p>The`, "content"},
		{"json", `"date_published":"2026-03-02T08:00:00Z"`, `"date_published":"yesterday"`, "date_published"},
		{"json", `"url":"https://www.example.org/research/1"`, `"url":"/research/1"`, "url"},
	} {
		text, err := os.ReadFile("../../feeds/testdata/all." + c.format)
		if err != nil {
			t.Fatal(err)
		}
		kind := map[string]string{"rss": "rss+xml", "atom": "atom+xml", "json": "feed+json"}[c.format]
		d := document{
			address: "https://news.example.org/feeds/all." + c.format, contentType: "application/" + kind + "; charset=utf-8",
			body: strings.Replace(string(text), c.is, c.becomes, 1),
		}
		if d.body == string(text) {
			t.Fatalf("%s: there is no %q", c.format, c.is)
		}
		if found := strings.Join(d.troubles(t, schema), "\n"); !strings.Contains(found, c.says) {
			t.Errorf("%s with %q: nothing says %q: %s", c.format, c.becomes, c.says, found)
		}
	}
}
