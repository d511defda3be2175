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

// Options configure a client. A zero Timeout or MaxBytes stands for the default named.
type Options struct {
	Guard     Guard
	UserAgent string
	Timeout   time.Duration // of one request, body included; 30 s
	MaxBytes  int64         // of a document, uncompressed; 10 MiB
}

// Client fetches documents. Goroutines may share it.
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

// maxRedirects is the number of redirects that a request follows.
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
// wait for a Retry-After of more than 20 s: it returns an error.
func (c *Client) Get(ctx context.Context, address string, v Validators) (*Document, error) {
	return c.GetUpTo(ctx, address, v, c.maxBytes)
}

// GetUpTo is Get with a size limit in place of Options.MaxBytes.
func (c *Client) GetUpTo(ctx context.Context, address string, v Validators, maxBytes int64) (*Document, error) {
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
	doc, err := c.get(ctx, address, v, maxBytes)
	var status *StatusError
	if errors.As(err, &status) && (status.Status == http.StatusTooManyRequests || status.Status == http.StatusServiceUnavailable) {
		h.backOff(status.RetryAfter)
	}
	return doc, err
}

func (c *Client) get(ctx context.Context, address string, v Validators, maxBytes int64) (*Document, error) {
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
	if doc.Body, err = read(response, maxBytes); err != nil {
		return nil, c.explain(ctx, err)
	}
	return doc, nil
}

// read returns the body, uncompressed and within the limit. The transport has already
// undone a Content-Encoding of gzip. read also decompresses a file that is itself gzip
// (sitemap.xml.gz).
func read(response *http.Response, maxBytes int64) ([]byte, error) {
	body, err := limited(response.Body, maxBytes)
	if err != nil || len(body) < 2 || body[0] != 0x1f || body[1] != 0x8b {
		return body, err
	}
	if unpacked, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
		return limited(unpacked, maxBytes)
	}
	return body, nil // only the first two bytes are like gzip
}

func limited(r io.Reader, maxBytes int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err == nil && int64(len(body)) > maxBytes {
		err = fmt.Errorf("%w of %d bytes", ErrTooLarge, maxBytes)
	}
	return body, err
}

// explain turns network errors into messages that an editor understands.
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

// permanently reports whether there were redirects and all of them were permanent.
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
