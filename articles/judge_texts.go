package articles

import (
	"sync"

	"corridor/articles/reading"
	"corridor/fetch"
)

// texts are the texts of the pages in one gather of a source that have neither date nor
// author, and the pages that wait until all are read.
type texts struct {
	mu      sync.Mutex
	seen    []seenText
	waiting map[string]*fetch.Document
	bytes   int

	strayMu sync.Mutex
	strays  map[string]string // by address that no site knows: the text there
}

type seenText struct {
	url       string
	canonical string
	pairs     map[string]bool // of words
	refused   bool            // it stands in the place of a known article
}

// Limits of the texts kept during one gather, and the share of pairs of words from which
// two texts are one: a wall may name the time or a number of the request.
const (
	maxSeen    = 500
	maxWaiting = 32 << 20 // bytes
	sameText   = 0.8
)

func (t *texts) add(url string, r reading.Reading, refused bool) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.seen {
		if s.url == url {
			return
		}
	}
	if len(t.seen) < maxSeen {
		t.seen = append(t.seen, seenText{url, r.Canonical(), reading.WordRuns(r.ContentText, 2), refused})
	}
}

// wait keeps a page until the end of the gather; it is false when too much waits.
func (t *texts) wait(c candidate, page *fetch.Document) bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.bytes += len(page.Body); t.bytes > maxWaiting {
		return false
	}
	if t.waiting == nil {
		t.waiting = map[string]*fetch.Document{}
	}
	t.waiting[c.URL] = page
	return true
}

// many reports whether a gather has so many pages without date and author that looking up
// stored texts for each is too dear.
func (t *texts) many() bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.seen) > 50
}

// page returns the page that waits for its verdict; nil when no page waits.
func (t *texts) page(c candidate) *fetch.Document {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.waiting[c.URL]
}

// other returns another address with the same text that is no copy of url; with refused, only
// one where the text stands in the place of a known article.
func (t *texts) other(url string, r reading.Reading, refused bool) string {
	if t == nil {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.seen) == 0 {
		return ""
	}
	pairs := reading.WordRuns(r.ContentText, 2)
	for _, s := range t.seen {
		if s.url == url || refused && !s.refused || reading.IsCopyOf(s.url, url) || s.canonical != "" && reading.IsCopyOf(s.canonical, url) || r.Canonical() != "" && reading.IsCopyOf(r.Canonical(), s.url) {
			continue
		}
		if len(s.pairs)*5 >= len(pairs)*4 && reading.Share(pairs, s.pairs) >= sameText {
			return s.url
		}
	}
	return ""
}
