package feeds

import "container/list"

// cache keeps the most recently used values, up to a number of bytes. It is not safe for
// concurrent use.
type cache[K comparable, V any] struct {
	most, bytes int
	size        func(V) int
	entries     map[K]*list.Element
	recent      *list.List
}

type cacheEntry[K comparable, V any] struct {
	key   K
	value V
	bytes int
}

func newCache[K comparable, V any](most int, size func(V) int) *cache[K, V] {
	return &cache[K, V]{most: most, size: size, entries: map[K]*list.Element{}, recent: list.New()}
}

func (c *cache[K, V]) get(k K) (v V, ok bool) {
	e, ok := c.entries[k]
	if !ok {
		return v, false
	}
	c.recent.MoveToFront(e)
	return e.Value.(*cacheEntry[K, V]).value, true
}

func (c *cache[K, V]) put(k K, v V) {
	c.remove(k)
	entry := &cacheEntry[K, V]{k, v, c.size(v)}
	c.entries[k] = c.recent.PushFront(entry)
	c.bytes += entry.bytes
	for c.bytes > c.most && c.recent.Len() > 1 {
		c.remove(c.recent.Back().Value.(*cacheEntry[K, V]).key)
	}
}

func (c *cache[K, V]) remove(k K) {
	if e, ok := c.entries[k]; ok {
		c.bytes -= c.recent.Remove(e).(*cacheEntry[K, V]).bytes
		delete(c.entries, k)
	}
}

// drop removes the entries with a key that fn accepts.
func (c *cache[K, V]) drop(fn func(K) bool) {
	for k := range c.entries {
		if fn(k) {
			c.remove(k)
		}
	}
}

func (c *cache[K, V]) clear() {
	clear(c.entries)
	c.recent.Init()
	c.bytes = 0
}
