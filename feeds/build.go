package feeds

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// head is the part of a document before its entries.
type head struct {
	id          string // the feed's permanent id
	title       string
	description string
	self        string // address of this document
	page        string // address of the feed's page for people
	next        string // address of the next page; empty on the last page
	first       string // address of the first page; empty on the first page
	hubs        []string
	changed     time.Time
}

// build makes a document.
func (p *Publisher) build(ctx context.Context, t Topic, f Format, c Cursor) (*Document, error) {
	k, err := p.current(ctx)
	if err != nil {
		return nil, err
	}
	cards, asOf := k.page(t, c, p.o.Entries)
	entries, err := p.entries(ctx, cards)
	if err != nil {
		return nil, err
	}
	// All formats get the same cards, so that their pages have the same borders.
	var body [][]byte
	size, shown := 0, 0
	more := false
	for i, card := range cards {
		e := entries[card.id]
		if i == p.o.Entries || e != nil && shown > 0 && size+e.size() > maxDocument {
			more = true
			break
		}
		if shown = i + 1; e != nil { // nil: withdrawn since the catalogue was read, or too long for a document
			size += e.size()
			body = append(body, e.of(f))
		}
	}
	h := p.head(t, f, c)
	h.changed = k.changed(t)
	if chosen := time.Unix(t.Chosen, 0).UTC(); t.Kind == Reader && chosen.After(h.changed) {
		h.changed = chosen
	}
	if more {
		h.next = p.o.BaseURL + t.Address(f, cards[shown-1].cursor(asOf))
	}
	if f == Atom && c == "" {
		for _, gone := range k.tombstones(t, h.changed) {
			stone, err := tombstone(gone)
			if err != nil {
				return nil, fmt.Errorf("feeds: %w", err)
			}
			body = append(body, stone)
		}
	}
	whole, err := p.assemble(h, f, body)
	if err != nil {
		return nil, err
	}
	p.built.Add(1)
	d := newDocument(whole, f, h.changed, p.packers)
	d.self, d.next, d.hubs, d.private = h.self, h.next, h.hubs, t.Kind == Reader
	return d, nil
}

// entries returns the cards' entries in every format, from the cache where possible. An
// entry that is too long for a document is nil and logged.
func (p *Publisher) entries(ctx context.Context, cards []placed) (map[int64]*fragments, error) {
	all := make(map[int64]*fragments, len(cards))
	missing := map[int64]int64{}
	began := p.generation.Load()
	p.mu.Lock()
	for _, c := range cards {
		if e, ok := p.fragments.get(fragmentKey{c.id, c.at}); ok {
			all[c.id] = e
		} else {
			missing[c.id] = c.at
		}
	}
	p.mu.Unlock()
	if len(missing) == 0 {
		return all, nil
	}
	loaded, err := p.loadEntries(ctx, missing)
	if err != nil {
		return nil, err
	}
	for i := range loaded {
		e := &loaded[i]
		made, err := p.fragmentsOf(e)
		if err != nil {
			p.log.Error("an article is left out of feeds", "article_id", e.id, "error", err)
		}
		all[e.id] = made
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live && p.generation.Load() == began {
		for id, at := range missing {
			if e, loaded := all[id]; loaded {
				p.fragments.put(fragmentKey{id, at}, e)
			}
		}
	}
	return all, nil
}

func (p *Publisher) fragmentsOf(e *entry) (*fragments, error) {
	for range 2 {
		var made fragments
		var err error
		if made.rss, err = p.rssItem(e); err != nil {
			return nil, err
		}
		if made.atom, err = p.atomEntry(e); err != nil {
			return nil, err
		}
		if made.json, err = p.jsonItem(e); err != nil {
			return nil, err
		}
		if made.size() <= maxDocument {
			return &made, nil
		}
		e.content = "" // escaping has made it too long
	}
	return nil, fmt.Errorf("the entry is too long even without its text")
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// assemble inserts the entries into the document's head and tail.
func (p *Publisher) assemble(h head, f Format, entries [][]byte) ([]byte, error) {
	var around []byte
	var err error
	place, separator := []byte("<!"+placeholder+">"), []byte("\n")
	switch f {
	case RSS:
		around, err = p.rssHead(h)
	case Atom:
		around, err = p.atomHead(h)
	case JSON:
		around, err = p.jsonHead(h)
		place, separator = []byte(`"`+placeholder+`"`), []byte(",\n")
	}
	if err != nil {
		return nil, fmt.Errorf("feeds: %w", err)
	}
	before, after, found := bytes.Cut(around, place)
	if !found {
		return nil, errNoPlace
	}
	size := len(before) + len(after) + len(xmlHead) + 1
	for _, e := range entries {
		size += len(e) + len(separator)
	}
	out := make([]byte, 0, size)
	if f != JSON {
		out = append(out, xmlHead...)
	}
	out = append(out, before...)
	for i, e := range entries {
		if i > 0 {
			out = append(out, separator...)
		}
		out = append(out, e...)
	}
	out = append(out, after...)
	return append(out, '\n'), nil
}

// head describes a feed: its addresses, title and description.
func (p *Publisher) head(t Topic, f Format, c Cursor) head {
	h := head{
		id: p.o.BaseURL + t.Path(), title: p.Title(t), description: p.Description(t),
		self: p.o.BaseURL + t.Address(f, c), page: p.o.BaseURL + t.Path(), hubs: p.o.Hubs,
	}
	if c != "" {
		h.first = p.o.BaseURL + t.Address(f, "")
	}
	switch t.Kind {
	case All:
		h.page = p.o.SiteURL
	case Reader:
		h.page, h.hubs = p.o.BaseURL+"/", nil // a hub would learn the token
	}
	return h
}
