package feeds

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"corridor/articles"
	"corridor/postgres"
	"corridor/trouble"

	"golang.org/x/sync/singleflight"
)

// Label is a program or a region.
type Label = articles.Topic

// Options describe the publication.
type Options struct {
	Title    string
	SiteURL  string // the publication's website
	BaseURL  string // address that feeds are served below
	Language string // BCP 47
	Icon     string // address of a small square image; may be empty
	Logo     string
	Hubs     []string // WebSub hubs
	Programs []Label
	Regions  []Label
	Entries  int           // in one document; 0 means 50
	MaxAge   time.Duration // time that caches may reuse a document
	// PerMinute is the number of requests for one feed that a client may make in a minute;
	// 0 means no limit.
	PerMinute int
	Log       *slog.Logger
	Troubles  *trouble.Log // nil: a separate one that writes to Log
}

// Publisher makes documents on request and caches them. While Run listens for changes, a
// document stays cached until an article in it changes; otherwise every request reads the
// database. Publisher is safe for concurrent use.
type Publisher struct {
	db  *postgres.DB
	o   Options
	log *slog.Logger

	building   singleflight.Group
	generation atomic.Int64 // counts changes; results begun before a change are not cached
	built      atomic.Int64 // documents made
	clients    clients

	cacheControl []string
	packers      *packers

	mu        sync.Mutex
	live      bool // Run is listening
	catalogue *catalogue
	documents *cache[documentKey, *Document]
	fragments *cache[fragmentKey, *fragments]
	followers []func(changed func(Topic) bool)
}

type documentKey struct {
	topic  Topic
	format Format
	cursor Cursor
}

// fragmentKey names an entry: an article at its place in a feed.
type fragmentKey struct{ id, at int64 }

// fragments is an entry in each format.
type fragments struct{ rss, atom, json []byte }

func (f *fragments) of(format Format) []byte {
	switch format {
	case RSS:
		return f.rss
	case JSON:
		return f.json
	}
	return f.atom
}

func (f *fragments) size() int { return max(len(f.rss), len(f.atom), len(f.json)) }

// memory is the size of the entry for the cache, 0 for an entry that is too long.
func (f *fragments) memory() int {
	if f == nil {
		return 0
	}
	return len(f.rss) + len(f.atom) + len(f.json)
}

const (
	documentBytes = 80 << 20
	fragmentBytes = 16 << 20
	// maxDocument bounds a document, in bytes: some feed readers stop there.
	maxDocument = 480 << 10
)

// New returns a publisher of db's articles.
func New(db *postgres.DB, o Options) *Publisher {
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/")
	if o.Entries < 1 {
		o.Entries = 50
	}
	if o.SiteURL == "" {
		o.SiteURL = o.BaseURL
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Troubles == nil {
		o.Troubles = trouble.New(o.Log)
	}
	return &Publisher{
		db: db, o: o, log: o.Log, clients: clients{most: o.PerMinute},
		cacheControl: []string{"public, max-age=" + strconv.FormatInt(int64(o.MaxAge/time.Second), 10)},
		packers:      newPackers(),
		documents:    newCache[documentKey, *Document](documentBytes, (*Document).size),
		fragments:    newCache[fragmentKey, *fragments](fragmentBytes, (*fragments).memory),
	}
}

// Built counts the documents made so far.
func (p *Publisher) Built() int64 { return p.built.Load() }

// CacheControl is the Cache-Control header of public documents: its one value.
func (p *Publisher) CacheControl() []string { return p.cacheControl }

// MaxAge is the time that caches may reuse a document.
func (p *Publisher) MaxAge() time.Duration { return p.o.MaxAge }

// Follow registers fn to be called whenever articles have changed; changed reports whether
// a feed is affected. fn must not block.
func (p *Publisher) Follow(fn func(changed func(Topic) bool)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.followers = append(p.followers, fn)
}

// Run follows changes of articles by any process until ctx ends.
func (p *Publisher) Run(ctx context.Context) error {
	rescan := func() {
		_ = p.o.Troubles.Note(ctx, trouble.Work, "feeds: read all articles", p.reload(ctx)) // every request reads the database until it succeeds
	}
	changed := func(_, payload string) {
		id, err := strconv.ParseInt(payload, 10, 64)
		if err == nil {
			err = p.update(ctx, id)
		}
		if p.o.Troubles.Note(ctx, trouble.Work, "feeds: read a changed article", err) != nil && ctx.Err() == nil {
			p.forget()
		}
	}
	err := postgres.Listen(ctx, p.db.URL, []string{"articles"}, changed, rescan)
	p.forget()
	return err
}

// forget empties the caches and makes every request read the database until the next
// reload.
func (p *Publisher) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.generation.Add(1)
	p.live, p.catalogue = false, nil
	p.documents.clear()
	p.fragments.clear()
}

