package articles

import (
	"slices"
	"time"

	"corridor/articles/reading"
)

// compare reports whether a reading changes the article, and whether by its date alone. The
// date of publication stays as it was first read, also in the reading that is returned,
// unless the new one is surer: so a date that is read differently next month, as one in
// numbers may be, is no change. See decision 0005.
func (k known) compare(f Found, now time.Time) (kept Found, changed, redated bool) {
	kept = f
	if k.Published.Valid {
		kept.Published, kept.PublishedSureness = k.Published.Time, k.Sureness
	}
	edited := k.isChangedBy(kept, now)
	switch {
	case !k.Published.Valid:
		return f, edited, false
	case k.Sureness == reading.SureNothing && edited && f.PublishedSureness == reading.SureMachine, k.Sureness != reading.SureNothing && f.PublishedSureness > k.Sureness:
		return f, edited || k.isChangedBy(f, now), !edited && !slices.Equal(kept.hash(), f.hash())
	}
	return kept, edited, false
}
