package articles

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"corridor/articles/entries"
	"corridor/articles/reading"

	"corridor/fetch"
)

const (
	maxSitemaps     = 200      // of one source, index files included
	maxCandidates   = 50_000   // of one source; the limit of sitemaps.org for one file
	maxIndexDepth   = 3        // levels of indexes
	maxSitemapBytes = 50 << 20 // of one sitemap, unpacked; the limit of sitemaps.org
)

// sitemapWalk lists a sitemap and the sitemaps that it names.
type sitemapWalk struct {
	source  Source
	robots  string // address of the robots.txt that names the sitemaps; empty: none was asked
	queue   []string
	depth   map[string]int // of every sitemap seen
	found   []candidate
	faults  []error
	unknown int // entries that are no web address
	example string
}

// fromSitemap lists a sitemap and those it names. A document that cannot be read does
// not keep the others from being listed: its fault is part of the error, which then comes
// with the candidates of the others. A source may also be a robots.txt, or the front page of
// a site: then the sitemaps are those that robots.txt names.
func (g *Gatherer) fromSitemap(ctx context.Context, s Source) ([]candidate, error) {
	w := sitemapWalk{source: s, depth: map[string]int{}}
	if err := g.beginWalk(ctx, &w); err != nil {
		return nil, err
	}
	for len(w.queue) > 0 {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		address := w.queue[0]
		w.queue = w.queue[1:]
		l, err := g.askList(ctx, s, address, func(v fetch.Validators, l *list) (*fetch.Document, error) {
			return g.client.Stream(ctx, address, v, maxSitemapBytes, func(doc *fetch.Document, body io.Reader) error {
				l.Base = doc.URL
				return entries.ReadSitemap(doc.URL, doc.ContentType, body, func(link entries.Link) bool {
					if w.wants(doc.URL, link) {
						l.Links = append(l.Links, link)
					}
					return len(l.Links) <= maxCandidates
				})
			})
		})
		if err != nil {
			w.fault(address, err)
		}
		if l != nil {
			w.takeAll(address, l)
		}
	}
	if len(w.faults) == 0 {
		if err := g.store.forgetLists(ctx, s.Name, append(slices.Collect(maps.Keys(w.depth)), w.robots)); err != nil {
			return nil, err
		}
	}
	if w.unknown > 0 {
		w.fault(s.URL, fmt.Errorf("%w: %d, the first is %q", errNoAddress, w.unknown, cutText(w.example, 100)))
	}
	return w.found, errors.Join(w.faults...)
}

// beginWalk queues the sitemap of the source, or those that its robots.txt names.
func (g *Gatherer) beginWalk(ctx context.Context, w *sitemapWalk) error {
	isFront, isRobots := false, false
	if u, err := url.Parse(w.source.URL); err == nil {
		isFront, isRobots = strings.Trim(u.Path, "/") == "" && u.RawQuery == "", u.Path == "/robots.txt"
	}
	if !isFront && !isRobots {
		w.enqueue(w.source.URL, w.source.URL, w.source.URL, 0)
		return nil
	}
	robots := reading.Resolve(w.source.URL, "/robots.txt")
	w.robots = robots
	l, err := g.askList(ctx, w.source, robots, func(v fetch.Validators, l *list) (*fetch.Document, error) {
		doc, err := g.client.Get(ctx, robots, v)
		if err != nil || doc.NotModified {
			return doc, err
		}
		l.Base = doc.URL
		for _, named := range fetch.RobotsSitemaps(doc.Body) {
			l.Links = append(l.Links, entries.Link{URL: named, IsMap: true})
		}
		return doc, nil
	})
	if err != nil && !isFront {
		return fmt.Errorf("%s %w", robots, err)
	}
	if err == nil {
		for _, named := range l.Links {
			w.enqueue(robots, l.Base, named.URL, 0)
		}
	}
	switch {
	case len(w.queue) > 0:
	case isFront:
		w.enqueue(robots, w.source.URL, "/sitemap.xml", 0) // where most sites have it
	default:
		return fmt.Errorf("%s names no sitemap", robots)
	}
	return nil
}

func (w *sitemapWalk) fault(address string, err error) {
	w.faults = append(w.faults, fmt.Errorf("%s %w", address, err))
}

// wants reports whether a link is of a sitemap or of an article of the source, or no address
// at all, which is a fault.
func (w *sitemapWalk) wants(base string, l entries.Link) bool {
	if l.IsMap || w.source.Match == "" {
		return true
	}
	at, err := reading.CanonicalURL(reading.Resolve(base, l.URL))
	return err != nil || matchesPath(w.source.Match, at)
}

func (w *sitemapWalk) takeAll(address string, l *list) {
	for _, link := range l.Links {
		if !w.take(address, l.Base, link) {
			return
		}
	}
}

// take notes a link of the sitemap at address, which was found at base after redirects.
func (w *sitemapWalk) take(address, base string, l entries.Link) (more bool) {
	if l.IsMap {
		return w.enqueue(address, base, l.URL, w.depth[address]+1)
	}
	at, err := reading.CanonicalURL(reading.Resolve(base, l.URL))
	switch {
	case err != nil:
		w.noAddress(l.URL)
	case !matchesPath(w.source.Match, at):
	case len(w.found) >= maxCandidates:
		w.fault(base, fmt.Errorf("lists more than %d articles; the others are not read", maxCandidates))
		return false
	default:
		w.found = append(w.found, candidate{URL: at, Changed: l.Changed.Time, Text: extensionsOf(l, base)})
	}
	return true
}

// extensionsOf returns what a sitemap says of an article by extensions for news and
// languages; nil when it says nothing.
func extensionsOf(l entries.Link, base string) *reading.Reading {
	if l.Published.Time.IsZero() && len(l.Versions) == 0 {
		return nil
	}
	r := &reading.Reading{Language: l.Language}
	if !l.Published.Time.IsZero() {
		r.Published, r.PublishedLocal, r.PublishedSureness = l.Published.Time, l.Published.Local, reading.SureFeed
	}
	for _, v := range l.Versions {
		if address, err := reading.CanonicalURL(reading.Resolve(base, v.URL)); err == nil && v.Language != "x-default" {
			r.Versions = append(r.Versions, reading.Version{Language: v.Language, URL: address})
		}
	}
	return r
}

// enqueue notes a sitemap that the document at address names. Relative addresses are read
// against base, where the document was found.
func (w *sitemapWalk) enqueue(address, base, named string, depth int) (more bool) {
	child := reading.Resolve(base, named)
	if _, seen := w.depth[child]; seen {
		return true
	}
	switch {
	case child == "":
		w.noAddress(named)
	case len(w.depth) >= maxSitemaps:
		w.fault(address, fmt.Errorf("names more than %d sitemaps; the others are not read", maxSitemaps))
		return false
	case depth > maxIndexDepth:
		w.fault(address, fmt.Errorf("is an index %d levels deep; what it names is not read", maxIndexDepth+1))
		return false
	default:
		w.depth[child] = depth
		w.queue = append(w.queue, child)
	}
	return true
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
