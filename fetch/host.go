package fetch

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
)

const (
	robotsFor   = time.Hour        // how long a robots.txt is good
	maxCrawlGap = 5 * time.Second  // the longest Crawl-delay that is waited for at each request
	patience    = 20 * time.Second // the longest Retry-After that is waited for
)

// host is what we know of one server. Requests to it take turns.
type host struct {
	root     string // scheme and authority
	seat     chan struct{}
	mu       sync.Mutex
	robots   *robotstxt.Group
	robotsAt time.Time
	gap      time.Duration
	last     time.Time
	quiet    time.Time // left alone until then
}

// host returns what is known of u's server. When very many are known all are
// forgotten: that costs a robots.txt each and bounds memory.
func (c *Client) host(u *url.URL) *host {
	root := u.Scheme + "://" + u.Host
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.hosts[root]
	if h == nil {
		if len(c.hosts) >= c.maxHosts {
			clear(c.hosts)
		}
		h = &host{root: root, seat: make(chan struct{}, 1)}
		c.hosts[root] = h
	}
	return h
}

// turn waits until the host may be asked; the caller gives the turn back.
func (h *host) turn(ctx context.Context) (func(), error) {
	select {
	case h.seat <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	release := func() { <-h.seat }
	h.mu.Lock()
	wait := time.Until(h.quiet)
	if wait > patience {
		h.mu.Unlock()
		release()
		return nil, fmt.Errorf("asked to be left alone for another %v", wait.Round(time.Second))
	}
	wait = max(wait, h.gap-time.Since(h.last))
	h.last = time.Now().Add(max(0, wait))
	h.mu.Unlock()
	if wait <= 0 {
		return release, nil
	}
	select {
	case <-time.After(wait):
		return release, nil
	case <-ctx.Done():
		release()
		return nil, ctx.Err()
	}
}

// leaveAlone keeps us from the host for as long as it asked, or for a while.
func (h *host) leaveAlone(wait time.Duration) {
	if wait <= 0 {
		wait = 10 * time.Second
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.quiet = time.Now().Add(wait)
}

// allowed asks robots.txt (RFC 9309). One that cannot be had forbids nothing: these
// are the publication's own sites, which would miss being gathered more than they
// would mind it.
func (c *Client) allowed(ctx context.Context, h *host, u *url.URL) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.robotsAt) > robotsFor {
		doc, err := c.get(ctx, h.root+"/robots.txt", Validators{})
		h.robots, h.gap = nil, 0
		switch {
		case err == nil && int64(len(doc.Body)) <= c.maxRobots:
			if data, err := robotstxt.FromBytes(doc.Body); err == nil {
				h.robots = data.FindGroup(c.agent)
				h.gap = min(h.robots.CrawlDelay, maxCrawlGap)
			}
			h.robotsAt = time.Now()
		case err == nil || doc != nil:
			h.robotsAt = time.Now()
		}
	}
	if h.robots == nil {
		return true
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return h.robots.Test(path)
}
