package fetch

import (
	"bufio"
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
	"time"
)

// maxRedirects is the number of redirects that a request follows.
const maxRedirects = 5

var (
	errNoAddress     = errors.New("is no web address")
	errManyRedirects = fmt.Errorf("redirects more than %d times", maxRedirects)
)

// bodyReader takes the body of an answer into its document.
type bodyReader func(response *http.Response, doc *Document) error

// follow sends a request and follows redirects. enter is called before each request, and
// its function when the request has ended; follows says that the request before it was to
// the same host. The time limit is for all requests together, without the time in enter.
func (c *Client) follow(ctx context.Context, u *url.URL, v Validators, enter func(ctx context.Context, u *url.URL, follows bool) (func(), error), read bodyReader) (*Document, error) {
	left, moved, host := c.timeout, true, ""
	for hop := 0; ; hop++ {
		leave, err := enter(ctx, u, u.Host == host)
		if err != nil {
			return nil, err
		}
		began := time.Now()
		doc, next, err := c.once(ctx, u, v, left, read)
		leave()
		left -= time.Since(began)
		if next == nil {
			if doc != nil {
				doc.Moved = hop > 0 && moved
			}
			return doc, err
		}
		if hop == maxRedirects {
			return nil, errManyRedirects
		}
		moved = moved && (doc.Status == http.StatusMovedPermanently || doc.Status == http.StatusPermanentRedirect)
		u, host = next, u.Host
	}
}

// once sends one request. next is where a redirect leads.
func (c *Client) once(ctx context.Context, u *url.URL, v Validators, timeout time.Duration, read bodyReader) (doc *Document, next *url.URL, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, nil, errNoAddress
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
		return nil, nil, c.explain(ctx, err)
	}
	defer response.Body.Close()
	doc = &Document{
		Status: response.StatusCode, URL: u.String(), ContentType: response.Header.Get("Content-Type"), Header: response.Header,
		Validators: Validators{response.Header.Get("ETag"), response.Header.Get("Last-Modified")},
	}
	switch status := response.StatusCode; {
	case status == http.StatusNotModified:
		doc.NotModified = true
		return doc, nil, nil
	case isRedirect(status) && response.Header.Get("Location") != "":
		next, err = redirectTarget(u, response.Header.Get("Location"))
		return doc, next, err
	case status < 200 || status > 299:
		return doc, nil, &StatusError{status, retryAfter(response.Header.Get("Retry-After"))}
	}
	if err := read(response, doc); err != nil {
		return nil, nil, c.explain(ctx, err)
	}
	return doc, nil, nil
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirectTarget is the address that a Location names. A fragment stays unless it names
// another (RFC 9110, section 10.2.2).
func redirectTarget(from *url.URL, location string) (*url.URL, error) {
	u, err := from.Parse(location)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("redirects to %.100q, which is no web address", location)
	}
	if u.Fragment == "" {
		u.Fragment, u.RawFragment = from.Fragment, from.RawFragment
	}
	return u, nil
}

// readUpTo takes over the body up to a limit. What lies beyond it is an error, or is cut.
func readUpTo(maxBytes int64, cut bool) bodyReader {
	return func(response *http.Response, doc *Document) error {
		body, err := unpacked(response)
		if err != nil {
			return err
		}
		if cut {
			doc.Body, err = io.ReadAll(io.LimitReader(body, maxBytes))
			return err
		}
		doc.Body, err = io.ReadAll(&limitedReader{r: body, left: maxBytes, limit: maxBytes})
		return err
	}
}

// unpacked returns the body of an answer, uncompressed. The transport has already undone a
// Content-Encoding of gzip; a file that is itself gzip (sitemap.xml.gz) is decompressed here.
func unpacked(response *http.Response) (io.Reader, error) {
	if encoding := response.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") && !strings.EqualFold(encoding, "x-gzip") {
		return nil, fmt.Errorf("answers in the encoding %.40q, which was not asked for", encoding)
	}
	body := bufio.NewReaderSize(response.Body, 4096)
	head, _ := body.Peek(10)
	if len(head) < 10 || !bytes.HasPrefix(head, []byte{0x1f, 0x8b, 8}) {
		return body, nil // not even the head of a gzip file
	}
	if head[3]&0xe0 != 0 { // reserved flags
		return body, nil
	}
	return gzip.NewReader(body)
}

// limitedReader reads up to a limit. Beyond it the error wraps ErrTooLarge.
type limitedReader struct {
	r     io.Reader
	left  int64
	limit int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return n + int(l.left), fmt.Errorf("%w of %d bytes", ErrTooLarge, l.limit)
	}
	return n, err
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
	case errors.Is(err, io.EOF):
		return errors.New("closes the connection without an answer")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("breaks off in the middle of the document")
	case strings.Contains(err.Error(), "response headers exceeded"):
		return errors.New("answers with a header that is too large")
	case strings.Contains(err.Error(), "malformed HTTP"), strings.Contains(err.Error(), "malformed MIME header"):
		return errors.New("answers with something other than HTTP")
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
