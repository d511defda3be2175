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

	"corridor/postgres"

	"golang.org/x/sync/singleflight"
)

// Label is a program or region as readers see it.
type Label struct {
	Slug, Name string
	Former     []string // slugs it had before
}

// Options are what feeds say of the publication.
type Options struct {
	Title    string
	SiteURL  string // its website
	BaseURL  string // where feeds are reached
	Language string // BCP 47
	Icon     string // address of a small square picture; empty: none
	Logo     string
	Hubs     []string // WebSub hubs
	Programs []Label
	Regions  []Label
	Entries  int           // in one document; 0: 50
	MaxAge   time.Duration // how long a document may be taken for fresh
	// PerMinute is how many requests for one feed a client may make in a minute; 0: no
	// limit.
	PerMinute int
	Log       *slog.Logger
}

// Publisher keeps finished documents in memory and makes them when they are asked for.
// While Run listens it keeps them until an article in them changes; otherwise it asks
// the database every time. It is safe for concurrent use.
type Publisher struct {
	db  *postgres.DB
	o   Options
	log *slog.Logger

	building   singleflight.Group
	generation atomic.Int64 // counts changes: what was begun before one is not kept
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

// fragments are an entry in each format.
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

// memory is what the entry takes; nothing when no document can hold it.
func (f *fragments) memory() int {
	if f == nil {
		return 0
	}
	return len(f.rss) + len(f.atom) + len(f.json)
}

const (
	documentBytes = 80 << 20
	fragmentBytes = 16 << 20
	// maxDocument bounds a document: some feed readers stop there.
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

// CacheControl is what shared caches are told of public documents: the header's one
// value.
func (p *Publisher) CacheControl() []string { return p.cacheControl }

// MaxAge is how long a document may be taken for fresh.
func (p *Publisher) MaxAge() time.Duration { return p.o.MaxAge }

// Follow calls fn whenever articles have changed; changed tells which feeds that
// concerns. fn must not wait. It is for hubs.
func (p *Publisher) Follow(fn func(changed func(Topic) bool)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.followers = append(p.followers, fn)
}

// Run follows changes of articles by any process until ctx ends.
func (p *Publisher) Run(ctx context.Context) error {
	rescan := func() {
		if err := p.reload(ctx); err != nil && ctx.Err() == nil {
			p.log.Warn("feeds could not be read; they are asked for anew", "error", err)
		}
	}
	changed := func(_, payload string) {
		id, err := strconv.ParseInt(payload, 10, 64)
		if err == nil {
			err = p.update(ctx, id)
		}
		if err != nil && ctx.Err() == nil {
			p.log.Warn("a changed article could not be read; all feeds are made anew", "error", err)
			p.forget()
		}
	}
	err := postgres.Listen(ctx, p.db.URL, []string{"articles"}, changed, rescan)
	p.forget()
	return err
}

// forget lets every request ask the database until the next reload.
func (p *Publisher) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.generation.Add(1)
	p.live, p.catalogue = false, nil
	p.documents.clear()
	p.fragments.clear()
}

// reload reads the whole catalogue anew.
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

// update takes in one article, and forgets the documents that it stood or stands in.
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
	// Together with the catalogue: who sees the new number must not build from the old
	// cards, or what they make would be kept.
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

// current is the catalogue to build from.
func (p *Publisher) current(ctx context.Context) (*catalogue, error) {
	p.mu.Lock()
	k := p.catalogue
	p.mu.Unlock()
	if k != nil {
		return k, nil
	}
	return p.loadCatalogue(ctx)
}

// Document returns a page of a feed; the empty cursor is its first.
func (p *Publisher) Document(ctx context.Context, t Topic, f Format, c Cursor) (*Document, error) {
	key := documentKey{t, f, c}
	p.mu.Lock()
	d, ok := p.documents.get(key)
	p.mu.Unlock()
	if ok {
		return d, nil
	}
	// Everybody who asks meanwhile waits for the same one; it must not end with the one
	// who asked first.
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

// Fixed lists the feeds that there are whatever the articles: everything, programs,
// regions, and their crossings.
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

// Topics lists the feeds that are offered: the fixed ones, and authors by name.
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
