package articles

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/testkit"

	"pgregory.net/rapid"
)

// piece is an article of the model, and where its site has it.
type piece struct {
	n      int
	id     int64 // in the database, once it was gathered
	path   string
	copies []string
	title  string
	text   []string // sentences of its own
	date   string
	there  bool
}

// GoString is a piece in the log of a failure.
func (p *piece) GoString() string { return fmt.Sprintf("piece %d at %s", p.n, p.path) }

func (p *piece) html(canonical string) string {
	head := `<meta property="article:published_time" content="` + p.date + `T10:00:00Z">`
	if canonical != "" {
		head += `<link rel="canonical" href="` + canonical + `">`
	}
	return `<!doctype html><html lang="en"><head><title>` + p.title + `</title>` + head + `</head><body><main><h1>` + p.title + `</h1><p>` + strings.Join(p.text, "</p><p>") + `</p></main></body></html>`
}

// sentence is a sentence that occurs in no other text.
func sentence(n, i int) string {
	return fmt.Sprintf("In passage %s%d the harbour %s%d sent %s%d ships to the island of %s%d, said its master %s%d before noon.", "p", n*100+i, "h", n*10+i, "s", n*7+i, "i", n*13+i, "m", n*17+i)
}

// relaunching is a site that changes between gathers.
type relaunching struct {
	*rapid.T
	s      *site
	c      *clock
	g      *Gatherer
	pieces []*piece
	moved  map[*piece]bool // in this time between two gathers
	serial int
}

func (r *relaunching) draw(what string, condition func(p *piece) bool) *piece {
	var fit []*piece
	for _, p := range r.pieces {
		if condition(p) {
			fit = append(fit, p)
		}
	}
	if len(fit) == 0 {
		r.Skip("no piece fits")
	}
	return rapid.SampledFrom(fit).Draw(r.T, what)
}

func (r *relaunching) publish() {
	if len(r.pieces) >= 5 {
		r.Skip("enough pieces")
	}
	r.serial++
	p := &piece{n: r.serial, path: fmt.Sprintf("/a/%d", r.serial), title: fmt.Sprintf("%s in the port", []string{"Grain", "Customs", "Rails", "Ferries", "Pilots"}[len(r.pieces)]), date: r.c.now.Format(time.DateOnly), there: true}
	for i := range 12 {
		p.text = append(p.text, sentence(p.n, i))
	}
	r.pieces = append(r.pieces, p)
	r.moved[p] = true
	r.serve(p)
}

// serve serves a piece at its address and its copies.
func (r *relaunching) serve(p *piece) {
	html := p.html("")
	r.s.set(p.path, "text/html; charset=utf-8", html)
	for _, path := range p.copies {
		r.s.set(path, "text/html; charset=utf-8", html)
	}
}

