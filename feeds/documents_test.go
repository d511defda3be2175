package feeds

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/articles"

	"github.com/mmcdole/gofeed"
	"pgregory.net/rapid"
)

func TestGolden(t *testing.T) {
	w := newWorld(t)
	w.article(0)
	w.article(1, hostile)
	withdrawn := w.article(2)
	if _, err := articles.NewStore(w.db).Withdraw(w.ctx, withdrawn, day0.AddDate(0, 0, 3)); err != nil {
		t.Fatal(err)
	}
	w.fixUIDs()
	p := w.publisher()
	for _, f := range Formats() {
		golden(t, "all."+string(f), w.document(p, Topic{}, f, "").Body)
		golden(t, "empty."+string(f), w.document(p, Topic{Kind: Author, Author: "nobody"}, f, "").Body)
	}
	list, err := p.OPML(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "feeds.opml", list)
}

// wellFormed reads a document to its end with a strict parser.
func wellFormed(body []byte, f Format) error {
	if f == JSON {
		if !json.Valid(body) {
			return errors.New("no JSON")
		}
		return nil
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// TestWhatGoesInComesOut passes arbitrary text through the documents and a feed reader.
func TestWhatGoesInComesOut(t *testing.T) {
	p := New(nil, Options{Title: "T & <T>", BaseURL: "https://news.example.org", Language: "en", Programs: []Label{{Slug: "a", Name: "A & <B>"}}})
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\x00-\x1f<>&"'\]\[!-]{0,20}`), rapid.Just("]]>"), rapid.Just("\xff\xfe"))
		e := entry{
			uid: "00000000-0000-4000-8000-000000000001", url: "https://www.example.org/a?b=1&c=2", title: text.Draw(t, "title"), authors: []string{text.Draw(t, "author")},
			summary: text.Draw(t, "summary"), content: text.Draw(t, "content"), imageCredit: text.Draw(t, "credit"), imageURL: "https://www.example.org/a.png",
			published: day0, updated: day0, programs: []string{"a"},
		}
		e.clean()
		made, err := p.fragmentsOf(&e)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range Formats() {
			h := p.head(Topic{}, f, "")
			h.changed = day0
			body, err := p.assemble(h, f, [][]byte{made.of(f)})
			if err != nil {
				t.Fatal(err)
			}
			if err := wellFormed(body, f); err != nil {
				t.Fatalf("%s: %v\n%s", f, err, body)
			}
			got, err := gofeed.NewParser().Parse(bytes.NewReader(body))
			if err != nil {
				t.Fatalf("%s: %v\n%s", f, err, body)
			}
			item := got.Items[0]
			if same := func(a, b string) bool { return oneLine(a) == oneLine(b) }; !same(item.Title, e.title) && !strings.ContainsAny(e.title, "<&") || item.GUID != e.uid || item.Link != e.url {
				t.Fatalf("%s: title %q of %q, id %q, link %q", f, item.Title, e.title, item.GUID, item.Link)
			}
			if !slices.Contains(item.Categories, "A & <B>") && !slices.Contains(item.Categories, "a") {
				t.Fatalf("%s: categories %q", f, item.Categories)
			}
		}
	})
}

func TestIdsOutliveEdits(t *testing.T) {
	w := newWorld(t)
	w.article(0, func(f *articles.Found) { f.URL = "https://www.example.org/research/same" })
	p := w.publisher()
	read := func() *gofeed.Item {
		t.Helper()
		got, err := gofeed.NewParser().Parse(bytes.NewReader(w.document(p, Topic{}, Atom, "").Body))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Items) != 1 {
			t.Fatalf("%d entries", len(got.Items))
		}
		return got.Items[0]
	}
	before := read()
	w.article(3, func(f *articles.Found) {
		f.URL, f.Title, f.Published = "https://www.example.org/research/same", "A new title", day0
	})
	after := read()
	if after.GUID != before.GUID || after.Title != "A new title" || !after.PublishedParsed.Equal(*before.PublishedParsed) {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if !after.UpdatedParsed.After(*before.UpdatedParsed) {
		t.Errorf("updated stayed %v", after.UpdatedParsed)
	}
}

// walk reads a feed and its archive to the end. It calls fn between pages.
func walk(t *testing.T, w *world, p *Publisher, f Format, fn func()) []string {
	t.Helper()
	var ids []string
	for address, pages := (Topic{}).Address(f, ""), 0; address != ""; pages++ {
		if pages > 100 {
			t.Fatal("the archive does not end")
		}
		_, c, _, ok := SplitFile(filepath.Base(address))
		if !ok {
			t.Fatalf("address %q", address)
		}
		d := w.document(p, Topic{}, f, c)
		got, err := gofeed.NewParser().Parse(bytes.NewReader(d.Body))
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range got.Items {
			ids = append(ids, item.GUID)
		}
		if address = strings.TrimPrefix(d.next, "https://news.example.org"); address != "" && !bytes.Contains(d.Body, []byte(d.next)) {
			t.Errorf("the document does not name its next page %s", d.next)
		}
		fn()
	}
	return ids
}

