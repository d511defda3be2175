package articles

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
)

// braked is a site of n articles that were gathered once, with the default brake.
func braked(t *testing.T, n int) (*Gatherer, *clock, *site, []string) {
	t.Helper()
	s, c, db := newSite(t), start(), postgrestest.New(t)
	var paths []string
	for i := range n {
		path := fmt.Sprintf("/a/%d", i)
		s.article(path, fmt.Sprintf("Article %d", i), fmt.Sprintf("This is what article %d says.", i))
		paths = append(paths, path)
	}
	s.sitemap(paths...)
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	g.Brake = BrakeLimits{Share: 0.3, Least: 10}
	rowsOf(t, g, s)
	c.now = c.now.Add(time.Hour)
	return g, c, s, paths
}

// gatherBraked gathers, and reports whether the brake stopped the gather.
func gatherBraked(t *testing.T, g *Gatherer) (rows []Row, stopped bool) {
	t.Helper()
	rows, failures, err := g.Gather(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failures {
		var b *BrakedError
		if !errors.As(f.Err, &b) {
			t.Fatal(f.Err)
		}
		if f.Source != "site" || !strings.Contains(f.Reason(), "corridor sources accept") {
			t.Errorf("%s: %s", f.Source, f.Reason())
		}
		stopped = true
	}
	return rows, stopped
}

// massChanges are changes that the brake stops, and what staff are shown of them.
var massChanges = map[string]struct {
	change func(s *site, paths []string)
	kind   ChangeKind
	n      int
}{
	"another text": {func(s *site, paths []string) {
		for i, path := range paths[:12] {
			s.article(path, fmt.Sprintf("Article %d", i), "Subscribe to our newsletter and never miss an article again.")
		}
	}, Changed, 12},
	"gone": {func(s *site, paths []string) {
		for _, path := range paths[:12] {
			s.handle(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
		}
	}, GoneArticle, 12},
	"an archive": {func(s *site, paths []string) {
		listed := append([]string{}, paths...)
		for i := range 14 {
			path := fmt.Sprintf("/old/%d", i)
			s.set(path, htmlType, strings.Replace(dated(fmt.Sprintf("Old %d", i), strings.Repeat(fmt.Sprintf("What was said in the year %d of the port and its trains. ", 1990+i), 20), true), "2026-03-01", "2019-03-01", 1))
			listed = append(listed, path)
		}
		s.sitemap(listed...)
	}, NewArticle, 14},
	"a flood of today": {func(s *site, paths []string) {
		listed := append([]string{}, paths...)
		for i := range 14 {
			path := fmt.Sprintf("/today/%d", i)
			s.article(path, fmt.Sprintf("Today %d", i), fmt.Sprintf("This is said today by number %d.", i))
			listed = append(listed, path)
		}
		s.sitemap(listed...)
	}, NewArticle, 14},
}

// A source with three articles a day may bring the news of three busy days at once.
func TestBusyDaysCloseNoBrake(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	var paths []string
	daily := func(n int, day time.Time) {
		for i := range n {
			path := fmt.Sprintf("/d/%s-%d", day.Format("0102"), i)
			text := strings.Repeat(fmt.Sprintf("What %s had of the port, in part %d, is told here. ", day.Format("2 January"), i), 20)
			s.set(path, htmlType, strings.Replace(dated("Notes of "+day.Format("2 January")+fmt.Sprintf(", part %d", i), text, true), "2026-03-01", day.Format("2006-01-02"), 1))
			paths = append(paths, path)
		}
		s.sitemap(paths...)
	}
	for back := range 15 {
		daily(3, c.now.AddDate(0, 0, -1-back))
	}
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	g.Brake = BrakeLimits{Share: 0.3, Least: 10}
	rowsOf(t, g, s)
	for range 3 {
		daily(6, c.now)
		c.now = c.now.AddDate(0, 0, 1)
	}
	rows, stopped := gatherBraked(t, g)
	fresh := 0
	for _, row := range rows {
		if row.Outcome == New {
			fresh++
		}
	}
	if stopped || fresh != 18 {
		t.Errorf("stopped %v, %d new", stopped, fresh)
	}
}

// A gather that changes many articles changes nothing until staff let it through, and then
// changes exactly what they were shown.
func TestMassChangeWaitsForStaff(t *testing.T) {
	for name, change := range massChanges {
		t.Run(name, func(t *testing.T) {
			g, c, s, paths := braked(t, 40)
			before := snapshot(t, g.db)
			change.change(s, paths)
			s.article(paths[39], "Article 39", "And one edit of its own, which has to wait as well.")
			for range 2 {
				c.now = c.now.Add(time.Hour)
				rows, stopped := gatherBraked(t, g)
				if !stopped || !maps.Equal(snapshot(t, g.db), before) {
					t.Fatal("the gather took effect")
				}
				waiting := 0
				for _, row := range rows {
					if strings.Contains(row.Reason, "waits for staff") {
						waiting++
					}
					if row.Outcome != Unchanged && row.Outcome != Skipped {
						t.Errorf("%s is %s", row.URL, row.Outcome)
					}
				}
				if waiting != change.n+1 {
					t.Errorf("%d rows wait", waiting)
				}
			}
			list, err := g.store.Changes(t.Context(), "site")
			if err != nil || len(list) != change.n+1 || !hasKind(list, change.kind) {
				t.Fatal(list, err)
			}
			if n, err := g.store.Accept(t.Context(), "site"); err != nil || n != int64(len(list)) {
				t.Fatal(n, err)
			}
			rows, stopped := gatherBraked(t, g)
			outcomes := map[Outcome]int{}
			for _, row := range rows {
				outcomes[row.Outcome]++
			}
			if stopped || outcomes[New]+outcomes[Updated]+outcomes[Gone] != change.n+1 {
				t.Errorf("accepted, the gather brings %v", outcomes)
			}
			if list, err := g.store.Changes(t.Context(), "site"); err != nil || len(list) > 0 {
				t.Error(list, err)
			}
			after := snapshot(t, g.db)
			if _, stopped := gatherBraked(t, g); stopped || !maps.Equal(after, snapshot(t, g.db)) {
				t.Error("the next gather changes more")
			}
		})
	}
}

func hasKind(list []Change, kind ChangeKind) bool {
	for _, ch := range list {
		if ch.Kind == kind {
			return true
		}
	}
	return false
}

// What changes between the look of staff and the next gather is judged again.
func TestWhatChangesAfterTheAcceptanceIsJudgedAgain(t *testing.T) {
	g, _, s, paths := braked(t, 20)
	massChanges["another text"].change(s, paths)
	gatherBraked(t, g)
	if _, err := g.store.Accept(t.Context(), "site"); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, g.db)
	for i, path := range paths {
		s.article(path, fmt.Sprintf("Article %d", i), "A wholly different sentence that staff have never been shown by anyone.")
	}
	if _, stopped := gatherBraked(t, g); !stopped || !maps.Equal(snapshot(t, g.db), before) {
		t.Error("the gather took effect")
	}
}

// A site that is itself again opens the brake, and nothing has changed.
func TestASiteThatComesBackOpensTheBrake(t *testing.T) {
	g, c, s, paths := braked(t, 20)
	before := snapshot(t, g.db)
	massChanges["another text"].change(s, paths)
	if _, stopped := gatherBraked(t, g); !stopped {
		t.Fatal("the brake is open")
	}
	for i, path := range paths {
		s.article(path, fmt.Sprintf("Article %d", i), fmt.Sprintf("This is what article %d says.", i))
	}
	c.now = c.now.Add(time.Hour)
	_, stopped := gatherBraked(t, g)
	states, err := g.store.SourceStates(t.Context())
	if stopped || err != nil || states["site"].BrakedAt.Valid || !maps.Equal(snapshot(t, g.db), before) {
		t.Error(stopped, states, err)
	}
}

// A wall at every address, for more than a day, in words that no rule knows and in known
// ones, changes nothing; and nothing is released when the site is itself again.
func TestAWallForADayChangesNothing(t *testing.T) {
	walls := map[string]string{
		"unknown":   wallPage("Karibu", "Tafadhali ingia ili uendelee kusoma makala zetu zote, au jiandikishe bure kwa dakika moja tu."),
		"dated":     dated("Karibu", strings.Repeat("Tafadhali ingia ili uendelee kusoma makala zetu zote, au jiandikishe bure. ", 40), true),
		"not found": wallPage("Page not found", "Sorry, the page that you are looking for does not exist. It may have been moved or deleted."),
		"login":     wallPage("Sign in", "Please sign in with your account to continue reading. Forgot your password?"),
	}
	for name, wall := range walls {
		t.Run(name, func(t *testing.T) {
			g, c, s, paths := braked(t, 12)
			before := snapshot(t, g.db)
			for _, path := range append(paths, "/a/new") {
				s.set(path, htmlType, wall)
			}
			s.sitemap(append(paths, "/a/new")...)
			for range 6 {
				c.now = c.now.Add(6 * time.Hour)
				gatherBraked(t, g)
			}
			for i, path := range paths {
				s.article(path, fmt.Sprintf("Article %d", i), fmt.Sprintf("This is what article %d says.", i))
			}
			s.sitemap(paths...)
			for range 2 {
				c.now = c.now.Add(time.Hour)
				if _, stopped := gatherBraked(t, g); stopped {
					t.Error("the brake stays closed")
				}
			}
			after := snapshot(t, g.db)
			for id, row := range before {
				if after[id] != row {
					t.Errorf("%s\nwas %s", after[id], row)
				}
			}
			for id, row := range after {
				if before[id] == "" && !strings.Contains(row, ",held,") {
					t.Errorf("stored: %s", row)
				}
			}
		})
	}
}

// Staff's own changes of the configuration, moves, and few changes close no brake.
func TestWhatClosesNoBrake(t *testing.T) {
	for name, change := range map[string]func(g *Gatherer, s *site, paths []string){
		"configuration": func(g *Gatherer, s *site, paths []string) {
			massChanges["an archive"].change(s, paths)
			g.Sources[0].Match = "/*/*"
		},
		"labels": func(g *Gatherer, _ *site, _ []string) {
			g.Labels.Regions = append([]Region{{Slug: "steppe", Name: "Steppe", Countries: []string{"Kazakhstan"}}}, g.Labels.Regions...)
		},
		"few": func(_ *Gatherer, s *site, paths []string) {
			for i, path := range paths[:5] {
				s.article(path, fmt.Sprintf("Article %d", i), "Edited.")
			}
		},
		"moves": func(_ *Gatherer, s *site, paths []string) {
			var moved []string
			for i, path := range paths {
				to := "/moved" + path
				s.article(to, fmt.Sprintf("Article %d", i), fmt.Sprintf("This is what article %d says.", i))
				s.handle(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusMovedPermanently) })
				moved = append(moved, to)
			}
			s.sitemap(moved...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			g, _, s, paths := braked(t, 20)
			change(g, s, paths)
			rows, stopped := gatherBraked(t, g)
			changed := 0
			for _, row := range rows {
				if row.Outcome == New || row.Outcome == Updated {
					changed++
				}
			}
			if stopped || changed < 5 {
				t.Errorf("stopped %v, %d changes", stopped, changed)
			}
		})
	}
}

