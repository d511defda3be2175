package feeds

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/articles/reading"
	"corridor/testkit"

	"github.com/jmoiron/sqlx"
	"github.com/mmcdole/gofeed"

	"corridor/articles"
	"corridor/postgres/postgrestest"
)

// item is an entry as a feed reader sees it.
type item struct {
	id, title string
	published time.Time
}

func (w *world) items(p *Publisher, t Topic, f Format, c Cursor) []item {
	w.t.Helper()
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(w.document(p, t, f, c).Body))
	if err != nil {
		w.t.Fatal(err)
	}
	var list []item
	for _, i := range feed.Items {
		list = append(list, item{i.GUID, i.Title, i.PublishedParsed.UTC()})
	}
	return list
}

var (
	inEEP, inSPP         = Topic{Kind: Program, Program: "eep"}, Topic{Kind: Program, Program: "spp"}
	inAsia, inCaucasus   = Topic{Kind: Region, Region: "central-asia"}, Topic{Kind: Region, Region: "south-caucasus"}
	inBoth               = Topic{Kind: Crossing, Program: "spp", Region: "central-asia"}
	byAuthor             = Topic{Kind: Author, Author: "toghrul-ali"}
	ofEither, ofCaucasus = Topic{Kind: Reader, Program: "eep,spp", Token: "a"}, Topic{Kind: Reader, Region: "south-caucasus", Program: "eep", Token: "b"}
)

