package articles

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/testkit"

	"github.com/lib/pq"
)

// allRows is a table as text, without the columns that record a look.
func allRows(t *testing.T, db *postgres.DB, table string) string {
	t.Helper()
	var rows string
	err := db.Get(&rows, `SELECT COALESCE(string_agg((to_jsonb(t) - '{content_hash,rules,read_programs,read_regions,digest,checked_at,etag,last_modified,title_key,text_key,text_bands,compared,read_published}'::text[])::text, E'\n' ORDER BY to_jsonb(t)::text), '') FROM `+table+` AS t`)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// readByOlderRules makes an article as if other rules had read its page: another text,
// fewer labels, another date.
func readByOlderRules(t *testing.T, db *postgres.DB) {
	t.Helper()
	if _, err := db.Exec(`
		UPDATE articles SET rules = 1, content_hash = '\x00', title = 'Old ' || title, content_html = '<p>Half of it.</p>', content_text = 'Half of it.',
			programs = '{}', regions = '{}', published = published - interval '3 days', read_programs = NULL, read_regions = NULL`); err != nil {
		t.Fatal(err)
	}
}

// notified returns how many notifications the channels of articles and releases bring
// while fn runs.
func notified(t *testing.T, db *postgres.DB, fn func()) int {
	t.Helper()
	l := pq.NewListener(db.URL, time.Second, time.Second, nil)
	defer l.Close()
	for _, channel := range []string{"articles", "releases", "end"} {
		if err := l.Listen(channel); err != nil {
			t.Fatal(err)
		}
	}
	fn()
	if _, err := db.Exec(`NOTIFY "end"`); err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		select {
		case got := <-l.Notify:
			if got != nil && got.Channel == "end" {
				return n
			}
		case <-time.After(10 * time.Second):
			t.Fatal("no end of notifications")
		}
	}
}

func TestNewRulesAreNoChangeOfAnArticle(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	s.article("/eep/one", "One", "First text.")
	s.sitemap("/eep/one")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	gather(t, g, s)
	readByOlderRules(t, db)
	tables := []string{"articles", "article_versions", "article_addresses", "release_counter"}
	var before []string
	for _, table := range tables {
		before = append(before, allRows(t, db, table))
	}
	for range 3 {
		c.now = c.now.Add(time.Hour)
		if n := notified(t, db, func() { want(t, gather(t, g, s), "/eep/one", Unchanged) }); n != 0 {
			t.Errorf("%d notifications", n)
		}
		for i, table := range tables {
			if after := allRows(t, db, table); after != before[i] {
				t.Errorf("%s changed from\n%s\nto\n%s", table, before[i], after)
			}
		}
	}

	// An edit is one, also after that; labels that the rules found meanwhile are no news.
	s.article("/eep/one", "One", "Second text.")
	c.now = c.now.Add(time.Hour)
	want(t, gather(t, g, s), "/eep/one", Updated)
	a, err := g.store.Find(t.Context(), s.URL+"/eep/one")
	if err != nil || !strings.Contains(a.ContentText, "Second text.") || a.Version != 2 || a.ReleaseNo != 1 || len(a.Regions) != 1 {
		t.Errorf("%+v %v", a, err)
	}
	c.now = c.now.Add(time.Hour)
	want(t, gather(t, g, s), "/eep/one", Unchanged)
}

