package articles

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

// snapshot holds the facts of each article that feeds and readers have.
func snapshot(t *testing.T, db *postgres.DB) map[int64]string {
	t.Helper()
	var rows []struct {
		ID  int64  `db:"id"`
		Row string `db:"row"`
	}
	if err := db.Select(&rows, `
		SELECT id, ROW(uid, url, guid, source, state, title, authors, published, updated, programs, regions, summary, image_url, language, content_html,
			version, newsworthy, release_no, released_at, numbered_at, changed_at, withdrawn_at)::text AS row
		FROM articles`); err != nil {
		t.Fatal(err)
	}
	all := map[int64]string{}
	for _, r := range rows {
		all[r.ID] = r.Row
	}
	return all
}

// upgraded returns a gatherer on an old database that has the present schema, and the
// site that the old version had gathered, served again.
func upgraded(t *testing.T) (*Gatherer, *clock, *postgrestest.Old) {
	t.Helper()
	old := &postgrestest.Old{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, contentType := old.Pages[r.URL.Path], "text/html; charset=utf-8"
		switch r.URL.Path {
		case "/sitemap.xml":
			body, contentType = old.Sitemap, "application/xml"
		case "/feed.xml":
			body, contentType = old.Feed, "application/rss+xml"
		}
		if body == "" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	db, facts := postgrestest.NewOld(t, postgrestest.OldSite, server.URL)
	*old = facts
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := &clock{postgrestest.OldNow}
	g := newGatherer(t, db, c,
		Source{Name: "site", Kind: Sitemap, URL: server.URL + "/sitemap.xml", Match: "/research/*/*"},
		Source{Name: "notes", Kind: Feed, URL: server.URL + "/feed.xml"})
	g.Brake = BrakeLimits{Share: 0.3, Least: 10}
	g.Labels = Labels{
		Programs: []Program{{Slug: "transport", Name: "Transport"}, {Slug: "energy", Name: "Energy"}, {Slug: "security", Name: "Security"}},
		Regions: []Region{
			{Slug: "central-asia", Name: "Central Asia", Countries: []string{"Kazakhstan", "Uzbekistan"}},
			{Slug: "south-caucasus", Name: "South Caucasus", Countries: []string{"Armenia", "Azerbaijan", "Georgia"}},
		},
	}
	return g, c, old
}

// TestUpgradeOfGathering: the site of an old database, gathered by the present rules,
// brings no reader an article again, and no known fact changes. What a wrong canonical
// address had merged comes apart without being news, and what it had stored twice is one article.
func TestUpgradeOfGathering(t *testing.T) {
	testkit.Heavy(t)
	g, c, old := upgraded(t)
	db, site := g.db, old.Site
	before := snapshot(t, db)
	tariff, err := g.store.Find(t.Context(), site+"/research/transport/tariff")
	if err != nil {
		t.Fatal(err)
	}
	print, err := g.store.Find(t.Context(), site+"/research/transport/pier-print")
	if err != nil {
		t.Fatal(err)
	}
	twice, err := g.store.Find(t.Context(), site+"/research/transport/lamp-on-the-pier")
	if err != nil || twice.ID <= print.ID {
		t.Fatal(twice.ID, print.ID, err)
	}
	apart := map[string]bool{site + "/research/energy/theme-two": true, site + "/research/transport/tariff-ru": true}
	for round := range 3 {
		c.now = c.now.Add(time.Hour)
		rows, failures, err := g.Gather(t.Context())
		if err != nil || len(failures) > 0 {
			t.Fatal(failures, err)
		}
		for _, row := range rows {
			_, wasKnown := before[row.Article.ID]
			switch {
			case row.Outcome == Unchanged || row.Outcome == Skipped:
			case round == 0 && row.Outcome == New && apart[row.URL] && !row.Article.Newsworthy:
			case round == 0 && row.Outcome == Updated && row.Article.ID == tariff.ID && row.Article.Title == "The Tariff" && row.Article.ReleaseNo == tariff.ReleaseNo && wasKnown:
			case round == 0 && row.Outcome == Updated && row.Article.ID == print.ID && row.URL == twice.URL && row.MovedFrom == print.URL && row.Article.ReleaseNo == print.ReleaseNo:
			default:
				t.Errorf("round %d: %s is %s, news %v", round, row.URL, row.Outcome, row.Article.Newsworthy)
			}
		}
		after := snapshot(t, db)
		for id, row := range before {
			if after[id] != row && id != tariff.ID && id != print.ID && id != twice.ID {
				t.Errorf("article %d was\n%s\nis\n%s", id, row, after[id])
			}
		}
		if len(after) != len(before)+len(apart) {
			t.Errorf("%d articles", len(after))
		}
	}
	for _, key := range []string{print.URL, twice.URL, print.UID, twice.UID, fmt.Sprint(twice.ID)} {
		if a, err := g.store.Find(t.Context(), key); err != nil || a.ID != print.ID || a.UID != print.UID || a.Version != 1 {
			t.Errorf("%s: article %d %v", key, a.ID, err)
		}
	}
	for address := range apart {
		if a, err := g.store.Find(t.Context(), address); err != nil || a.URL != address {
			t.Errorf("%s: %s %v", address, a.URL, err)
		}
	}
}

// TestUpgradeOfASiteThatMoves at the same time: the old rules' readings are known at
// new addresses too.
func TestUpgradeOfASiteThatMoves(t *testing.T) {
	testkit.Heavy(t)
	g, c, old := upgraded(t)
	before := snapshot(t, g.db)
	// Its stored text is that of the Russian page, so it moves there.
	tariff, err := g.store.Find(t.Context(), old.Site+"/research/transport/tariff")
	if err != nil {
		t.Fatal(err)
	}
	moved := map[string]string{}
	for path, body := range old.Pages {
		if strings.HasPrefix(path, "/research/") && !strings.Contains(body, "rel=\"canonical\"") {
			delete(old.Pages, path)
			moved["/research"+path[len("/research"):]+".html"] = body
			old.Sitemap = strings.ReplaceAll(old.Sitemap, path+"<", path+".html<")
		}
	}
	for path, body := range moved {
		old.Pages[path] = body
	}
	for round := range 3 {
		c.now = c.now.Add(time.Hour)
		rows, failures, err := g.Gather(t.Context())
		if err != nil || len(failures) > 0 {
			t.Fatal(failures, err)
		}
		for _, row := range rows {
			_, wasKnown := before[row.Article.ID]
			news := row.Outcome == New && row.Article.Newsworthy
			if news || round > 0 && row.Outcome != Unchanged && row.Outcome != Skipped || row.MovedFrom != "" && (!wasKnown || row.Article.Version > 1 && row.Article.ID != tariff.ID) {
				t.Errorf("round %d: %s is %s, moved from %q, news %v, version %d", round, row.URL, row.Outcome, row.MovedFrom, row.Article.Newsworthy, row.Article.Version)
			}
		}
	}
	var count int
	if err := g.db.Get(&count, `SELECT count(*) FROM articles WHERE url LIKE '%.html'`); err != nil || count < 9 {
		t.Errorf("%d articles have moved, %v", count, err)
	}
}
