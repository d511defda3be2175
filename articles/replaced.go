package articles

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"corridor/articles/reading"
)

// keptShare is the share of its text below which no gather replaces a known article: of its
// runs of four words the new text must have at least that share.
const keptShare = 0.15

// replacedError is about a text that keeps less than keptShare of the known article.
type replacedError struct {
	share float64
}

// Error gives the reason in words for people.
func (e *replacedError) Error() string {
	return fmt.Sprintf("%v: keeps %.0f %% of the known text, and less than %.0f %% needs staff", reading.ErrNoArticle, 100*e.share, 100*keptShare)
}

// Unwrap makes the error an ErrNoArticle.
func (e *replacedError) Unwrap() error { return reading.ErrNoArticle }

// replacedBy returns a replacedError when a gather would change an article into a text that
// keeps too little of it. Files are changed by staff. A notice of fewer than minIdentity
// words may grow into a whole article under its headline, and a stored page that is no
// article by itself is no loss.
func (k known) replacedBy(f Found, now time.Time) error {
	if f.round == nil || f.round.source.Kind == Folder || f.Accepted {
		return nil
	}
	f, changed, _ := k.compare(f, now)
	share := reading.Overlap(k.Text, f.ContentText, 4)
	if !changed || share >= keptShare || strings.TrimSpace(k.Text) == "" {
		return nil
	}
	was, found := fingerprintOf(k.Title, k.Text), fingerprintOf(f.Title, f.ContentText)
	titled := bytes.Equal(was.TitleKey, found.TitleKey) || bytes.Equal(k.TitleKey, found.TitleKey) || k.Rules != readingRules
	grows := titled && was.Words < minIdentity && found.Words >= 2*was.Words
	if grows || reading.IsWallText(k.Title, k.Text, was.Words) {
		return nil
	}
	return &replacedError{share}
}