// The article is of day 0, others are of days 1 to 9, and at is day 10.
func TestPlaces(t *testing.T) {
	testkit.Heavy(t)
	at := day0.AddDate(0, 0, 10).Add(30*time.Minute + 5*time.Second)
	own := day0
	type placing struct {
		*world
		store *articles.Store
		id    int64
	}
	late := func(fresh bool) func(w placing) {
		return func(w placing) {
			f := articles.Found{Reading: reading.Reading{Title: "X", Authors: []string{"Toghrul Ali"}, Published: own, ContentHTML: "<p>x</p>"}, URL: "https://www.example.org/x", Programs: []string{"eep"}, Regions: []string{"central-asia"}, Newsworthy: fresh, Fresh: fresh}
			if _, _, err := w.store.Save(w.ctx, f, at, nil); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	must := func(w placing, err error) {
		if err != nil {
			w.t.Fatal(err)
		}
	}
	change := func(w placing, action string, at time.Time) {
		var err error
		switch action {
		case "hold":
			_, err = w.store.Hold(w.ctx, w.id, at)
		case "withdraw":
			_, err = w.store.Withdraw(w.ctx, w.id, at)
		case "release":
			_, err = w.store.Release(w.ctx, w.id, at)
		}
		must(w, err)
	}
	label := func(w placing, at time.Time, programs, regions []string) {
		_, err := w.store.Label(w.ctx, w.id, programs, regions, at)
		must(w, err)
	}
	asia := []string{"central-asia"}
	for name, c := range map[string]struct {
		do    func(w placing)
		moved []Topic // at the time of the release
		kept  []Topic // at the article's own date
	}{
		"nothing": {func(placing) {}, nil, []Topic{{}, inEEP, inAsia, byAuthor, ofEither}},
		"held and released": {
			func(w placing) { change(w, "hold", own.Add(2*time.Hour)); change(w, "release", at) },
			[]Topic{{}, inEEP, inAsia, byAuthor, ofEither},
			nil,
		},
		"held and released on the day": {
			func(w placing) { change(w, "hold", own.Add(2*time.Hour)); change(w, "release", own.Add(24*time.Hour)) },
			nil,
			[]Topic{{}, inEEP},
		},
		"withdrawn and released by staff": {
			func(w placing) { change(w, "withdraw", own.Add(2*time.Hour)); change(w, "release", at) },
			[]Topic{{}, inEEP},
			nil,
		},
		"released while it is public": {func(w placing) { change(w, "release", at) }, nil, []Topic{{}, inEEP}},
		"a program added": {
			func(w placing) { label(w, at, []string{"eep", "spp"}, asia) },
			[]Topic{inSPP, inBoth},
			[]Topic{{}, inEEP, inAsia, byAuthor, ofEither},
		},
		"a region added": {
			func(w placing) { label(w, at, []string{"eep"}, []string{"central-asia", "south-caucasus"}) },
			[]Topic{inCaucasus, ofCaucasus},
			[]Topic{{}, inEEP, inAsia, ofEither},
		},
		"the program replaced": {
			func(w placing) { label(w, at, []string{"spp"}, asia) },
			[]Topic{inSPP, inBoth, ofEither},
			[]Topic{{}, inAsia, byAuthor},
		},
		"a program added on the day": {
			func(w placing) { label(w, own.Add(time.Hour), []string{"eep", "spp"}, asia) },
			nil,
			[]Topic{{}, inEEP, inSPP, inBoth},
		},
		"a program taken away and given back": {
			func(w placing) { label(w, own.Add(2*time.Hour), []string{}, asia); label(w, at, []string{"eep"}, asia) },
			[]Topic{inEEP, ofEither},
			[]Topic{{}, inAsia},
		},
		"a program added that is renamed": {
			func(w placing) {
				label(w, at, []string{"eep", "politics"}, asia)
				must(w, w.db.InTx(w.ctx, func(tx *sqlx.Tx) error {
					_, err := articles.RenameLabelTx(w.ctx, tx, articles.Programs, []string{"politics"}, "spp", at)
					return err
				}))
			},
			[]Topic{inSPP, inBoth},
			[]Topic{{}, inEEP, inAsia},
		},
		"labelled while held": {
			func(w placing) {
				change(w, "hold", own.Add(2*time.Hour))
				label(w, own.Add(48*time.Hour), []string{"spp"}, asia)
				change(w, "release", at)
			},
			[]Topic{{}, inSPP, inAsia},
			nil,
		},
		"labelled after a late release": {
			func(w placing) {
				change(w, "hold", own.Add(2*time.Hour))
				change(w, "release", own.Add(48*time.Hour))
				label(w, at, []string{"eep", "spp"}, asia)
			},
			[]Topic{inSPP, inBoth},
			nil,
		},
		"gone from the site for a while": {
			func(w placing) {
				w.exec(`UPDATE articles SET state = 'withdrawn', withdrawn_at = $2 WHERE id = $1`, w.id, own.Add(2*time.Hour))
				late(false)(w)
			},
			nil,
			[]Topic{{}, inEEP},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := placing{world: newWorld(t)}
			w.store = articles.NewStore(w.db)
			w.id = w.article(0, func(f *articles.Found) {
				f.Title, f.URL, f.Authors = "X", "https://www.example.org/x", []string{"Toghrul Ali"}
			})
			for n := 1; n < 10; n++ {
				w.article(n, func(f *articles.Found) {
					f.Programs, f.Regions = []string{"eep", "spp"}, []string{"central-asia", "south-caucasus"}
				})
			}
			c.do(w)
			w.placedAs(c.moved, at, 0)
			w.placedAs(c.kept, own, 9)
		})
	}
	t.Run("seen late, as news", func(t *testing.T) {
		w := placing{world: newWorld(t)}
		w.store = articles.NewStore(w.db)
		w.article(5)
		late(true)(w)
		w.placedAs([]Topic{{}, inEEP, inAsia}, at, 0)
	})
	t.Run("seen late, in a first gather", func(t *testing.T) {
		w := placing{world: newWorld(t)}
		w.store = articles.NewStore(w.db)
		w.article(5)
		late(false)(w)
		w.placedAs([]Topic{{}, inEEP, inAsia}, own, 1)
	})
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Exec(query, args...); err != nil {
		w.t.Fatal(err)
	}
}

// placedAs checks date and place of the article X in every format of the feeds.
func (w *world) placedAs(topics []Topic, at time.Time, place int) {
	w.t.Helper()
	p := w.publisher()
	for _, topic := range topics {
		for _, f := range Formats() {
			list := w.items(p, topic, f, "")
			i := slices.IndexFunc(list, func(i item) bool { return i.title == "X" })
			if i != place || !list[i].published.Equal(at) {
				w.t.Errorf("%s.%s: place %d among %v, want %d at %v", topic.Path(), f, i, list, place, at)
			}
		}
	}
}

// An old text that staff import, hold and release is placed at its release.
func TestImportsInFeeds(t *testing.T) {
	testkit.Heavy(t)
	today := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		news, held bool
		want       time.Time
	}{
		"archive":           {false, false, time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC)},
		"news":              {true, false, today},
		"held and released": {false, true, today.Add(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			g := articles.NewGatherer(w.db, nil, articles.Options{
				NewsWindow: 14 * 24 * time.Hour, Zone: time.UTC, MaxBytes: 1 << 20, Now: func() time.Time { return today },
				OwnPage: func(id int64) string { return fmt.Sprintf("https://news.example.org/articles/%d", id) },
			})
			row, err := g.Import(w.ctx, "testdata/held.md", articles.ImportOptions{News: c.news})
			if err != nil {
				t.Fatal(err)
			}
			if c.held {
				store := articles.NewStore(w.db)
				if _, err := store.Hold(w.ctx, row.Article.ID, today); err != nil {
					t.Fatal(err)
				}
				if _, err := store.Release(w.ctx, row.Article.ID, c.want); err != nil {
					t.Fatal(err)
				}
			}
			for _, f := range Formats() {
				if list := w.items(w.publisher(), Topic{}, f, ""); len(list) != 1 || !list[0].published.Equal(c.want) {
					t.Errorf("%s: %v, want %v", f, list, c.want)
				}
			}
		})
	}
}