// TestEditBetweenTwoRules: the first look after an upgrade finds an edit if the document
// itself says so.
func TestEditBetweenTwoRules(t *testing.T) {
	testkit.Heavy(t)
	looked := start().now
	nonce := 0
	tests := map[string]struct {
		before, after map[string]string // headers; "modified" is written into the page
		sameBytes     bool
		want          Outcome
	}{
		"nothing said":                  {want: Unchanged},
		"dateModified later":            {after: map[string]string{"modified": "2026-03-02T12:30:00Z"}, want: Updated},
		"dateModified earlier":          {after: map[string]string{"modified": "2026-03-01T12:30:00Z"}, want: Unchanged},
		"dateModified in the future":    {after: map[string]string{"modified": "2027-03-01T12:30:00Z"}, want: Unchanged},
		"Last-Modified later":           {before: map[string]string{"Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}, after: map[string]string{"Last-Modified": "Mon, 02 Mar 2026 12:30:00 GMT"}, want: Updated},
		"Last-Modified for the first":   {after: map[string]string{"Last-Modified": "Mon, 02 Mar 2026 12:30:00 GMT"}, want: Updated},
		"Last-Modified earlier":         {after: map[string]string{"Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}, want: Unchanged},
		"another ETag":                  {before: map[string]string{"ETag": `"a"`}, after: map[string]string{"ETag": `"b"`}, want: Updated},
		"an ETag that changes always":   {before: map[string]string{"ETag": `"a"`}, after: map[string]string{"ETag": "nonce"}, want: Unchanged},
		"a first ETag":                  {after: map[string]string{"ETag": `"b"`}, want: Unchanged},
		"another ETag of the same page": {before: map[string]string{"ETag": `"a"`}, after: map[string]string{"ETag": `"b"`}, sameBytes: true, want: Unchanged},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, c, db := newSite(t), start(), postgrestest.New(t)
			serve := func(headers map[string]string, text string) {
				s.handle("/a/one", func(w http.ResponseWriter, _ *http.Request) {
					head := ""
					for key, value := range headers {
						switch {
						case key == "modified":
							head = `<meta property="article:modified_time" content="` + value + `">`
						case value == "nonce":
							nonce++
							w.Header().Set(key, fmt.Sprintf(`"%d"`, nonce))
						default:
							w.Header().Set(key, value)
						}
					}
					w.Header().Set("Content-Type", "text/html; charset=utf-8")
					_, _ = io.WriteString(w, `<html lang="en"><head><title>One</title><meta property="article:published_time" content="2026-03-01T08:00:00Z">`+head+
						`</head><body><article><h1>One</h1><p>`+text+strings.Repeat(" Kazakhstan builds a port, and what is said of it here is long enough.", 12)+`</p></article></body></html>`)
				})
			}
			serve(test.before, "First text.")
			s.sitemap("/a/one")
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
			gather(t, g, s)
			readByOlderRules(t, db)
			if test.sameBytes {
				serve(test.after, "First text.")
			} else {
				serve(test.after, "Second text.")
			}
			c.now = looked.Add(time.Hour)
			want(t, gather(t, g, s), "/a/one", test.want)
			a, err := g.store.Find(t.Context(), s.URL+"/a/one")
			if err != nil || a.ReleaseNo != 1 {
				t.Errorf("release %d, %v", a.ReleaseNo, err)
			}
			c.now = looked.Add(2 * time.Hour)
			want(t, gather(t, g, s), "/a/one", Unchanged)
		})
	}
}

// TestFilesBetweenTwoRules: a file says by its bytes and its time that it was edited.
func TestFilesBetweenTwoRules(t *testing.T) {
	c, db, folder := start(), postgrestest.New(t), t.TempDir()
	path := filepath.Join(folder, "one.md")
	write := func(text string, at time.Time) {
		t.Helper()
		if err := os.WriteFile(path, []byte("---\ntitle: One\n---\n"+strings.Repeat(text+" ", 40)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	g := newGatherer(t, db, c)
	imported := func(outcome Outcome) {
		t.Helper()
		c.now = c.now.Add(time.Hour)
		row, err := g.Import(t.Context(), path, ImportOptions{})
		if err != nil || row.Outcome != outcome {
			t.Errorf("%s, want %s: %v", row.Outcome, outcome, err)
		}
	}
	write("First text.", c.now)
	imported(New)
	readByOlderRules(t, db)
	imported(Unchanged)
	readByOlderRules(t, db)
	write("Second text.", c.now.Add(-48*time.Hour)) // copied with its time: the bytes tell
	imported(Updated)
	readByOlderRules(t, db)
	if _, err := db.Exec(`UPDATE articles SET digest = NULL`); err != nil {
		t.Fatal(err)
	}
	imported(Unchanged)
	readByOlderRules(t, db)
	if _, err := db.Exec(`UPDATE articles SET digest = NULL`); err != nil {
		t.Fatal(err)
	}
	write("Third text.", c.now.Add(time.Minute))
	imported(Updated)
}
