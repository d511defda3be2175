package articles

import (
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/articles/reading"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/testkit"

	"github.com/jmoiron/sqlx"
)

func TestUnionOf(t *testing.T) {
	c := start()
	released := twin{URL: "https://example.org/a", State: Released, Listed: true, FirstSeenAt: c.now}
	with := func(change func(*twin)) twin {
		k := released
		change(&k)
		return k
	}
	missing := with(func(k *twin) { k.MissingSince = sql.NullTime{Time: c.now, Valid: true} })
	gone := with(func(k *twin) {
		k.State = Withdrawn
		k.WithdrawnAt = sql.NullTime{Time: c.now.Add(time.Hour), Valid: true}
	})
	held := with(func(k *twin) { k.State, k.StaffState = Held, true })
	doubtful := with(func(k *twin) { k.State = Held })
	withdrawn := gone
	withdrawn.StaffState = true
	early := withdrawn
	early.WithdrawnAt.Time = c.now.Add(-time.Hour) // before the other one was first seen
	labelled := with(func(k *twin) { k.StaffLabelled = true })
	copied := with(func(k *twin) { k.URL = "https://example.org/a/print" })
	for name, test := range map[string]struct {
		older, younger twin
		want           union
	}{
		"both are there":                              {released, released, union{State: Released}},
		"the older page is missing":                   {missing, released, union{Page: true, State: Released}},
		"both are missing":                            {missing, missing, union{State: Released}},
		"the older one was withdrawn, as it was gone": {gone, released, union{Page: true, State: Released, Release: true}},
		"the younger one was withdrawn":               {released, gone, union{State: Released}},
		"both were withdrawn":                         {gone, gone, union{State: Withdrawn}},
		"staff hold the older one":                    {held, released, union{State: Held, ByStaff: true}},
		"staff hold the younger one":                  {released, held, union{State: Released}},
		"staff hold what came back":                   {gone, held, union{Page: true, State: Held, ByStaff: true}},
		"staff withdrew it before it came back":       {early, released, union{Page: true, State: Withdrawn, ByStaff: true}},
		"staff withdrew a duplicate":                  {withdrawn, released, union{Page: true, State: Released, Release: true}},
		"staff withdrew the younger duplicate":        {released, withdrawn, union{State: Released}},
		"a doubtful page was released elsewhere":      {doubtful, released, union{State: Released, Release: true}},
		"labels of the younger one":                   {released, labelled, union{Labels: true, State: Released}},
		"labels of both":                              {labelled, labelled, union{State: Released}},
		"the older address is a copy":                 {copied, released, union{Page: true, State: Released}},
	} {
		if got := unionOf(test.older, test.younger); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// TestColumnsOfAMerger: a new column of articles is either read from the page or belongs to
// the article.
func TestColumnsOfAMerger(t *testing.T) {
	db := postgrestest.New(t)
	own := []string{
		"id", "uid", "url", "guid", "source", "state", "programs", "regions", "staff_labelled", "staff_state", "version", "newsworthy", "release_no", "released_at",
		"numbered_at", "changed_at", "withdrawn_at", "first_seen_at", "past_labels", "news_at", "gained", "merged_into", "compared",
	}
	var columns []string
	if err := db.Select(&columns, `SELECT column_name FROM information_schema.columns WHERE table_name = 'articles' ORDER BY column_name`); err != nil {
		t.Fatal(err)
	}
	all := append(own, regexp.MustCompile(`\w+`).FindAllString(readColumns, -1)...)
	slices.Sort(all)
	if !slices.Equal(all, columns) {
		t.Errorf("merge.go knows the columns\n%v\nthere are\n%v", all, columns)
	}
}

// storedTwice stores one article at two addresses, as a program without this test did.
func storedTwice(t *testing.T, db *postgres.DB, c *clock, older, younger string) (Article, Article) {
	t.Helper()
	text := strings.Repeat("The harbour took in four ships on Monday. ", 10)
	var both []Article
	for _, address := range []string{older, younger} {
		c.now = c.now.Add(time.Minute)
		a, outcome, err := NewStore(db).Save(t.Context(), Found{
			Reading:    reading.Reading{Title: "One", Published: c.now.Truncate(24 * time.Hour), ContentText: text, ContentHTML: "<p>" + text + "</p>"},
			Newsworthy: true, URL: address, Source: "site",
		}, c.now, nil)
		if err != nil || outcome != New {
			t.Fatal(outcome, err)
		}
		both = append(both, a)
	}
	return both[0], both[1]
}

// TestMergedArticles: of two articles that are one the older id stays, at the better address,
// and every name of the other leads to it.
func TestMergedArticles(t *testing.T) {
	c, db := start(), postgrestest.New(t)
	older, younger := storedTwice(t, db, c, "https://example.org/a/print", "https://example.org/a")
	g := newGatherer(t, db, c)
	if _, err := g.store.Label(t.Context(), younger.ID, []string{"eep"}, nil, c.now); err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		rows, failures, err := g.Gather(t.Context())
		if err != nil || len(failures) > 0 || len(rows) != 1-round {
			t.Fatalf("round %d: %+v %v %v", round, rows, failures, err)
		}
	}
	for _, key := range []string{older.URL, younger.URL, older.UID, "urn:uuid:" + younger.UID, fmt.Sprint(older.ID), fmt.Sprint(younger.ID)} {
		a, err := g.store.Find(t.Context(), key)
		if err != nil || a.ID != older.ID || a.UID != older.UID || a.URL != younger.URL || a.ReleaseNo != older.ReleaseNo || !slices.Equal(a.Programs, []string{"eep"}) {
			t.Errorf("%s: %+v %v", key, a, err)
		}
	}
	public, err := g.store.FindPublic(t.Context(), younger.UID)
	if err != nil || public.ID != older.ID {
		t.Errorf("the page of the younger one shows %d, %v", public.ID, err)
	}
	if list, err := g.store.List(t.Context(), Filter{}); err != nil || len(list) != 1 {
		t.Errorf("%d articles, %v", len(list), err)
	}
	var next int64
	if err := db.Get(&next, `SELECT last_no FROM release_counter`); err != nil || next != 3 { // the third is that of the label
		t.Errorf("release %d, %v", next, err)
	}
}

// TestMergedAgain: an article that others were merged into may be merged itself.
func TestMergedAgain(t *testing.T) {
	c, db := start(), postgrestest.New(t)
	first, second := storedTwice(t, db, c, "https://example.org/a", "https://example.org/b")
	third, fourth := storedTwice(t, db, c, "https://example.org/c", "https://example.org/d")
	g := newGatherer(t, db, c)
	for _, pair := range [][2]int64{{third.ID, fourth.ID}, {third.ID, second.ID}, {second.ID, first.ID}, {fourth.ID, first.ID}} {
		err := db.InTx(t.Context(), func(tx *sqlx.Tx) error {
			_, _, err := mergeTx(t.Context(), tx, pair[0], pair[1], "", c.now)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range []Article{first, second, third, fourth} {
		for _, key := range []string{a.URL, a.UID} {
			if found, err := g.store.Find(t.Context(), key); err != nil || found.ID != first.ID {
				t.Errorf("%s: article %d %v", key, found.ID, err)
			}
		}
	}
}

// TestKnownArticlesThatLeadToOneAnother are merged when a gather sees it.
func TestKnownArticlesThatLeadToOneAnother(t *testing.T) {
	testkit.Heavy(t)
	text := "the harbour " + strings.Repeat("grain that nobody weighed before the storm ", 5)
	for name, lead := range map[string]func(s *site){
		"by a redirect": func(s *site) { s.redirect("/old", "/new", 301) },
		"by a canonical address": func(s *site) {
			s.page("/old", testPage{title: "The port", date: today, text: text, paragraphs: 6, canonical: s.URL + "/new"})
		},
		"by a canonical address, listed": func(s *site) {
			s.page("/old", testPage{title: "The port", date: today, text: text, paragraphs: 6, canonical: s.URL + "/new"})
			s.sitemap("/old", "/new")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, c, db := newSite(t), start(), postgrestest.New(t)
			s.page("/old", testPage{title: "The port", date: today, text: text, paragraphs: 6})
			s.page("/new", testPage{title: "The port", date: today, text: text, paragraphs: 7}) // was edited, so it was not known for the same
			s.sitemap("/old", "/new")
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
			gather(t, g, s)
			before := identities(t, g, s)
			if len(before) != 2 {
				t.Fatal(before)
			}
			s.sitemap("/new")
			lead(s)
			c.now = c.now.Add(time.Hour)
			want(t, gather(t, g, s), "/new", Updated)
			after := identities(t, g, s)
			if len(after) != 1 || after["/new"] != min(before["/old"], before["/new"]) {
				t.Errorf("%v, before %v", after, before)
			}
			settled(t, g, c, s)
		})
	}
}

// TestTwinsOfASeries stay two articles.
func TestTwinsOfASeries(t *testing.T) {
	c := start()
	base := known{
		ID: 1, URL: "https://example.org/1", Source: "site", State: Released, Rules: readingRules, Title: "Rates", FirstSeenAt: c.now,
		Text: strings.Repeat("The bank names the rates of the day. ", 12), Published: sql.NullTime{Time: c.now, Valid: true},
	}
	for name, test := range map[string]struct {
		change func(k *known)
		want   bool
	}{
		"the same":     {func(*known) {}, true},
		"another day":  {func(k *known) { k.Published.Time = c.now.Add(24 * time.Hour) }, false},
		"another text": {func(k *known) { k.Text += "Four." }, false},
		"another name": {func(k *known) { k.Title = "Rates of Aktau" }, false},
		"a short text": {func(k *known) { k.Text = "See the table." }, false},
		"edited, and it moved": {func(k *known) {
			k.Text += "Four."
			k.State, k.GoneAt = Withdrawn, sql.NullTime{Time: c.now, Valid: true}
		}, true},
		"edited, and gone later": {func(k *known) {
			k.Text += "Four."
			k.State, k.GoneAt = Withdrawn, sql.NullTime{Time: c.now.Add(96 * time.Hour), Valid: true}
		}, false},
		"edited, staff took it": {func(k *known) {
			k.Text += "Four."
			k.State, k.StaffState, k.GoneAt = Withdrawn, true, sql.NullTime{Time: c.now, Valid: true}
		}, false},
		"edited, a copy by mark":  {func(k *known) { k.Text += "Four."; k.URL = base.URL + "/print" }, true},
		"edited, another source":  {func(k *known) { k.Text += "Four."; k.Source = "feed" }, true},
		"another title elsewhere": {func(k *known) { k.Title, k.Source = "Rates, updated", "feed" }, true},
	} {
		other := base
		other.ID, other.URL = 2, "https://example.org/2"
		test.change(&other)
		if got := isTwin(base, other); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
		if got := isTwin(other, base); got != test.want {
			t.Errorf("%s, in turn: %v", name, got)
		}
	}
}
