package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	robotsFor   = 24 * time.Hour   // how long a robots.txt is used before it is fetched again (RFC 9309, section 2.4)
	silenceFor  = 10 * time.Minute // how long a robots.txt that cannot be had is not asked for again
	maxCrawlGap = 5 * time.Second  // a longer Crawl-delay is cut to this
	patience    = 20 * time.Second // the longest Retry-After that a request waits for
)

// host is the state of one server: its robots.txt and its limits. slot has room for one
// request, so that requests to a host take turns; its holder alone reads and writes
// robots.
type host struct {
	root   string // scheme and authority
	slot   chan struct{}
	robots robotsFile

	mu    sync.Mutex
	gap   time.Duration // least time between two requests
	last  time.Time     // when the last request began
	quiet time.Time     // no requests before this time
}

// RobotsCache keeps robots.txt files over the end of the process, by scheme and authority of
// their hosts. The zero cache keeps nothing.
type RobotsCache struct {
	Load func(ctx context.Context, host string) (RobotsText, bool)
	Keep func(ctx context.Context, host string, text RobotsText)
}

// RobotsText is a robots.txt as a server gave it.
type RobotsText struct {
	Body       []byte
	Validators Validators
}

// robotsFile is a host's robots.txt as it was when it was fetched last.
type robotsFile struct {
	rules      robots
	err        error     // why it could not be had: then nothing may be fetched
	known      bool      // rules are those of a file that was read, or of one that does not exist
	until      time.Time // when to ask for it again; zero: it has not been asked for
	validators Validators
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
// turn returns when the request has ended. A request that follows a redirect within the
// host does not wait for the gap between two requests.
func (h *host) turn(ctx context.Context, follows bool) (func(), error) {
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
	if !follows {
		wait = max(wait, h.gap-time.Since(h.last))
	}
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

// ErrRobotsUnknown is returned for an address of a host with a robots.txt that cannot be
// had at present: then nothing may be fetched (RFC 9309, section 2.3.1.4).
var ErrRobotsUnknown = errors.New("its robots.txt cannot be read")

// robotsError is ErrRobotsUnknown with its cause. It is one error, and no list of two.
type robotsError struct{ cause error }

func (e robotsError) Error() string        { return ErrRobotsUnknown.Error() + ": " + e.cause.Error() }
func (e robotsError) Unwrap() error        { return e.cause }
func (e robotsError) Is(target error) bool { return target == ErrRobotsUnknown }

// allow returns nil when the host's robots.txt permits u. The caller holds the host's slot.
// A robots.txt that does not exist permits everything. While one cannot be had, the rules
// that were read before hold; without any, nothing is permitted.
func (c *Client) allow(ctx context.Context, h *host, u *url.URL) error {
	if !time.Now().Before(h.robots.until) {
		file := c.fetchRobots(ctx, h)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		h.robots = file
		delay, _ := time.ParseDuration(file.rules.delay + "s")
		h.mu.Lock()
		h.gap = max(0, min(delay, maxCrawlGap))
		h.mu.Unlock()
	}
	switch {
	case !h.robots.known:
		return robotsError{h.robots.err}
	case !h.robots.rules.allows(u):
		return ErrRobots
	}
	return nil
}

// fetchRobots asks for the host's robots.txt, and returns what holds then.
func (c *Client) fetchRobots(ctx context.Context, h *host) robotsFile {
	was := h.robots
	if was.until.IsZero() && c.cache.Load != nil {
		if text, ok := c.cache.Load(ctx, h.root); ok {
			was = robotsFile{rules: parseRobots(text.Body, c.agent), known: true, validators: text.Validators}
		}
	}
	u, err := url.Parse(h.root + "/robots.txt")
	if err != nil {
		return robotsFile{err: errNoAddress, until: time.Now().Add(silenceFor)}
	}
	unchecked := func(context.Context, *url.URL, bool) (func(), error) { return func() {}, nil }
	doc, err := c.follow(ctx, u, was.validators, unchecked, readUpTo(maxRobots, true))
	var status *StatusError
	switch {
	case err == nil && doc.NotModified:
		was.until, was.err = time.Now().Add(robotsFor), nil
		return was
	case err == nil:
		if c.cache.Keep != nil {
			c.cache.Keep(ctx, h.root, RobotsText{doc.Body, doc.Validators})
		}
		return robotsFile{rules: parseRobots(doc.Body, c.agent), known: true, until: time.Now().Add(robotsFor), validators: doc.Validators}
	case errors.Is(err, errManyRedirects), errors.As(err, &status) && status.Status < 500 && status.Status != http.StatusTooManyRequests:
		if was.known && c.cache.Keep != nil {
			c.cache.Keep(ctx, h.root, RobotsText{}) // it does not exist any more
		}
		return robotsFile{known: true, until: time.Now().Add(robotsFor)}
	}
	wait := silenceFor
	if status != nil {
		wait = max(wait, status.RetryAfter)
	}
	was.err, was.until = err, time.Now().Add(wait)
	return was
}