func TestArchiveIsWalkedWithoutGapsOrRepeats(t *testing.T) {
	w := newWorld(t)
	for i := range 23 {
		w.article(i / 3) // several on a day
	}
	p := w.publisher(func(o *Options) { o.Entries = 5 })
	for _, f := range Formats() {
		var before []string
		if err := w.db.Select(&before, `SELECT 'urn:uuid:' || uid FROM articles WHERE id <= 23`); err != nil {
			t.Fatal(err)
		}
		ids := walk(t, w, p, f, func() { w.article(100) }) // new articles arrive meanwhile
		seen := map[string]int{}
		for _, id := range ids {
			seen[id]++
		}
		for _, id := range before {
			if seen[id] != 1 {
				t.Errorf("%s: %s stands %d times in the archive", f, id, seen[id])
			}
		}
	}
}

func TestDocumentsStaySmall(t *testing.T) {
	w := newWorld(t)
	for range 12 {
		w.article(0, func(f *articles.Found) { f.ContentHTML = "<p>" + strings.Repeat("long & longer ", 8000) + "</p>" })
	}
	w.article(1, func(f *articles.Found) { f.ContentHTML = "<p>" + strings.Repeat("far too long ", 60000) + "</p>" })
	p := w.publisher()
	for _, f := range Formats() {
		if d := w.document(p, Topic{}, f, ""); len(d.Body) > 512<<10 || d.next == "" {
			t.Errorf("%s: %d bytes, next %q", f, len(d.Body), d.next)
		}
		if ids := walk(t, w, p, f, func() {}); len(ids) != 13 {
			t.Errorf("%s: the archive has %d of 13", f, len(ids))
		}
	}
}

func TestTwoPublishersGiveTheSameBytes(t *testing.T) {
	w := newWorld(t)
	w.article(0)
	w.article(1, hostile)
	moved := w.article(2)
	if _, err := articles.NewStore(w.db).Label(w.ctx, moved, []string{"spp"}, nil, day0.AddDate(0, 0, 5)); err != nil {
		t.Fatal(err)
	}
	one, two := w.publisher(), w.publisher()
	for _, topic := range []Topic{{}, {Kind: Program, Program: "eep"}, {Kind: Region, Region: "central-asia"}, {Kind: Author, Author: "toghrul-ali"}} {
		for _, f := range Formats() {
			a, b := w.document(one, topic, f, ""), w.document(two, topic, f, "")
			if !bytes.Equal(a.Body, b.Body) || a.ETag() != b.ETag() || !a.Modified.Equal(b.Modified) {
				t.Errorf("%v %s differs", topic, f)
			}
		}
	}
	// An article that leaves the feed changes the feed.
	if d := w.document(one, Topic{Kind: Program, Program: "eep"}, RSS, ""); !d.Modified.Equal(day0.AddDate(0, 0, 5)) {
		t.Errorf("modified %v", d.Modified)
	}
}

func TestServedDocumentsFollowOtherProcesses(t *testing.T) {
	w := newWorld(t)
	id := w.article(0)
	p := w.publisher()
	go func() { _ = p.Run(t.Context()) }()
	until := func(what string, topic Topic, ok func(body string) bool) {
		t.Helper()
		for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			if ok(string(w.document(p, topic, Atom, "").Body)) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s is not seen", what)
			}
		}
	}
	other := Topic{Kind: Program, Program: "spp"}
	until("the article", Topic{}, func(b string) bool { return strings.Contains(b, "Article 1<") })
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) { // documents are cached as soon as it listens
		first := w.document(p, other, Atom, "")
		if again := w.document(p, other, Atom, ""); again == first {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("documents are not kept")
		}
	}
	kept := w.document(p, other, Atom, "")
	w.article(1)
	until("a new article", Topic{}, func(b string) bool { return strings.Contains(b, "Article 2<") })
	if w.document(p, other, Atom, "") != kept {
		t.Error("a feed that the article is not in was made anew")
	}
	if _, err := articles.NewStore(w.db).Hold(w.ctx, id, day0.AddDate(0, 0, 4)); err != nil {
		t.Fatal(err)
	}
	until("the hold", Topic{}, func(b string) bool { return !strings.Contains(b, "Article 1<") })
	if _, err := articles.NewStore(w.db).Withdraw(w.ctx, id, day0.AddDate(0, 0, 5)); err != nil {
		t.Fatal(err)
	}
	until("the tombstone", Topic{}, func(b string) bool { return strings.Contains(b, "<at:deleted-entry ") })
}

