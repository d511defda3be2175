package articles

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"corridor/articles/entries"
	"corridor/articles/reading"

	"corridor/fetch"
)

const (
	maxSitemaps   = 200    // of one source, index files included
	maxCandidates = 50_000 // of one source; the limit of sitemaps.org for one file
	maxIndexDepth = 3
)

// sitemapWalk lists a sitemap and the sitemaps that it names.
type sitemapWalk struct {
	source  Source
	queue   []string
	depth   map[string]int // of every sitemap seen
	found   []candidate
	faults  []error
	unknown int // entries that are no web address
	example string
}

// fromSitemap lists a sitemap and those it names. A document that cannot be read does
// not keep the others from being listed: its fault is part of the error, which then comes
// with the candidates of the others.
func (g *Gatherer) fromSitemap(ctx context.Context, s Source) ([]candidate, error) {
	w := sitemapWalk{source: s, queue: []string{s.URL}, depth: map[string]int{s.URL: 0}}
	for len(w.queue) > 0 {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		address := w.queue[0]
		w.queue = w.queue[1:]
		doc, err := g.client.GetUpTo(ctx, address, fetch.Validators{}, maxSitemapBytes)
		if err != nil {
			w.fault(address, err)
			continue
		}
		file, err := parseSitemap(doc.ContentType, doc.Body)
		if err != nil {
			w.fault(address, err)
		}
		w.enqueue(address, doc.URL, file.Maps)
		w.list(doc.URL, file.URLs)
	}
	if w.unknown > 0 {
		w.fault(s.URL, fmt.Errorf("%w: %d, the first is %q", errNoAddress, w.unknown, cutText(w.example, 100)))
	}
	return w.found, errors.Join(w.faults...)
}

func (w *sitemapWalk) fault(address string, err error) {
	w.faults = append(w.faults, fmt.Errorf("%s %w", address, err))
}

// enqueue notes the sitemaps that the index at address names. Relative addresses are
// read against base, where the index was found.
func (w *sitemapWalk) enqueue(address, base string, maps []sitemapEntry) {
	for _, entry := range maps {
		child := reading.Resolve(base, entry.Loc)
		if _, seen := w.depth[child]; seen {
			continue
		}
		switch {
		case child == "":
			w.noAddress(entry.Loc)
		case len(w.depth) >= maxSitemaps:
			w.fault(address, fmt.Errorf("names more than %d sitemaps; the others are not read", maxSitemaps))
			return
		case w.depth[address] >= maxIndexDepth:
			w.fault(address, fmt.Errorf("is an index %d levels deep; what it names is not read", maxIndexDepth+1))
			return
		default:
			w.depth[child] = w.depth[address] + 1
			w.queue = append(w.queue, child)
		}
	}
}

// list notes the articles of one sitemap.
func (w *sitemapWalk) list(base string, entries []sitemapEntry) {
	for _, entry := range entries {
		url, err := reading.CanonicalURL(reading.Resolve(base, entry.Loc))
		switch {
		case err != nil:
			w.noAddress(entry.Loc)
		case !matchesPath(w.source.Match, url):
		case len(w.found) >= maxCandidates:
			w.fault(base, fmt.Errorf("lists more than %d articles; the others are not read", maxCandidates))
			return
		default:
			w.found = append(w.found, candidate{URL: url, Changed: parseW3CTime(entry.LastMod)})
		}
	}
}

func (w *sitemapWalk) noAddress(text string) {
	if w.unknown++; w.unknown == 1 {
		w.example = text
	}
}

var errNoAddress = errors.New("lists entries without a web address")

// isLasting says of a source's fault that no part of it is likely to pass: documents that
// do not exist, and entries without an address.
func isLasting(fault error) bool {
	parts, several := fault.(interface{ Unwrap() []error }) //nolint:errorlint // the joined error itself
	if !several {
		var status *fetch.StatusError
		return errors.Is(fault, errNoAddress) || errors.Is(fault, entries.ErrBadEntries) || errors.As(fault, &status) && (status.Status == http.StatusNotFound || status.Status == http.StatusGone)
	}
	for _, part := range parts.Unwrap() {
		if !isLasting(part) {
			return false
		}
	}
	return true
}

// parseW3CTime reads the forms of a lastmod; the zero time for other texts.
func parseW3CTime(text string) time.Time {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}
