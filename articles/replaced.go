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

// A text that is less than half of the known one is cut, as by a paywall, when at least
// cutShare of it is known.
const cutShare = 0.7

// replacedError is about a text that keeps too little of the known article.
type replacedError struct {
	share float64 // of the known text that is kept, 0 to 1
	cut   bool
}

// Error gives the reason in words for people.
func (e *replacedError) Error() string {
	if e.cut {
		return fmt.Sprintf("%v: is the known text without its larger part, which needs staff", reading.ErrNoArticle)
	}
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
	if !changed || strings.TrimSpace(k.Text) == "" {
		return nil
	}
	share := reading.Overlap(k.Text, f.ContentText, 4)
	was, found := fingerprintOf(k.Title, k.Text), fingerprintOf(f.Title, f.ContentText)
	cut := share < 0.5 && 2*found.Words < was.Words && reading.Overlap(f.ContentText, k.Text, 4) >= cutShare
	if share >= keptShare && !cut {
		return nil
	}
	titled := bytes.Equal(was.TitleKey, found.TitleKey) || bytes.Equal(k.TitleKey, found.TitleKey) || k.Rules != readingRules
	grows := titled && was.Words < minIdentity && found.Words >= 2*was.Words
	if grows || reading.IsWallText(k.Title, k.Text, was.Words) {
		return nil
	}
	return &replacedError{share, share >= keptShare}
}
