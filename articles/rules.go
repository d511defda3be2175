package articles

import (
	"bytes"
	"context"
	"crypto/sha256"
	"net/http"
	"time"

	"corridor/fetch"
)

// readingRules is the version of the rules that turn a document into a [Reading], labels
// included, and of [Found.hash]. Raise it with every change after which some document
// reads differently. A known article that was read by other rules then gets a new
// baseline, and keeps its text, labels and dates until its document is edited.
const readingRules = 9

// Evidence tells an edited document from one that only reads differently.
type Evidence struct {
	Digest   []byte    // SHA-256 of the document; nil: unknown
	Steady   bool      // the bytes change only when the text does: a file, or an entry of a feed
	Since    int       // digests by earlier versions of the rules are of something else
	Modified time.Time // of a file; the zero time for anything else
	Revised  bool      // its validators have changed since the last look, and are no nonces
}

func digestOf(parts ...string) []byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

// isEdited reports whether a document was edited after it was looked at last. Reading it
// says nothing of that when the rules have changed in between.
func (e Evidence) isEdited(digest []byte, updated, looked, now time.Time) bool {
	known := digest != nil && e.Digest != nil
	if known && bytes.Equal(digest, e.Digest) {
		return false
	}
	dated := func(t time.Time) bool { return t.After(looked) && !t.After(now) }
	return known && e.Steady || e.Revised || dated(updated) || dated(e.Modified)
}

// isRevised reports whether the server says by validators that a page was edited since the
// last look. A page with validators that change with every answer says nothing: it is
// asked for once more to find out.
func (g *Gatherer) isRevised(ctx context.Context, k knownPage, page *fetch.Document) bool {
	v := page.Validators
	if !laterValidators(k, v) {
		return false
	}
	again, err := g.client.Get(ctx, page.URL, v)
	return err == nil && (again.NotModified || again.Validators == v)
}

// laterValidators reports whether validators differ from those known, or name a time after
// the last look.
func laterValidators(k knownPage, v fetch.Validators) bool {
	if k.ETag != "" && v.ETag != "" {
		return k.ETag != v.ETag
	}
	modified, err := http.ParseTime(v.LastModified)
	return err == nil && v.LastModified != k.LastModified && modified.After(k.CheckedAt)
}
