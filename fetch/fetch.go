package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Options of a client. Zero values take the defaults named.
type Options struct {
	Guard     Guard
	UserAgent string
	Timeout   time.Duration // for one request, body included; 30 s
	MaxBytes  int64         // of a document, unpacked; 10 MiB
}

// Client fetches documents. It may be used by many goroutines.
type Client struct {
	http      *http.Client
	agent     string
	timeout   time.Duration
	maxBytes  int64
	mu        sync.Mutex
	hosts     map[string]*host
	maxHosts  int
	maxRobots int64
}

// maxRedirects is how many are followed.
const maxRedirects = 5

// New returns a client.
func New(o Options) *Client {
	c := &Client{
		agent: o.UserAgent, timeout: o.Timeout, maxBytes: o.MaxBytes,
		hosts: map[string]*host{}, maxHosts: 1000, maxRobots: 500 << 10,
	}
	if c.timeout == 0 {
		c.timeout = 30 * time.Second
	}
	if c.maxBytes == 0 {
		c.maxBytes = 10 << 20
	}
	c.http = &http.Client{Transport: o.Guard.Transport(), CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects {
			return errors.New("redirects more than 5 times")
		}
		return nil
	}}
	return c
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Validators are what a server told to recognise a document by (RFC 9110, section 8.8).
type Validators struct{ ETag, LastModified string }

// Document is an answer.
type Document struct {
	Status      int
	URL         string // after redirects
	Moved       bool   // all redirects on the way were permanent
	ContentType string
	Header      http.Header
	Body        []byte
	Validators  Validators
	NotModified bool
}

// StatusError is an answer that is neither a document nor "not modified".
type StatusError struct {
	Status     int
	RetryAfter time.Duration // as the server asked; 0: it did not
}

// Error says it as people do.
func (e *StatusError) Error() string {
	return fmt.Sprintf("answers %d %s", e.Status, http.StatusText(e.Status))
}

// ErrRobots is returned for an address that robots.txt asks us not to fetch.
var ErrRobots = errors.New("robots.txt asks not to fetch it")

// ErrTooLarge is returned for a document over the limit.
var ErrTooLarge = errors.New("is larger than the limit")

// Get fetches address, unless it is still what v describes. It waits for its turn with
// that host, and for as long as the host asked to be left alone (up to a minute).
func (c *Client) Get(ctx context.Context, address string, v Validators) (*Document, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errors.New("is no web address")
	}
	h := c.host(u)
	release, err := h.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if !c.allowed(ctx, h, u) {
		return nil, ErrRobots
	}
	doc, err := c.get(ctx, address, v)
	var status *StatusError
	if errors.As(err, &status) && (status.Status == http.StatusTooManyRequests || status.Status == http.StatusServiceUnavailable) {
		h.leaveAlone(status.RetryAfter)
	}
	return doc, err
}

func (c *Client) get(ctx context.Context, address string, v Validators) (*Document, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("is no web address")
	}
	request.Header.Set("User-Agent", c.agent)
	request.Header.Set("Accept", "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8")
	if v.ETag != "" {
		request.Header.Set("If-None-Match", v.ETag)
	}
	if v.LastModified != "" {
		request.Header.Set("If-Modified-Since", v.LastModified)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	defer response.Body.Close()
	doc := &Document{
		Status: response.StatusCode, URL: response.Request.URL.String(), ContentType: response.Header.Get("Content-Type"), Header: response.Header,
		Moved:      permanently(response),
		Validators: Validators{response.Header.Get("ETag"), response.Header.Get("Last-Modified")},
	}
	switch {
	case response.StatusCode == http.StatusNotModified:
		doc.NotModified = true
		return doc, nil
	case response.StatusCode < 200 || response.StatusCode > 299:
		return doc, &StatusError{response.StatusCode, retryAfter(response.Header.Get("Retry-After"))}
	}
	if doc.Body, err = c.read(response); err != nil {
		return nil, c.explain(ctx, err)
	}
	return doc, nil
}

// read unpacks the body within the limit. The transport has unpacked gzip that it
// asked for; a file that is itself packed (sitemap.xml.gz) is unpacked here.
func (c *Client) read(response *http.Response) ([]byte, error) {
	body, err := c.limited(response.Body)
	if err != nil || len(body) < 2 || body[0] != 0x1f || body[1] != 0x8b {
		return body, err
	}
	if unpacked, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
		return c.limited(unpacked)
	}
	return body, nil // it only began like gzip
}

func (c *Client) limited(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, c.maxBytes+1))
	if err == nil && int64(len(body)) > c.maxBytes {
		err = fmt.Errorf("%w of %d bytes", ErrTooLarge, c.maxBytes)
	}
	return body, err
}

// explain turns errors of the network into what an editor can use.
func (c *Client) explain(ctx context.Context, err error) error {
	var dns *net.DNSError
	var failed *url.Error
	var network net.Error
	switch {
	case errors.Is(err, ErrPrivateAddress), errors.Is(err, ErrTooLarge):
		return unwrapURL(err)
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("does not answer within %v", c.timeout)
	case errors.As(err, &dns):
		return fmt.Errorf("the name %s cannot be resolved", dns.Name)
	case errors.As(err, &network) && network.Timeout():
		return fmt.Errorf("does not answer within %v", c.timeout)
	case errors.As(err, &failed):
		return failed.Err
	}
	return err
}

func unwrapURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return err
}

// permanently tells whether every redirect on the way was for good.
func permanently(response *http.Response) bool {
	moved := false
	for r := response.Request.Response; r != nil; r = r.Request.Response {
		if r.StatusCode != http.StatusMovedPermanently && r.StatusCode != http.StatusPermanentRedirect {
			return false
		}
		moved = true
	}
	return moved
}

// retryAfter reads seconds or a date (RFC 9110, section 10.2.3).
func retryAfter(value string) time.Duration {
	if seconds, err := time.ParseDuration(strings.TrimSpace(value) + "s"); err == nil && seconds > 0 {
		return min(seconds, 24*time.Hour)
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, min(time.Until(at), 24*time.Hour))
	}
	return 0
}