// move moves a piece to another address, in one of the ways in which sites do it.
func (r *relaunching) move() {
	p := r.draw("moves", func(p *piece) bool { return p.there && !r.moved[p] && p.id != 0 })
	r.moved[p] = true
	r.serial++
	old := p.path
	p.path = fmt.Sprintf(rapid.SampledFrom([]string{"/b/%d", "/2026/03/%d.html", "/index.php?id=%d", "/c/%d/index.html"}).Draw(r.T, "form"), r.serial)
	isQuery := strings.Contains(p.path, "?")
	if isQuery {
		p.path = fmt.Sprintf("/q/%d", r.serial) // the site of the test serves by path
	}
	way := rapid.SampledFrom([]string{"301", "302", "404", "410", "front", "canonical", "still"}).Draw(r.T, "way")
	if way != "still" && way != "canonical" {
		if rapid.Bool().Draw(r.T, "edited") {
			p.text = append(p.text, sentence(p.n, 50+r.serial))
		}
		if rapid.Bool().Draw(r.T, "retitled") && !strings.Contains(p.title, "now") {
			p.title += " now"
		}
	}
	switch way {
	case "301", "302":
		r.s.redirect(old, p.path, map[string]int{"301": 301, "302": 302}[way])
	case "404":
		r.s.handle(old, nil)
	case "410":
		r.s.handle(old, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	case "front":
		r.s.redirect(old, "/", 302)
	case "canonical":
		r.s.set(old, "text/html; charset=utf-8", p.html(r.s.URL+p.path))
	}
	p.copies = nil
	r.serve(p)
}

func (r *relaunching) edit() {
	p := r.draw("is edited", func(p *piece) bool { return p.there && !r.moved[p] })
	r.moved[p] = true
	if rapid.Bool().Draw(r.T, "title") {
		p.title = rapid.SampledFrom([]string{"Update: ", "Exclusive: "}).Draw(r.T, "word") + strings.TrimPrefix(strings.TrimPrefix(p.title, "Update: "), "Exclusive: ")
	} else {
		p.text[len(p.text)-1] = sentence(p.n, 50+len(p.text)+r.serial)
		r.serial++
	}
	r.serve(p)
}

func (r *relaunching) redate() {
	p := r.draw("is redated", func(p *piece) bool { return p.there && !r.moved[p] })
	r.moved[p] = true
	p.date = r.c.now.Format(time.DateOnly)
	r.serve(p)
}

func (r *relaunching) copyPage() {
	p := r.draw("is copied", func(p *piece) bool { return p.there && !r.moved[p] && len(p.copies) < 2 })
	r.moved[p] = true
	mark := rapid.SampledFrom([]string{"/print", "/amp", "/index.html"}).Draw(r.T, "mark")
	p.copies = append(p.copies, strings.TrimSuffix(p.path, "/index.html")+mark)
	r.serve(p)
}

func (r *relaunching) remove() {
	p := r.draw("is removed", func(p *piece) bool { return p.there && !r.moved[p] })
	r.moved[p] = true
	p.there = false
	for _, path := range append(p.copies, p.path) {
		r.s.handle(path, nil)
	}
	p.copies = nil
}

func (r *relaunching) bringBack() {
	p := r.draw("comes back", func(p *piece) bool { return !p.there && !r.moved[p] && p.id != 0 })
	r.moved[p] = true
	p.there = true
	if rapid.Bool().Draw(r.T, "elsewhere") {
		r.serial++
		p.path = fmt.Sprintf("/back/%d", r.serial)
	}
	r.serve(p)
}

// gather gathers, and compares the articles with the pieces.
func (r *relaunching) gather() {
	var paths []string
	for _, p := range r.pieces {
		if p.there {
			paths = append(append(paths, p.path), p.copies...)
		}
	}
	r.s.sitemap(paths...)
	r.c.now = r.c.now.Add(rapid.SampledFrom([]time.Duration{time.Hour, 30 * time.Hour}).Draw(r.T, "time passes"))
	if _, failures, err := r.g.Gather(r.Context()); err != nil || len(failures) > 0 {
		r.Fatal(failures, err)
	}
	r.moved = map[*piece]bool{}
	ids := map[int64]int{}
	for _, p := range r.pieces {
		a, err := r.g.store.Find(r.Context(), r.s.URL+p.path)
		switch {
		case err != nil && (p.there || p.id != 0):
			r.Fatalf("piece %d at %s is unknown: %v", p.n, p.path, err)
		case err != nil:
			continue
		case p.id != 0 && a.ID != p.id:
			r.Fatalf("piece %d at %s is article %d, was %d", p.n, p.path, a.ID, p.id)
		case ids[a.ID] != 0:
			r.Fatalf("pieces %d and %d are article %d", p.n, ids[a.ID], a.ID)
		case p.there && (a.State != Released || a.Title != p.title):
			r.Fatalf("piece %d at %s is %s with the title %q, want %q", p.n, p.path, a.State, a.Title, p.title)
		}
		p.id, ids[a.ID] = a.ID, p.n
	}
	list, err := r.g.store.List(r.Context(), Filter{})
	if err != nil || len(list) != len(ids) {
		r.Fatalf("%d articles of %d pieces: %v", len(list), len(ids), err)
	}
}

// TestRelaunchesInAnyOrder: after any changes of a site in any order there are as many
// articles as pieces, and each piece keeps its id, so that no reader is sent it twice.
func TestRelaunchesInAnyOrder(t *testing.T) {
	testkit.Heavy(t)
	db := postgrestest.New(t)
	defer testkit.Amount("rapid.checks", "20")() // a second each
	rapid.Check(t, func(rt *rapid.T) {
		if _, err := db.Exec(`TRUNCATE articles, article_versions, article_addresses, article_languages, sources, skipped_pages RESTART IDENTITY CASCADE`); err != nil {
			rt.Fatal(err)
		}
		if _, err := db.Exec(`UPDATE release_counter SET last_no = 0`); err != nil {
			rt.Fatal(err)
		}
		r := &relaunching{T: rt, s: newSite(t), c: start(), moved: map[*piece]bool{}}
		r.s.page("/", testPage{title: "The site", text: "the front page"})
		r.g = newGatherer(t, db, r.c, Source{Name: "site", Kind: Sitemap, URL: r.s.URL + "/sitemap.xml"})
		r.g.NewsWindow = 10 * 365 * 24 * time.Hour // older articles are read once a day
		r.publish()
		r.publish()
		r.gather()
		rt.Repeat(map[string]func(*rapid.T){
			"publish": func(*rapid.T) { r.publish() },
			"move":    func(*rapid.T) { r.move() },
			"edit":    func(*rapid.T) { r.edit() },
			"redate":  func(*rapid.T) { r.redate() },
			"copy":    func(*rapid.T) { r.copyPage() },
			"remove":  func(*rapid.T) { r.remove() },
			"back":    func(*rapid.T) { r.bringBack() },
			"gather":  func(*rapid.T) { r.gather() },
		})
		r.gather()
	})
}
