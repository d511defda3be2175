package articles

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

const (
	urlset = `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">`
	index  = `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`
	twoOf  = `<url><loc>http://s/a</loc></url><url><loc>http://s/b</loc></url>`
)

// One bad document of a source is reported on a separate line; the articles of the others
// are gathered, and those that it listed before stay.
func TestOneBadSitemapOfAnIndex(t *testing.T) {
	bad := map[string]func(w http.ResponseWriter, r *http.Request){
		"answers 404":                            http.NotFound,
		"answers 500":                            func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"is empty":                               func(http.ResponseWriter, *http.Request) {},
		"is not a sitemap: it begins with <html": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><body>Back soon</body></html>") },
		"breaks off after 1": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, urlset+"<url><loc>/research/rail</loc></url><url>")
		},
	}
	for reason, answer := range bad {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			s, db, c := newSite(t), postgrestest.New(t), &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
			for _, name := range []string{"port", "rail", "wind"} {
				s.article("/research/"+name, "About "+name, "The "+name+" grows.")
			}
			// The index names a good child twice, itself, an index that names the first, and a relative address.
			s.set("/sitemap.xml", "application/xml", index+"<sitemap><loc>"+s.URL+"/one.xml</loc></sitemap><sitemap><loc>/two.xml</loc></sitemap><sitemap><loc>/one.xml</loc></sitemap>"+
				"<sitemap><loc>/sitemap.xml</loc></sitemap><sitemap><loc>/more.xml</loc></sitemap></sitemapindex>")
			s.set("/more.xml", "application/xml", index+"<sitemap><loc>/sitemap.xml</loc></sitemap></sitemapindex>")
			s.set("/one.xml", "application/xml", urlset+"<url><loc>/research/port</loc></url></urlset>")
			s.set("/two.xml", "application/xml", urlset+"<url><loc>/research/rail</loc></url><url><loc>/research/wind</loc></url></urlset>")
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml", Match: "/research/*"})
			got := gather(t, g, s)
			if len(got) != 3 || got["/research/wind"] != New {
				t.Fatal(got)
			}
			s.handle("/two.xml", answer)
			s.article("/research/sea", "About the sea", "The sea is wide.")
			s.set("/one.xml", "application/xml", urlset+"<url><loc>/research/port</loc></url><url><loc>/research/sea</loc></url></urlset>")
			s.handle("/research/wind", http.NotFound) // it must not be looked for: its list is not known
			for round := range 2 {
				rows, failures, err := g.Gather(t.Context())
				if err != nil || len(failures) != 1 || failures[0].Source != "site" || !strings.Contains(failures[0].Err.Error(), s.URL+"/two.xml "+reason) {
					t.Fatalf("failures %v, %v", failures, err)
				}
				for _, row := range rows {
					if outcome := map[bool]Outcome{true: New, false: Unchanged}[round == 0 && strings.HasSuffix(row.URL, "/sea")]; row.Outcome != outcome || strings.HasSuffix(row.URL, "/wind") {
						t.Errorf("round %d: %s is %s, %s", round, row.URL, row.Outcome, row.Reason)
					}
				}
			}
		})
	}
}

// A sitemap may be larger than other documents: sitemaps.org allows 50 MB.
func TestLargeSitemap(t *testing.T) {
	t.Parallel()
	s, db, c := newSite(t), postgrestest.New(t), &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	s.article("/research/port", "About the port", "The port grows.")
	space := strings.Repeat(" ", 2<<20) // the client of the test takes 1 MiB
	s.set("/sitemap.xml", "application/xml", urlset+space+"<url><loc>"+s.URL+"/research/port</loc></url></urlset>")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml", Match: "/research/*"})
	if got := gather(t, g, s); got["/research/port"] != New {
		t.Fatal(got)
	}
	s.set("/research/sea", "text/html", "<html><body>"+space+"</body></html>")
	s.sitemap("/research/port", "/research/sea")
	if got := gather(t, g, s); got["/research/sea"] != Skipped {
		t.Errorf("a page of 2 MiB: %v", got)
	}
}

// A first gather of which a part never comes is over all the same, so that articles
// without a date count as news from then on.
func TestFirstGatherEndsWithoutAMissingSitemap(t *testing.T) {
	testkit.Heavy(t)
	for _, c := range []struct {
		status int
		over   bool
	}{{http.StatusNotFound, true}, {http.StatusGone, true}, {http.StatusBadGateway, false}} {
		s, db, clock := newSite(t), postgrestest.New(t), &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
		s.article("/research/port", "About the port", "The port grows.")
		s.set("/sitemap.xml", "application/xml", index+"<sitemap><loc>/one.xml</loc></sitemap><sitemap><loc>/two.xml</loc></sitemap></sitemapindex>")
		s.set("/one.xml", "application/xml", urlset+"<url><loc>/research/port</loc></url><url><loc>mailto:x@example.org</loc></url></urlset>")
		s.handle("/two.xml", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(c.status) })
		_, failures, err := newGatherer(t, db, clock, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"}).Gather(t.Context())
		if err != nil || len(failures) != 2 || !strings.Contains(failures[1].Err.Error(), `lists entries without a web address: 1, the first is "mailto:x@example.org"`) {
			t.Fatalf("failures %v, %v", failures, err)
		}
		var over bool
		if err := db.Get(&over, `SELECT first_done_at IS NOT NULL FROM sources`); err != nil || over != c.over {
			t.Errorf("%d: the first gather is over: %v, want %v; %v", c.status, over, c.over, err)
		}
	}
}

// The sitemaps of a site are also those that its robots.txt names, and the one at the usual
// place when it names none.
func TestSitemapsOfARobotsFile(t *testing.T) {
	for name, c := range map[string]struct {
		url, robots, usual string
		want               int
		says               string
	}{
		"robots.txt":                   {"/robots.txt", "User-agent: *\nSitemap: /named.xml\n", "", 1, ""},
		"robots.txt without sitemaps":  {"/robots.txt", "User-agent: *\n", "", 0, "robots.txt names no sitemap"},
		"front page":                   {"/", "Sitemap: /named.xml", "", 1, ""},
		"front page, nothing is named": {"/", "User-agent: *\n", "<url><loc>/a/port</loc></url>", 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, db, clock := newSite(t), postgrestest.New(t), start()
			s.article("/a/port", "About the port", "The port grows.")
			s.set("/robots.txt", "text/plain", c.robots)
			s.set("/named.xml", "application/xml", urlset+"<url><loc>/a/port</loc></url></urlset>")
			if c.usual != "" {
				s.set("/sitemap.xml", "application/xml", urlset+c.usual+"</urlset>")
			}
			rows, failures, err := newGatherer(t, db, clock, Source{Name: "site", Kind: Sitemap, URL: s.URL + c.url}).Gather(t.Context())
			if err != nil || len(rows) != c.want || (len(failures) > 0) != (c.says != "") || len(failures) > 0 && !strings.Contains(failures[0].Err.Error(), c.says) {
				t.Errorf("%+v, %v, %v", rows, failures, err)
			}
		})
	}
}

// A page without a date has that of the news sitemap.
func TestDatesOfANewsSitemap(t *testing.T) {
	s, db, c := newSite(t), postgrestest.New(t), start()
	s.set("/a/port", "text/html; charset=utf-8", "<html><head><title>About the port</title></head><body><main><h1>About the port</h1><p>"+strings.Repeat("The port grows. ", 40)+"</p></main></body></html>")
	s.set("/sitemap.xml", "application/xml", `<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>/a/port</loc><n:news><n:publication_date>`+c.now.Add(-time.Hour).Format(time.RFC3339)+`</n:publication_date></n:news></url></urlset>`)
	rows, _, err := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"}).Gather(t.Context())
	if err != nil || len(rows) != 1 || !rows[0].Article.Published.Equal(c.now.Add(-time.Hour).Truncate(time.Second)) {
		t.Errorf("%+v %v", rows, err)
	}
}
