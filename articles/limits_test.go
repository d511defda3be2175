package articles

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"corridor/articles/reading"
	"corridor/testkit"

	"corridor/postgres/postgrestest"
)

func TestCutAtWord(t *testing.T) {
	for _, test := range []struct {
		text string
		most int
		want string
	}{
		{"", 10, ""},
		{"ten letter", 10, "ten letter"},
		{"a port on the sea", 10, "a port on…"},
		{"a port, on the sea", 8, "a port…"},
		{"a port on the sea", 7, "a port…"}, // the limit counts "…"
		{"a port – on the sea", 9, "a port…"},
		{"harbourmaster", 10, "harbourma…"}, // a long word is cut through
		{"a harbourmaster", 10, "a harbour…"},
		{"港口和铁路的新闻", 5, "港口和铁…"},
		{"порт и железная дорога", 8, "порт и…"},
		{"cafe\u0301s cafe\u0301s", 5, "caf…"}, // no letter without its mark
		{"x\u0301\u0302\u0303", 3, "x…"},
		{"👍👍👍👍👍👍", 4, "👍👍👍…"},
	} {
		got := cutAtWord(test.text, test.most)
		if got != test.want || utf8.RuneCountInString(got) > test.most {
			t.Errorf("%q to %d: %q, want %q", test.text, test.most, got, test.want)
		}
	}
}

// Pages with fields that are too long, or cannot be stored as they are. Each takes nothing
// but itself out of a gather.
func TestFieldsOfPagesAreLimited(t *testing.T) {
	body := "<p>By Ann Reader</p>" + strings.Repeat("<p>Kazakhstan builds a port, and what is said of it here is long enough to be an article.</p>", 5)
	ld := func(fields string) string {
		return `<html lang="en"><head><title>A port</title><script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-03-01T08:00:00Z", ` + fields + `}</script></head><body><h1>A port</h1>` + body + `</body></html>`
	}
	words := func(n int) string { return strings.TrimSpace(strings.Repeat("port ", n)) }
	names := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`{"@type": "Person", "name": "Ann %c%c Reader"}`, 'A'+i%26, 'a'+i/26%26))
		}
		return `"author": [` + strings.Join(list, ", ") + "]"
	}
	for name, test := range map[string]struct {
		page    string
		skipped string // part of the reason
		holds   func(a Article) bool
	}{
		"title of 100 words":       {page: "<html><body><h1>" + words(100) + "</h1>" + body, holds: func(a Article) bool { return strings.HasSuffix(a.Title, "port…") }},
		"headline of 200,000":      {page: "<html><body><h1>" + strings.Repeat("x", 200_000) + "</h1>" + body, skipped: "the page has no headline"},
		"title with NUL":           {page: ld(`"headline": "A\u0000 port\u0000"`), holds: func(a Article) bool { return a.Title == "A port" }},
		"title of nothing else":    {page: ld(`"headline": "\u0000"`), skipped: "its title has no letters"},
		"body with NUL":            {page: ld(`"articleBody": "` + strings.Repeat(`The port\u0000 grows. `, 200) + `"`)},
		"summary of 2,000 letters": {page: ld(`"description": "` + words(400) + `"`)},
		"image of 500,000 letters": {page: ld(`"image": "http://x/` + strings.Repeat("x", 500_000) + `"`), skipped: "the address of its image has more than 20000"},
		"image of 3,000 letters":   {page: ld(`"image": "http://x/` + strings.Repeat("x", 3_000) + `"`), holds: func(a Article) bool { return a.ImageURL == "" }},
		"image in the page":        {page: ld(`"image": "data:image/png;base64,` + strings.Repeat("A", 50_000) + `"`), holds: func(a Article) bool { return a.ImageURL == "" }},
		"30 authors":               {page: ld(names(30)), holds: func(a Article) bool { return len(a.Authors) == 20 && a.Authors[0] == "Ann Aa Reader" }},
		"a name of 1,000 letters":  {page: ld(`"author": "Ann ` + strings.Repeat("x", 1000) + `"`)},
		"a language of 1,000":      {page: ld(`"inLanguage": "en-` + strings.Repeat("x", 1000) + `"`)},
		"a year after 9999":        {page: ld(`"dateModified": "9999-12-31T23:59:59-10:00"`)},
		"a year before 1":          {page: strings.Replace(ld(`"headline": "A port"`), "2026-03-01T08:00:00Z", "0000-01-01T00:00:00+10:00", 1)},
		"canonical of 3,000":       {page: `<html><head><link rel="canonical" href="/` + strings.Repeat("ж", 1_000) + `"></head><body><h1>A port</h1>` + body},
		"canonical in no UTF-8":    {page: `<html><head><meta charset="utf-8"><link rel="canonical" href="/a?x=` + "\xff" + `"></head><body><h1>A port</h1>` + body},
		"credit of 1,000":          {page: `<html><body><h1>A port</h1><figure><img src="/a.jpg"><figcaption>Photo: ` + words(200) + `</figcaption></figure>` + body},
		"an ETag of no text":       {page: "etag"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, db, c := newSite(t), postgrestest.New(t), start()
			s.article("/a/good", "A good article", "It is gathered whatever the other is.")
			s.sitemap("/a/good", "/a/odd")
			if s.set("/a/odd", "text/html; charset=utf-8", test.page); test.page == "etag" {
				s.handle("/a/odd", func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("ETag", "\"\xff"+strings.Repeat("x", 1000)+`"`)
					fmt.Fprint(w, ld(`"headline": "A port"`))
				})
			}
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
			for round, outcome := range []Outcome{New, Unchanged} {
				rows, failures, err := g.Gather(t.Context())
				if err != nil || len(failures) > 0 || len(rows) != 2 {
					t.Fatalf("%v, %v, %v", rows, failures, err)
				}
				if rows[0].Outcome != outcome {
					t.Errorf("round %d: the other article is %s", round, rows[0].Outcome)
				}
				if odd := rows[1]; test.skipped != "" {
					if odd.Outcome != Skipped || !strings.Contains(odd.Reason, test.skipped) {
						t.Errorf("round %d: %s %s, want a skip that says %q", round, odd.Outcome, odd.Reason, test.skipped)
					}
				} else {
					if odd.Outcome != outcome {
						t.Errorf("round %d: %s %s, want %s", round, odd.Outcome, odd.Reason, outcome)
					}
					checkLimits(t, odd.Article)
					if test.holds != nil && !test.holds(odd.Article) {
						t.Errorf("%+v", odd.Article)
					}
				}
			}
		})
	}
}

