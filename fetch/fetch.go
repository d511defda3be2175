package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Options configure a client. A zero Timeout or MaxBytes stands for the default named.
type Options struct {
	Guard     Guard
	UserAgent string
	Timeout   time.Duration // of one request, body included; 30 s
	MaxBytes  int64         // of a document, uncompressed; 10 MiB
	Robots    RobotsCache
}

// Client fetches documents. Goroutines may share it.
type Client struct {
	http     *http.Client
	agent    string
	timeout  time.Duration
	maxBytes int64
	cache    RobotsCache
	mu       sync.Mutex
	hosts    map[string]*host
	maxHosts int
}

// New returns a client.
func New(o Options) *Client {
	c := &Client{
		agent: o.UserAgent, timeout: o.Timeout, maxBytes: o.MaxBytes, cache: o.Robots,
		hosts: map[string]*host{}, maxHosts: 1000,
	}
	if c.timeout == 0 {
		c.timeout = 30 * time.Second
	}
	if c.maxBytes == 0 {
		c.maxBytes = 10 << 20
	}
	c.http = &http.Client{Transport: o.Guard.Transport(), CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // follow does it, because each host has its rules
	}}
	return c
}

// Close closes idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Validators are the headers by which a server recognises the version of a document
// (RFC 9110, section 8.8).
type Validators struct{ ETag, LastModified string }

// Document is the answer to a request.
type Document struct {
	Status      int
	URL         string // after redirects
	Moved       bool   // there were redirects, and all of them were permanent
	ContentType string
	Header      http.Header
	Body        []byte
	Validators  Validators
	NotModified bool
}

// StatusError is an answer with a status other than 2xx and 304.
type StatusError struct {
	Status     int
	RetryAfter time.Duration // from the header Retry-After; 0 without it
}

// Error returns the status as a predicate, for a message that begins with the address.
func (e *StatusError) Error() string {
	return fmt.Sprintf("answers %d %s", e.Status, http.StatusText(e.Status))
}

// ErrRobots is returned for an address that robots.txt disallows.
var ErrRobots = errors.New("robots.txt asks not to fetch it")

// ErrTooLarge is returned for a document larger than its size limit.
var ErrTooLarge = errors.New("is larger than the limit")

// Get fetches the document at address. Document.NotModified is set when the server says
// that the version v is still current. Get first waits until the client's earlier requests
// to the host have ended, and then for the host's Crawl-delay or Retry-After. It does not
// wait for a Retry-After of more than 20 s: it returns an error. It follows up to five
// redirects, each by the rules of its host.
func (c *Client) Get(ctx context.Context, address string, v Validators) (*Document, error) {
	return c.GetUpTo(ctx, address, v, c.maxBytes)
}

// GetUpTo is Get with a size limit in place of Options.MaxBytes.
func (c *Client) GetUpTo(ctx context.Context, address string, v Validators, maxBytes int64) (*Document, error) {
	return c.do(ctx, address, v, readUpTo(maxBytes, false))
}

// Stream is GetUpTo that hands the body to read as it comes, uncompressed. Beyond the limit
// the reader's error wraps [ErrTooLarge]. The error of read is returned as it is.
func (c *Client) Stream(ctx context.Context, address string, v Validators, maxBytes int64, read func(doc *Document, body io.Reader) error) (*Document, error) {
	return c.do(ctx, address, v, func(response *http.Response, doc *Document) error {
		body, err := unpacked(response)
		if err != nil {
			return err
		}
		return read(doc, &limitedReader{r: body, left: maxBytes, limit: maxBytes})
	})
}

// do sends a request when it is its turn, to addresses that robots.txt permits.
func (c *Client) do(ctx context.Context, address string, v Validators, read bodyReader) (*Document, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errNoAddress
	}
	enter := func(ctx context.Context, u *url.URL, follows bool) (func(), error) {
		h := c.host(u)
		release, err := h.turn(ctx, follows)
		if err != nil {
			return nil, err
		}
		if err := c.allow(ctx, h, u); err != nil {
			release()
			return nil, err
		}
		return release, nil
	}
	doc, err := c.follow(ctx, u, v, enter, read)
	var status *StatusError
	if errors.As(err, &status) && doc != nil && (status.Status == http.StatusTooManyRequests || status.Status == http.StatusServiceUnavailable) {
		if at, err := url.Parse(doc.URL); err == nil {
			c.host(at).backOff(status.RetryAfter)
		}
	}
	return doc, err
}

// retryAfter parses the header Retry-After, seconds or a date (RFC 9110, section 10.2.3).
// The result is at most a day, and 0 for an invalid value.
func retryAfter(value string) time.Duration {
	if seconds, err := time.ParseDuration(strings.TrimSpace(value) + "s"); err == nil && seconds > 0 {
		return min(seconds, 24*time.Hour)
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, min(time.Until(at), 24*time.Hour))
	}
	return 0
}
