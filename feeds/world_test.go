package feeds

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"corridor/articles/reading"

	"corridor/articles"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
)

var update = flag.Bool("update", false, "write golden files")

// world is a database with articles, and helpers to change them.
type world struct {
	t   testing.TB
	db  *postgres.DB
	ctx context.Context
	n   int
}

func newWorld(t testing.TB) *world {
	return &world{t: t, db: postgrestest.New(t), ctx: context.Background()}
}

func (w *world) publisher(change ...func(*Options)) *Publisher {
	o := Options{
		Title: "Caspian Policy Center", SiteURL: "https://www.example.org", BaseURL: "https://news.example.org", Language: "en", MaxAge: 5 * time.Minute,
		Icon: "https://www.example.org/icon.png", Logo: "https://www.example.org/logo.png", Hubs: []string{"https://news.example.org/websub"},
		Programs: []Label{{Slug: "eep", Name: "Energy and Economy Program", Former: []string{"energy"}}, {Slug: "spp", Name: "Security & Politics Program"}},
		Regions:  []Label{{Slug: "central-asia", Name: "Central Asia"}, {Slug: "south-caucasus", Name: "South Caucasus"}},
	}
	for _, c := range change {
		c(&o)
	}
	return New(w.db, o)
}

var day0 = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// article releases an article of day n, and returns its id.
func (w *world) article(n int, change ...func(*articles.Found)) int64 {
	w.t.Helper()
	w.n++
	f := articles.Found{
		Reading: reading.Reading{
			Title: fmt.Sprintf("Article %d", w.n), Authors: []string{"Toghrul Ali"}, Published: day0.AddDate(0, 0, n), Summary: "What it says.",
			ContentHTML: fmt.Sprintf("<p>The text of article %d.</p>", w.n), Language: "en",
		},
		URL: fmt.Sprintf("https://www.example.org/research/%d", w.n), Programs: []string{"eep"}, Regions: []string{"central-asia"}, Newsworthy: true, Language: "en",
	}
	for _, c := range change {
		c(&f)
	}
	a, _, err := articles.NewStore(w.db).Save(w.ctx, f, day0.AddDate(0, 0, n).Add(time.Hour), func(id int64) string { return fmt.Sprintf("https://news.example.org/articles/%d", id) })
	if err != nil {
		w.t.Fatal(err)
	}
	return a.ID
}

// fixUIDs gives articles ids that are the same in every run, for golden files.
func (w *world) fixUIDs() {
	w.t.Helper()
	if _, err := w.db.Exec(`UPDATE articles SET uid = ('00000000-0000-4000-8000-' || lpad(id::text, 12, '0'))::uuid`); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) document(p *Publisher, t Topic, f Format, c Cursor) *Document {
	w.t.Helper()
	d, err := p.Document(w.ctx, t, f, c)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// hostile is an article that tries to break out of every format.
func hostile(f *articles.Found) {
	f.Title = "Oil & gas <b>\"pipes\"</b> ]]> 🚢 \u202bמסדרון\u202c \x01\x0b\ufffe end"
	f.Authors = []string{"Ann <script>alert(1)</script> O'Hara", "Bo & Co ]]>"}
	f.Summary = "Less < more & \"quoted\" 'single' ]]> \x02"
	f.ContentHTML = "<p>A &amp; B &lt;tag&gt; ]]> \x0c 🚢 <a href=\"https://www.example.org/?a=1&amp;b=2\">link</a></p><!-- not closed ]]>"
	f.ImageURL, f.ImageCredit = "https://www.example.org/a.jpg?x=1&y=\"2\"", "Ali & <Sons>"
	f.Programs, f.Regions = []string{"eep", "spp"}, []string{"central-asia", "south-caucasus"}
	f.URL = "https://www.example.org/research/hostile?a=1&b=2"
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got) {
		t.Errorf("%s differs; run go test ./feeds -update and look at the difference\n%s", path, got)
	}
}