// reload reads the whole catalogue.
func (p *Publisher) reload(ctx context.Context) error {
	p.forget()
	began := p.generation.Load()
	k, err := p.loadCatalogue(ctx)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.generation.Load() == began {
		p.live, p.catalogue = true, k
	}
	p.tell(func(Topic) bool { return true })
	return nil
}

// update replaces one article in the catalogue, and drops the documents with the article.
func (p *Publisher) update(ctx context.Context, id int64) error {
	cards, err := p.loadCards(ctx, id)
	if err != nil {
		return err
	}
	var fresh *card
	if len(cards) > 0 {
		fresh = cards[0]
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.live {
		return nil
	}
	// The generation changes together with the catalogue. Otherwise a build could see the
	// new generation with the old cards, and its result would be cached.
	p.generation.Add(1)
	old := p.catalogue.byID[id]
	p.catalogue = p.catalogue.with(id, fresh)
	concerns := func(t Topic) bool { return old != nil && old.touches(t) || fresh != nil && fresh.touches(t) }
	p.documents.drop(func(k documentKey) bool { return concerns(k.topic) })
	p.fragments.drop(func(k fragmentKey) bool { return k.id == id })
	p.tell(concerns)
	return nil
}

func (p *Publisher) tell(concerns func(Topic) bool) {
	for _, fn := range p.followers {
		fn(concerns)
	}
}

// current returns the catalogue to build from.
func (p *Publisher) current(ctx context.Context) (*catalogue, error) {
	p.mu.Lock()
	k := p.catalogue
	p.mu.Unlock()
	if k != nil {
		return k, nil
	}
	return p.loadCatalogue(ctx)
}

// Document returns a page of a feed; the empty cursor is the first page.
func (p *Publisher) Document(ctx context.Context, t Topic, f Format, c Cursor) (*Document, error) {
	key := documentKey{t, f, c}
	p.mu.Lock()
	d, ok := p.documents.get(key)
	p.mu.Unlock()
	if ok {
		return d, nil
	}
	// Concurrent requests for a document share one build, which must outlive the first
	// request.
	made, err, _ := p.building.Do(fmt.Sprint(key), func() (any, error) {
		began := p.generation.Load()
		d, err := p.build(context.WithoutCancel(ctx), t, f, c)
		if err != nil {
			return nil, err
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.live && p.generation.Load() == began {
			p.documents.put(key, d)
		}
		return d, nil
	})
	if err != nil {
		return nil, err
	}
	return made.(*Document), nil
}

// Fixed lists the feeds that do not depend on articles: everything, programs, regions, and
// their crossings.
func (p *Publisher) Fixed() []Topic {
	list := []Topic{{Kind: All}}
	for _, l := range p.o.Programs {
		list = append(list, Topic{Kind: Program, Program: l.Slug})
	}
	for _, l := range p.o.Regions {
		list = append(list, Topic{Kind: Region, Region: l.Slug})
	}
	for _, a := range p.o.Programs {
		for _, b := range p.o.Regions {
			list = append(list, Topic{Kind: Crossing, Program: a.Slug, Region: b.Slug})
		}
	}
	return list
}

// Topics lists the offered feeds: the fixed ones, then authors by name.
func (p *Publisher) Topics(ctx context.Context) ([]Topic, error) {
	k, err := p.current(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, c := range k.cards {
		for i, slug := range c.authors {
			if c.released && slug != "" {
				names[slug] = c.names[i]
			}
		}
	}
	var authors []Topic
	for slug := range names {
		authors = append(authors, Topic{Kind: Author, Author: slug})
	}
	slices.SortFunc(authors, func(a, b Topic) int {
		return cmp.Or(cmp.Compare(names[a.Author], names[b.Author]), cmp.Compare(a.Author, b.Author))
	})
	return append(p.Fixed(), authors...), nil
}
