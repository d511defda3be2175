package articles

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
)

// An unmodified feed without anything left to do costs a request and no round; a change of the
// feed, of the configuration, or a day without a round brings one.
func TestASettledFeedIsReadWithoutARound(t *testing.T) {
	s, db, c := newSite(t), postgrestest.New(t), start()
	var mu sync.Mutex
	var asked []string
	entry := func(i int) string {
		return fmt.Sprintf(`<item><title>Article %[1]d</title><link>%[2]s/a/%[1]d</link><guid isPermaLink="false">%[1]d</guid><pubDate>Sat, 28 Feb 2026 08:00:00 GMT</pubDate><content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[<p>%[3]s</p>]]></content:encoded><description>short</description></item>`,
			i, s.URL, strings.Repeat(fmt.Sprintf("The whole text of article %d stands in the feed. ", i), 30))
	}
	feed := `<rss version="2.0"><channel><title>Feed</title><link>https://www.example.org/</link><description>d</description>` + entry(1)
	s.handle("/feed.xml", tagged(&mu, "application/rss+xml", "feed", &feed, &asked))
	source := Source{Name: "notes", Kind: Feed, URL: s.URL + "/feed.xml", Every: time.Minute}
	g := newGatherer(t, db, c, source)
	read := func(what string, want string) {
		t.Helper()
		asked = nil
		result := g.readDue(t.Context(), g.Sources[0])
		if result.Err != nil || len(result.Failures) > 0 {
			t.Fatalf("%s: %+v", what, result)
		}
		var outcomes []string
		for _, row := range result.Rows {
			outcomes = append(outcomes, string(row.Outcome))
		}
		if got := fmt.Sprint(outcomes, asked); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
		c.now = c.now.Add(time.Hour)
		var late int
		if err := db.Get(&late, `SELECT count(*) FROM sources WHERE due_at IS NULL OR due_at > $1::timestamptz + interval '1 day' OR last_done_at < $1::timestamptz - interval '1 hour'`, c.now); err != nil || late != 0 {
			t.Errorf("%s: the source is due too late, or its reading is not recorded: %v", what, err)
		}
	}
	read("the first reading", "[new] [/feed.xml 200]")
	read("the second reading", "[unchanged] [/feed.xml 304]")
	read("a settled feed", "[] [/feed.xml 304]")
	if rows, _, err := g.Gather(t.Context()); err != nil || len(rows) != 1 { // staff see every article
		t.Errorf("%+v %v", rows, err)
	}
	feed += entry(2)
	read("a new entry", "[unchanged new] [/feed.xml 200]")
	read("the round after it", "[unchanged unchanged] [/feed.xml 304]")
	read("settled again", "[] [/feed.xml 304]")
	c.now = c.now.Add(settledFor)
	read("a day later", "[unchanged unchanged] [/feed.xml 304]")
	read("settled again", "[] [/feed.xml 304]")
	g.Sources[0].Match = "/a/*"
	read("another configuration", "[unchanged unchanged] [/feed.xml 200]")
	s.handle("/feed.xml", nil)
	if result := g.readDue(t.Context(), g.Sources[0]); len(result.Failures) != 1 || len(result.Rows) != 0 {
		t.Errorf("a feed that is gone: %+v", result)
	}
}

// The row of an article without an address names its page here, also when nothing changed.
func TestRowsNameThePageOfAnArticleWithoutAddress(t *testing.T) {
	s, db, c := newSite(t), postgrestest.New(t), start()
	s.set("/feed.xml", "application/rss+xml", `<rss version="2.0"><channel><title>x</title><link>https://www.example.org/</link><description>d</description><item><title>A note</title><guid isPermaLink="false">1</guid><pubDate>Sat, 28 Feb 2026 08:00:00 GMT</pubDate><description>Its text stands in the feed.</description></item></channel></rss>`)
	g := newGatherer(t, db, c, Source{Name: "notes", Kind: Feed, URL: s.URL + "/feed.xml"})
	for _, outcome := range []Outcome{New, Unchanged, Unchanged} {
		rows, failures, err := g.Gather(t.Context())
		if err != nil || len(failures) > 0 || len(rows) != 1 || rows[0].Outcome != outcome || rows[0].URL != "https://news.example.org/articles/1" {
			t.Errorf("%+v %v %v", rows, failures, err)
		}
		c.now = c.now.Add(time.Hour)
	}
}