func TestFind(t *testing.T) {
	w := newWorld(t)
	w.article(0, func(f *articles.Found) { f.Programs = []string{"ended"} })
	before := w.publisher(func(o *Options) {
		o.Programs = append(o.Programs, Label{Slug: "silent", Name: "Never wrote anything", Former: []string{"quiet"}})
		o.Regions = append(o.Regions, Label{Slug: "nowhere", Name: "Nowhere"})
	})
	for range 2 {
		if err := before.Offer(w.ctx); err != nil {
			t.Fatal(err)
		}
	}
	p := w.publisher()
	for _, c := range []struct {
		topic Topic
		want  error
	}{
		{Topic{Kind: Program, Program: "silent"}, ErrGone},
		{Topic{Kind: Program, Program: "quiet"}, ErrGone},
		{Topic{Kind: Region, Region: "nowhere"}, ErrGone},
		{Topic{Kind: Region, Region: "silent"}, ErrNoFeed},
		{Topic{Kind: Crossing, Program: "eep", Region: "nowhere"}, ErrGone},
		{Topic{}, nil},
		{Topic{Kind: Program, Program: "eep"}, nil},
		{Topic{Kind: Program, Program: "energy"}, Moved{Topic{Kind: Program, Program: "eep"}}},
		{Topic{Kind: Program, Program: "ended"}, ErrGone},
		{Topic{Kind: Program, Program: "never"}, ErrNoFeed},
		{Topic{Kind: Crossing, Program: "energy", Region: "central-asia"}, Moved{Topic{Kind: Crossing, Program: "eep", Region: "central-asia"}}},
		{Topic{Kind: Crossing, Program: "ended", Region: "central-asia"}, ErrGone},
		{Topic{Kind: Crossing, Program: "eep", Region: "never"}, ErrNoFeed},
		{Topic{Kind: Author, Author: "toghrul-ali"}, nil},
		{Topic{Kind: Author, Author: "nobody"}, ErrNoFeed},
	} {
		if got := p.Find(w.ctx, c.topic); !errors.Is(got, c.want) && got != c.want {
			t.Errorf("%+v: %v, want %v", c.topic, got, c.want)
		}
	}
}

func TestExport(t *testing.T) {
	w := newWorld(t)
	for i := range 7 {
		w.article(i)
	}
	w.article(0, func(f *articles.Found) {
		f.Authors, f.Programs, f.Regions = []string{"Айгерим Сейт"}, nil, nil
	})
	p := w.publisher(func(o *Options) { o.Entries = 3 })
	if path := (Topic{Kind: Author, Author: articles.AuthorSlug("Айгерим Сейт")}).Path(); !strings.HasPrefix(path, "/feeds/authors/%D0%B0") {
		t.Errorf("the address %q is no URI", path)
	}
	dir := t.TempDir()
	if _, err := p.Export(w.ctx, dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"feeds.opml", "feeds/all.rss", "feeds/programs/eep.atom", "feeds/regions/south-caucasus.json", "feeds/programs/spp/regions/central-asia.rss", "feeds/authors/toghrul-ali.atom", "feeds/authors/" + articles.AuthorSlug("Айгерим Сейт") + ".rss"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	pages, err := filepath.Glob(filepath.Join(dir, "feeds", "all~*.atom"))
	if err != nil || len(pages) != 2 {
		t.Errorf("pages of the archive: %v %v", pages, err)
	}
}

// TestNothingOldIsKept requests a feed continuously while articles change: a document begun
// before a change must not be cached after it.
func TestNothingOldIsKept(t *testing.T) {
	w := newWorld(t)
	id := w.article(0)
	p := w.publisher()
	go func() { _ = p.Run(t.Context()) }()
	stop := make(chan struct{})
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					_, _ = p.Document(t.Context(), Topic{}, RSS, "")
				}
			}
		})
	}
	defer func() { close(stop); asking.Wait() }()
	for i := range 60 {
		title := fmt.Sprintf("Title %d", i)
		if _, err := w.db.Exec(`UPDATE articles SET title = $2, changed_at = now() WHERE id = $1`, id, title); err != nil {
			t.Fatal(err)
		}
		if _, err := w.db.Exec(`SELECT pg_notify('articles', $1::text)`, id); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(5 * time.Second); !strings.Contains(string(w.document(p, Topic{}, RSS, "").Body), "<title>"+title+"<"); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s is not seen", title)
			}
		}
	}
}

// An entry that is too long for a document, longer than articles are stored, is left out of
// the feed and logged once.
func TestOneEntryThatIsTooLong(t *testing.T) {
	w := newWorld(t)
	good, bad := w.article(1), w.article(2)
	if _, err := w.db.Exec(`UPDATE articles SET title = repeat('x', 1000000) WHERE id = $1`, bad); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	p := w.publisher(func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	p.live = true
	for _, f := range []Format{RSS, Atom, JSON} {
		d, err := p.Document(w.ctx, Topic{Kind: All}, f, "")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(d.Body, fmt.Appendf(nil, "https://www.example.org/research/%d", good)) || len(d.Body) > 20_000 {
			t.Errorf("%v: %d bytes", f, len(d.Body))
		}
	}
	if n := strings.Count(log.String(), "left out of feeds"); n != 1 || !strings.Contains(log.String(), fmt.Sprintf("article_id=%d", bad)) {
		t.Errorf("the log has %d lines:\n%s", n, log.String())
	}
}
