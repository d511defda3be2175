package hooks

import (
	"crypto/sha256"
	"sync"
)

// maxSeen bounds the memory of seen.
const maxSeen = 50_000

// seen remembers the last requests that were taken, so that a repeated request costs no
// look-up. A request beyond it is taken again, and changes nothing.
type seen struct {
	mu    sync.Mutex
	set   map[[16]byte]bool
	order [][16]byte // a ring
	next  int
}

func seenKey(name string) [16]byte {
	sum := sha256.Sum256([]byte(name))
	return [16]byte(sum[:])
}

func (s *seen) has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.set[seenKey(name)]
}

func (s *seen) add(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := seenKey(name)
	if s.set == nil {
		s.set = map[[16]byte]bool{}
	}
	if s.set[key] {
		return
	}
	s.set[key] = true
	if len(s.order) < maxSeen {
		s.order = append(s.order, key)
		return
	}
	delete(s.set, s.order[s.next])
	s.order[s.next] = key
	s.next = (s.next + 1) % maxSeen
}
