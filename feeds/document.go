package feeds

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// Document is a finished page of a feed. It is immutable.
type Document struct {
	Format   Format
	Modified time.Time // to the second
	Body     []byte

	self    string
	next    string
	hubs    []string
	private bool
	packers *packers
	headers documentHeaders

	plain, gzip, brotli variant
}

// variant is the document in one encoding, made at the first request for it.
type variant struct {
	once   sync.Once
	name   string   // of the encoding; empty for identity
	etag   []string // one strong validator, RFC 9110 section 8.8.3
	body   []byte
	length string
}

// packers pools the compressors, which are larger than their results.
type packers struct{ gzip, brotli sync.Pool }

// packer is a compressor.
type packer interface {
	io.WriteCloser
	Reset(w io.Writer)
}

func newPackers() *packers {
	return &packers{
		gzip: sync.Pool{New: func() any {
			w, _ := gzip.NewWriterLevel(nil, 6) // the level is valid
			return w
		}},
		brotli: sync.Pool{New: func() any { return brotli.NewWriterLevel(nil, 4) }},
	}
}

func pack(from *sync.Pool, body []byte) []byte {
	w := from.Get().(packer)
	defer from.Put(w)
	var b bytes.Buffer
	w.Reset(&b)
	_, _ = w.Write(body) // writing to memory does not fail
	_ = w.Close()
	w.Reset(nil) // release the buffer
	return bytes.Clone(b.Bytes())
}

// documentHeaders are the header values common to all answers, made once.
type documentHeaders struct {
	once                         sync.Once
	contentType, modified, links []string
}

func newDocument(body []byte, f Format, modified time.Time, p *packers) *Document {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:12])
	d := &Document{Format: f, Modified: modified, Body: body, packers: p}
	d.plain.etag, d.gzip.etag, d.brotli.etag = []string{`"` + hash + `"`}, []string{`"` + hash + `-gz"`}, []string{`"` + hash + `-br"`}
	d.gzip.name, d.brotli.name = "gzip", "br"
	return d
}

// ETag is the validator of the uncompressed document.
func (d *Document) ETag() string { return d.plain.etag[0] }

// Compress makes the compressed variants ahead of the first requests for them.
func (d *Document) Compress() {
	d.encoded(&d.gzip)
	d.encoded(&d.brotli)
}

// size estimates the memory of the document with both compressed variants.
func (d *Document) size() int { return len(d.Body) + len(d.Body)/3 }

// encoded returns the variant with its bytes, made once.
func (d *Document) encoded(v *variant) *variant {
	v.once.Do(func() {
		switch v.name {
		case "gzip":
			v.body = pack(&d.packers.gzip, d.Body)
		case "br":
			v.body = pack(&d.packers.brotli, d.Body)
		default:
			v.body = d.Body
		}
		v.length = strconv.Itoa(len(v.body))
	})
	return v
}

// choose returns the variant that the client prefers by Accept-Encoding (RFC 9110 section
// 12.5.3), or nil if the client refuses all of them.
func (d *Document) choose(accept string) *variant {
	if accept == "" {
		return &d.plain
	}
	br, gz, plain, other := -1.0, -1.0, -1.0, -1.0
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		q := quality(parameters)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "br":
			br = q
		case "gzip", "x-gzip":
			gz = q
		case "identity":
			plain = q
		case "*":
			other = q
		}
	}
	for _, q := range []*float64{&br, &gz} {
		if *q < 0 {
			*q = max(other, 0)
		}
	}
	if plain < 0 && other != 0 { // not listed: acceptable, after the listed encodings
		plain = 0.0001
	}
	switch {
	case br > 0 && br >= gz && br >= plain:
		return &d.brotli
	case gz > 0 && gz >= plain:
		return &d.gzip
	case plain > 0:
		return &d.plain
	}
	return nil
}

// quality parses a weight. An unreadable weight counts as 1.
func quality(parameters string) float64 {
	_, value, found := strings.Cut(parameters, "=")
	if !found {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || q < 0 || q > 1 {
		return 1
	}
	return q
}

// Serve answers a GET or HEAD request with the document, or with 304 (RFC 9110 section 13).
// cacheControl is the header's one value.
func (d *Document) Serve(w http.ResponseWriter, r *http.Request, cacheControl []string) {
	d.headers.once.Do(d.makeHeaders)
	accept := strings.Join(r.Header["Accept-Encoding"], ",") // no allocation for at most one header line
	h := w.Header()
	v := d.choose(accept)
	if v == nil {
		h["Vary"] = varyEncoding
		http.Error(w, "This feed is available uncompressed, as gzip and as br; the request accepts none of these.", http.StatusNotAcceptable)
		return
	}
	h["Etag"] = v.etag
	h["Vary"] = varyEncoding
	h["Cache-Control"] = cacheControl
	if d.Format == JSON {
		h["Access-Control-Allow-Origin"], h["Access-Control-Expose-Headers"] = anyOrigin, exposed
	}
	h["Last-Modified"] = d.headers.modified
	if d.unchanged(r, v) { // little more than section 15.4.5 requires: most answers are 304
		delete(h, "X-Content-Type-Options") // there is no body to sniff
		w.WriteHeader(http.StatusNotModified)
		return
	}
	d.encoded(v)
	if !d.private {
		h["Link"] = d.headers.links
	}
	h["Content-Type"] = d.headers.contentType
	h["Content-Length"] = []string{v.length}
	if v.name != "" {
		h["Content-Encoding"] = []string{v.name}
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(v.body) // an error means that the client is gone
	}
}

var (
	varyEncoding = []string{"Accept-Encoding"}
	anyOrigin    = []string{"*"}
	exposed      = []string{"ETag, Link, Retry-After"} // to scripts, which can always read Last-Modified
)

func (d *Document) makeHeaders() {
	d.headers.contentType = []string{d.Format.ContentType()}
	d.headers.modified = []string{d.Modified.UTC().Format(http.TimeFormat)}
	links := "<" + d.self + `>; rel="self"`
	for _, hub := range d.hubs {
		links += ", <" + hub + `>; rel="hub"`
	}
	d.headers.links = []string{links}
}

// unchanged reports whether the client has this variant, by If-None-Match or, without that
// header, by If-Modified-Since.
func (d *Document) unchanged(r *http.Request, v *variant) bool {
	if match := r.Header["If-None-Match"]; len(match) > 0 {
		for _, line := range match {
			for tag := range strings.SplitSeq(line, ",") {
				tag = strings.TrimSpace(tag)
				if tag == "*" || strings.TrimPrefix(tag, "W/") == v.etag[0] {
					return true
				}
			}
		}
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !d.Modified.After(since)
}

// Preflight answers the CORS preflight of a conditional request. Scripts of other sites may
// read JSON feeds.
func Preflight(w http.ResponseWriter, f Format) {
	h := w.Header()
	h.Set("Allow", "GET, HEAD, OPTIONS")
	if f == JSON {
		h["Access-Control-Allow-Origin"] = anyOrigin
		h.Set("Access-Control-Allow-Methods", "GET, HEAD")
		h.Set("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, Cache-Control")
		h.Set("Access-Control-Max-Age", "86400")
	}
	w.WriteHeader(http.StatusNoContent)
}