// A gather that is stopped before it has decided has made no change, and the next one makes
// each change once.
func TestAGatherThatIsStoppedHasDoneNothing(t *testing.T) {
	g, c, s, paths := braked(t, 12)
	before := snapshot(t, g.db)
	for i, path := range paths[:6] {
		s.article(path, fmt.Sprintf("Article %d", i), "Edited.")
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.handle("/a/new", func(http.ResponseWriter, *http.Request) { cancel() })
	s.sitemap(append(paths, "/a/new")...)
	if _, _, err := g.Gather(ctx); err == nil {
		t.Fatal("the gather was not stopped")
	}
	if !maps.Equal(snapshot(t, g.db), before) {
		t.Error("a part of the changes was made")
	}
	s.article("/a/new", "New", "It is new.")
	c.now = c.now.Add(time.Hour)
	rows, stopped := gatherBraked(t, g)
	outcomes := map[Outcome]int{}
	for _, row := range rows {
		outcomes[row.Outcome]++
	}
	if stopped || outcomes[Updated] != 6 || outcomes[New] != 1 {
		t.Error(stopped, outcomes)
	}
}

// A redesign that leaves the text as it is changes nothing. One in which another text is read
// closes the brake.
func TestARedesign(t *testing.T) {
	for name, c := range map[string]struct {
		below string
		want  bool
	}{"text as it was": {"", false}, "text with a box": {"<p>Follow us on every network that there is, and tell your friends of the articles that you like.</p>", true}} {
		t.Run(name, func(t *testing.T) {
			g, clock, s, paths := braked(t, 12)
			before := snapshot(t, g.db)
			for i, path := range paths {
				s.set(path, htmlType, fmt.Sprintf(`<!doctype html><html lang="en"><head><title>Article %d | The new site</title><meta property="og:title" content="Article %d">
<meta property="article:published_time" content="2026-03-01T08:00:00Z"></head><body class="new"><div class="top"><a href="/">Home</a><a href="/about">About</a></div>
<main class="wrap"><div class="post"><h1>Article %d</h1><div class="byline">By Ann Reader</div><div class="text"><p>This is what article %d says.</p><p>%s</p>%s</div></div></main><footer>New footer</footer></body></html>`,
					i, i, i, i, strings.Repeat("Kazakhstan builds a port, and what is said of it here is long enough to be an article. ", 12), c.below))
			}
			clock.now = clock.now.Add(time.Hour)
			if _, stopped := gatherBraked(t, g); stopped != c.want || !maps.Equal(snapshot(t, g.db), before) {
				t.Errorf("stopped %v", stopped)
			}
		})
	}
}

// feedOf sets a feed with n entries in full, which end with a sentence.
func (s *site) feedOf(n int, end string) {
	var b strings.Builder
	b.WriteString(`<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Feed</title><link>` + s.URL + `</link><description>All</description>`)
	for i := range n {
		fmt.Fprintf(&b, `<item><title>Entry %d</title><link>%s/f/%d</link><guid>entry-%d</guid><pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate><content:encoded><![CDATA[<p>%s%s</p>]]></content:encoded></item>`,
			i, s.URL, i, i, strings.Repeat(fmt.Sprintf("Train %d brought wheat and copper to the port before noon. ", i), 30), end)
	}
	s.set("/feed.xml", "application/rss+xml", b.String()+"</channel></rss>")
}

// The entries of a feed are watched as pages are, also when the feed is asked for by its
// validators, and they are read again by new rules without their pages.
func TestTheBrakeWatchesFeeds(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	s.feedOf(12, "")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Feed, URL: s.URL + "/feed.xml"})
	g.Brake = BrakeLimits{Share: 0.3, Least: 10}
	rowsOf(t, g, s)
	before := snapshot(t, db)
	s.feedOf(12, "Subscribe to our newsletter and never miss an entry again.")
	for range 2 {
		c.now = c.now.Add(time.Hour)
		if _, stopped := gatherBraked(t, g); !stopped || !maps.Equal(snapshot(t, db), before) {
			t.Fatal("the gather took effect")
		}
	}
	if n, err := g.store.Accept(t.Context(), "site"); err != nil || n != 12 {
		t.Fatal(n, err)
	}
	rows, stopped := gatherBraked(t, g)
	for _, row := range rows {
		if a, err := g.store.Get(t.Context(), row.Article.ID); err != nil || row.Outcome != Updated || !strings.Contains(a.ContentText, "newsletter") {
			t.Errorf("%s is %s", row.URL, row.Outcome)
		}
	}
	if stopped || len(rows) != 12 {
		t.Errorf("stopped %v, %d rows", stopped, len(rows))
	}
	readByOlderRules(t, db)
	rows, failures, err := g.Reread(t.Context(), "site", func([]Change) (bool, error) { return true, nil })
	if err != nil || len(failures) > 0 || len(rows) != 12 {
		t.Fatal(rows, failures, err)
	}
	for _, row := range rows {
		if row.Outcome != Updated || !strings.HasPrefix(row.Article.Title, "Entry") {
			t.Errorf("%s is %s: %s", row.URL, row.Outcome, row.Reason)
		}
	}
}
