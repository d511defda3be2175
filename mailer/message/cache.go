package message

import (
	"container/list"
	"context"
	"fmt"
	"sync"
)

// cacheBytes limits the memory of the templates in a cache.
const cacheBytes = 16 << 20

// Cache keeps the templates of the most recently used renderings. It is safe for concurrent
// use.
type Cache struct {
	letterhead Letterhead
	load       func(ctx context.Context, rendering int64) (Rendering, error)

	mu      sync.Mutex
	entries map[cacheKey]*list.Element
	recent  *list.List // of *cacheEntry, most recently used first
	bytes   int
}

// cacheKey names a template: a rendering in one of its formats.
type cacheKey struct {
	rendering int64
	format    string
}

type cacheEntry struct {
	key      cacheKey
	template *Template
	bytes    int
}

// NewCache returns an empty cache. load reads a rendering, which never changes.
func NewCache(letterhead Letterhead, load func(ctx context.Context, rendering int64) (Rendering, error)) *Cache {
	return &Cache{letterhead: letterhead, load: load, entries: map[cacheKey]*list.Element{}, recent: list.New()}
}

// Template returns the template of a rendering in a format; see [Compose].
func (c *Cache) Template(ctx context.Context, rendering int64, format string) (*Template, error) {
	key := cacheKey{rendering, format}
	c.mu.Lock()
	defer c.mu.Unlock() // held while composing, so that a template is composed once
	if e, ok := c.entries[key]; ok {
		c.recent.MoveToFront(e)
		return e.Value.(*cacheEntry).template, nil
	}
	r, err := c.load(ctx, rendering)
	if err != nil {
		return nil, err
	}
	t, err := Compose(c.letterhead, r, format)
	if err != nil {
		return nil, fmt.Errorf("rendering %d: %w", rendering, err)
	}
	e := &cacheEntry{key, t, t.Size()}
	c.entries[key] = c.recent.PushFront(e)
	c.bytes += e.bytes
	for c.bytes > cacheBytes && c.recent.Len() > 1 {
		oldest := c.recent.Remove(c.recent.Back()).(*cacheEntry)
		delete(c.entries, oldest.key)
		c.bytes -= oldest.bytes
	}
	return t, nil
}