func checkLimits(t *testing.T, a Article) {
	t.Helper()
	size := utf8.RuneCountInString
	if a.Title == "" || size(a.Title) > maxTitle || size(a.Summary) > maxSummary || size(a.ImageCredit) > maxCredit || len(a.Authors) > storedAuthors ||
		len(a.URL) > reading.MaxAddress || len(a.ImageURL) > reading.MaxAddress || len(a.Language) > maxLanguage {
		t.Errorf("over a limit: %.3000q", fmt.Sprintf("%+v", a))
	}
	for _, name := range a.Authors {
		if size(name) > maxName {
			t.Errorf("%q", name)
		}
	}
}

// A known article stays as it is when its page becomes too long. An overlong file is
// refused.
func TestKnownArticlesOutliveOverlongPages(t *testing.T) {
	s, db, c := newSite(t), postgrestest.New(t), start()
	s.article("/a/port", "A port", "It grows.")
	s.sitemap("/a/port")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	want(t, gather(t, g, s), "/a/port", New)
	s.article("/a/port", strings.Repeat("port ", 10_000), "It grows.")
	want(t, gather(t, g, s), "/a/port", Unchanged)
	a, err := g.store.Find(t.Context(), s.URL+"/a/port")
	if err != nil || a.Title != "A port" || a.State != Released || a.Version != 1 {
		t.Errorf("%+v, %v", a, err)
	}
	for name, body := range map[string]string{
		"long.md":    "---\ntitle: " + strings.Repeat("x", 5000) + "\n---\nThe port grows.\n",
		"heading.md": "# " + strings.Repeat("x", 5000) + "\n\nThe port grows.\n",
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := g.Import(t.Context(), path, ImportOptions{}); err == nil || !strings.Contains(err.Error(), "its title has 5000 characters; 300 are allowed") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The migration cuts stored texts, and the next gather sees no edit in that.
func TestMigrationCutsStoredFields(t *testing.T) {
	testkit.Heavy(t)
	s, c := newSite(t), &clock{postgrestest.OldNow}
	db, old := postgrestest.NewOld(t, postgrestest.OldSite, s.URL)
	for path, page := range old.Pages {
		s.set(path, "text/html; charset=utf-8", page)
	}
	s.set("/sitemap.xml", "application/xml", old.Sitemap)
	const snapshot = `SELECT string_agg(concat_ws(' ', id, url, uid, state, updated, changed_at, release_no, released_at, version, encode(content_hash, 'hex'), programs, regions), E'\n' ORDER BY id) FROM articles`
	if _, err := db.Exec(`
		UPDATE articles SET title = repeat('port ', 200000), summary = repeat('sea ', 1000), image_credit = repeat('x', 1000), image_url = 'http://x/' || repeat('x', 500000),
			authors = ARRAY[repeat('Ann ', 300000)] || array_fill('Bell'::text, ARRAY[40]), etag = repeat('x', 600), language = repeat('x', 99)
		WHERE id = (SELECT min(id) FROM articles WHERE source = 'site' AND state = 'released')`); err != nil {
		t.Fatal(err)
	}
	var before, after string
	if err := db.Get(&before, snapshot); err != nil {
		t.Fatal(err)
	}
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Get(&after, snapshot); err != nil || after != before {
		t.Errorf("the migration changed\n%s\nto\n%s\n%v", before, after, err)
	}
	all, err := NewStore(db).List(t.Context(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	cut := ""
	for _, a := range all {
		checkLimits(t, a)
		if strings.HasSuffix(a.Title, "port…") {
			if cut = strings.TrimPrefix(a.URL, s.URL); !strings.HasSuffix(a.Summary, "sea…") || a.ImageURL != "" || len(a.Authors) != 20 || a.Title != cutAtWord(strings.Repeat("port ", 1000), maxTitle) {
				t.Errorf("%d letters: %+v", utf8.RuneCountInString(a.Title), a)
			}
		}
	}
	if cut == "" {
		t.Error("no title was cut")
	}
	var labels int
	if err := db.Get(&labels, `SELECT COALESCE(max(length(array_to_string(past_labels, ''))), 0) FROM articles`); err != nil || labels > 1000 {
		t.Errorf("past labels have %d letters, %v", labels, err)
	}
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	for range 2 {
		want(t, gather(t, g, s), cut, Unchanged)
		c.now = c.now.Add(time.Hour)
	}
}

// An entry of a feed that is overlong, or has bytes that cannot be stored, is left out
// alone.
func TestFieldsOfFeedsAreLimited(t *testing.T) {
	s, db, c := newSite(t), postgrestest.New(t), start()
	text := "<p>" + strings.Repeat("The port grows. ", 100) + "</p>"
	var b strings.Builder
	for _, item := range []string{
		"<title>" + strings.Repeat("x", 1_000_000/4) + "</title><guid>long title</guid>",
		"<title>Long id</title><guid>" + strings.Repeat("x", 100_000) + "</guid>",
		"<title>Long id and address</title><guid>" + strings.Repeat("x", 100_000) + "</guid><link>/a/known</link>",
		"<title>Long author</title><guid>a</guid><author>" + strings.Repeat("x ", 5_000) + "</author>",
		"<title>Good</title><guid>good</guid>",
	} {
		fmt.Fprintf(&b, "<item>%s<pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate><content:encoded><![CDATA[%s]]></content:encoded></item>", item, text)
	}
	s.set("/feed.xml", "application/rss+xml", `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Notes</title>`+b.String()+"</channel></rss>")
	g := newGatherer(t, db, c, Source{Name: "notes", Kind: Feed, URL: s.URL + "/feed.xml"})
	for _, outcome := range []Outcome{New, Unchanged} {
		rows, failures, err := g.Gather(t.Context())
		if err != nil || len(failures) > 0 {
			t.Fatal(failures, err)
		}
		got := map[string]Outcome{}
		for _, row := range rows {
			got[row.Article.Title] = row.Outcome
		}
		if got["Good"] != outcome || got["Long id and address"] != outcome || got[""] != Skipped {
			t.Errorf("%v", got)
		}
	}
}
