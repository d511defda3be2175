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

// Document is a finished page of a feed. It never changes.
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
	name   string   // of the encoding; empty: identity
	etag   []string // one, strong, RFC 9110 section 8.8.3
	body   []byte
	length string
}

// packers are kept from one document to the next: they are larger than what they make.
type packers struct{ gzip, brotli sync.Pool }

// packer is what compresses.
type packer interface {
	io.WriteCloser
	Reset(w io.Writer)
}

func newPackers() *packers {
	return &packers{
		gzip: sync.Pool{New: func() any {
			w, _ := gzip.NewWriterLevel(nil, 6) // the level is a good one
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
	_, _ = w.Write(body) // to memory: never fails
	_ = w.Close()
	w.Reset(nil) // let go of the buffer
	return bytes.Clone(b.Bytes())
}

// documentHeaders are written with every answer; made once.
type documentHeaders struct {
	once                         sync.Once
	contentType, modified, links []string
}

func newDocument(body []byte, f Format, modified time.Time, p *packers) *Document {
	sum := sha256.Sum256(body)
	mark := hex.EncodeToString(sum[:12])
	d := &Document{Format: f, Modified: modified, Body: body, packers: p}
	d.plain.etag, d.gzip.etag, d.brotli.etag = []string{`"` + mark + `"`}, []string{`"` + mark + `-gz"`}, []string{`"` + mark + `-br"`}
	d.gzip.name, d.brotli.name = "gzip", "br"
	return d
}

// ETag is the validator of the document as it is, without an encoding.
func (d *Document) ETag() string { return d.plain.etag[0] }

// Compress makes the compressed variants, as the first requests for them would.
func (d *Document) Compress() {
	d.encoded(&d.gzip)
	d.encoded(&d.brotli)
}

// size is what the document takes in memory with both compressed forms, about.
func (d *Document) size() int { return len(d.Body) + len(d.Body)/3 }

// encoded returns the variant's bytes, made once.
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

// choose picks the encoding that the client likes best, RFC 9110 section 12.5.3; nil if
// it refuses all of them.
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
	if plain < 0 && other != 0 { // not named: fine, but after what is
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

// quality reads a weight; one that cannot be read counts as 1.
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

// Serve answers a GET or HEAD request with the document, or with 304 (RFC 9110
// section 13). cacheControl is the header's one value.
func (d *Document) Serve(w http.ResponseWriter, r *http.Request, cacheControl []string) {
	d.headers.once.Do(d.makeHeaders)
	accept := strings.Join(r.Header["Accept-Encoding"], ",") // free for one line or none
	h := w.Header()
	v := d.choose(accept)
	if v == nil {
		h["Vary"] = varyEncoding
		http.Error(w, "This feed is there as it is, as gzip and as br, and the request refuses all of them.", http.StatusNotAcceptable)
		return
	}
	h["Etag"] = v.etag
	h["Vary"] = varyEncoding
	h["Cache-Control"] = cacheControl
	if d.Format == JSON {
		h["Access-Control-Allow-Origin"], h["Access-Control-Expose-Headers"] = anyOrigin, exposed
	}
	h["Last-Modified"] = d.headers.modified
	if d.unchanged(r, v) { // little more than section 15.4.5 wants: this is most answers
		delete(h, "X-Content-Type-Options") // nothing to sniff at
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
		_, _ = w.Write(v.body) // the client may be gone
	}
}

var (
	varyEncoding = []string{"Accept-Encoding"}
	anyOrigin    = []string{"*"}
	exposed      = []string{"ETag, Link, Retry-After"} // to scripts; Last-Modified always is
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

// unchanged tells whether the client has this variant: If-None-Match decides, and only
// without one If-Modified-Since.
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

// Preflight answers a browser that asks whether a page elsewhere may read a feed with
// the headers of a conditional request: JSON feeds are for scripts too.
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