// A client that reads the archive while articles are released late and relabelled meets
// each entry that stays in the feed once.
func TestArchiveWhileArticlesMove(t *testing.T) {
	testkit.Heavy(t)
	w := newWorld(t)
	store := articles.NewStore(w.db)
	var ids []int64
	for i := range 24 {
		ids = append(ids, w.article(i/3, func(f *articles.Found) { f.Programs = []string{[]string{"eep", "spp"}[i%2]} }))
	}
	p := w.publisher(func(o *Options) { o.Entries = 4 })
	random := rand.New(rand.NewPCG(1, 2))
	at := day0.AddDate(0, 0, 20)
	for range 8 {
		for _, topic := range []Topic{{}, inAsia, inEEP, ofEither} {
			seen := map[string]int{}
			start := w.uids(topic)
			for c, pages := Cursor(""), 0; pages == 0 || c != ""; pages++ {
				for _, i := range w.items(p, topic, Atom, c) {
					seen[i.id]++
				}
				next := w.document(p, topic, Atom, c).next
				if c = ""; next != "" {
					_, c, _, _ = SplitFile(path.Base(next))
				}
				id := ids[random.IntN(len(ids))]
				at = at.Add(time.Second)
				switch random.IntN(2) {
				case 0:
					if _, err := store.Hold(w.ctx, id, at); err != nil {
						t.Fatal(err)
					}
					if _, err := store.Release(w.ctx, id, at); err != nil {
						t.Fatal(err)
					}
				default:
					if _, err := store.Label(w.ctx, id, []string{"eep", "spp"}, []string{"central-asia"}, at); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, uid := range start {
				if seen[uid] != 1 {
					t.Errorf("%s: %s was met %d times", topic.Path(), uid, seen[uid])
				}
			}
			for uid, n := range seen {
				if n != 1 {
					t.Errorf("%s: %s was met %d times", topic.Path(), uid, n)
				}
			}
		}
	}
}

// uids lists the entries of a feed.
func (w *world) uids(topic Topic) []string {
	k, err := w.publisher().loadCatalogue(w.ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	list, _ := k.page(topic, "", 1000)
	var uids []string
	for _, p := range list {
		uids = append(uids, "urn:uuid:"+p.uid)
	}
	return uids
}

// After an upgrade every entry keeps its id, place and dates, in every feed.
func TestUpgradeMovesNothing(t *testing.T) {
	db, old := postgrestest.NewOld(t)
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: db, ctx: t.Context()}
	p := w.publisher(func(o *Options) { o.Entries = 1000 })
	compared := 0
	for name, feed := range old.Feeds {
		topic, ok := topicOf(name)
		if !ok {
			continue
		}
		compared++
		var want []item
		for _, i := range feed.Items {
			at, err := time.Parse(time.RFC3339, i.Published)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, item{i.ID, i.Title, at.UTC()})
		}
		if got := w.items(p, topic, JSON, ""); !slices.Equal(got, want) {
			t.Errorf("%s: %v, was %v", name, got, want)
		}
	}
	if compared != len(old.Feeds) {
		t.Errorf("%d of %d feeds were compared", compared, len(old.Feeds))
	}
}

// topicOf parses a feed's name, like "programs/energy".
func topicOf(name string) (Topic, bool) {
	kind, slug, _ := strings.Cut(name, "/")
	switch kind {
	case "all":
		return Topic{}, true
	case "programs":
		return Topic{Kind: Program, Program: slug}, true
	case "regions":
		return Topic{Kind: Region, Region: slug}, true
	case "authors":
		return Topic{Kind: Author, Author: slug}, true
	}
	return Topic{}, false
}
