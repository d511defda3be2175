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
	robotsFor   = time.Hour        // how long a robots.txt is used before it is fetched again
	maxCrawlGap = 5 * time.Second  // a longer Crawl-delay is cut to this
	patience    = 20 * time.Second // the longest Retry-After that a request waits for
)

// host is the state of one server: its robots.txt and its limits. slot has room for one
// request, so that requests to a host take turns.
type host struct {
	root     string // scheme and authority
	slot     chan struct{}
	mu       sync.Mutex
	robots   *robotstxt.Group
	robotsAt time.Time
	gap      time.Duration // least time between two requests
	last     time.Time     // when the last request began
	quiet    time.Time     // no requests before this time
}

// host returns the state of u's server. When maxHosts are known, it forgets all of them
// first. This bounds memory, and costs fetching robots.txt again for each.
func (c *Client) host(u *url.URL) *host {
	root := u.Scheme + "://" + u.Host
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.hosts[root]
	if h == nil {
		if len(c.hosts) >= c.maxHosts {
			clear(c.hosts)
		}
		h = &host{root: root, slot: make(chan struct{}, 1)}
		c.hosts[root] = h
	}
	return h
}

// turn waits until a request to the host may begin. The caller calls the function that
// turn returns when the request has ended.
func (h *host) turn(ctx context.Context) (func(), error) {
	select {
	case h.slot <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	release := func() { <-h.slot }
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

// backOff delays requests to the host by wait, or by 10 s when the host gave no time.
func (h *host) backOff(wait time.Duration) {
	if wait <= 0 {
		wait = 10 * time.Second
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.quiet = time.Now().Add(wait)
}

// allowed reports whether the host's robots.txt (RFC 9309) permits u. A robots.txt that
// cannot be fetched forbids nothing: the sites are the publication's own, and the
// publication would rather have its articles gathered than wait for robots.txt.
func (c *Client) allowed(ctx context.Context, h *host, u *url.URL) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.robotsAt) > robotsFor {
		doc, err := c.get(ctx, h.root+"/robots.txt", Validators{}, c.maxBytes)
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
