package mailer

import (
	"container/list"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/lib/pq"
)

// composedKey names a template: a rendering in one of its formats.
type composedKey struct {
	rendering int64
	format    string
}

// composedBytes bounds what the templates in memory take together.
const composedBytes = 16 << 20

// composed keeps the templates of renderings that are going out, the lately used.
type composed struct {
	store      *Store
	letterhead Letterhead

	mu      sync.Mutex
	entries map[composedKey]*list.Element
	recent  *list.List
	bytes   int
}

type composedEntry struct {
	key      composedKey
	template *Template
	bytes    int
}

func newComposed(store *Store, letterhead Letterhead) *composed {
	return &composed{store: store, letterhead: letterhead, entries: map[composedKey]*list.Element{}, recent: list.New()}
}

// get returns a rendering's template. Renderings never change, so neither do templates.
func (c *composed) get(ctx context.Context, rendering int64, format string) (*Template, error) {
	key := composedKey{rendering, format}
	c.mu.Lock()
	defer c.mu.Unlock() // held while composing: ten workers would else compose the same one
	if e, ok := c.entries[key]; ok {
		c.recent.MoveToFront(e)
		return e.Value.(*composedEntry).template, nil
	}
	r := Rendering{ID: rendering}
	err := c.store.db.QueryRowContext(ctx, `
		SELECT subject, html, html_places, text, text_places FROM renderings WHERE id = $1`, rendering).
		Scan(&r.Subject, &r.HTML, (*pq.Int64Array)(&r.HTMLPlaces), &r.Text, (*pq.Int64Array)(&r.TextPlaces))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("mailer: rendering %d is gone", rendering)
	}
	if err != nil {
		return nil, fmt.Errorf("mailer: reading rendering %d: %w", rendering, err)
	}
	t, err := Compose(c.letterhead, r, format)
	if err != nil {
		return nil, fmt.Errorf("mailer: composing rendering %d: %w", rendering, err)
	}
	e := &composedEntry{key, t, t.Size()}
	c.entries[key] = c.recent.PushFront(e)
	c.bytes += e.bytes
	for c.bytes > composedBytes && c.recent.Len() > 1 {
		oldest := c.recent.Remove(c.recent.Back()).(*composedEntry)
		delete(c.entries, oldest.key)
		c.bytes -= oldest.bytes
	}
	return t, nil
}
