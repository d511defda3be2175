package reading

import (
	"strings"
	"time"
)

// dates are the dates in a document's markup.
type dates struct {
	published time.Time
	sureness  Sureness
	updated   time.Time
}

// hints tell the order of day and month in the page's numeric dates.
func (p Page) hints(language string, marks dates, f *facts) dateHints {
	near := []time.Time{dateInAddress(p.URL)}
	for _, t := range append([]time.Time{marks.published, marks.updated}, p.Near...) {
		if t.Location() != slashed && t.Location() != dashed {
			near = append(near, t)
		}
	}
	if locale := strings.ReplaceAll(f.meta["og:locale"], "_", "-"); len(language) == 2 && strings.HasPrefix(locale, language+"-") {
		language = locale // the same, with its region
	}
	return dateHints{language: language, host: HostOf(p.URL), seen: p.Seen, address: dateInAddress(p.URL), near: near}
}

// takeDates takes the surest date of publication and the edit after it.
func (r *Reading) takeDates(marks dates, found lineFacts, hints dateHints) {
	published, sureness := hints.settle(marks.published), marks.sureness
	if published.IsZero() {
		published, sureness = hints.settle(found.published), found.sureness
	}
	if published.IsZero() {
		published, sureness = hints.address, SureLabel
	}
	if published.IsZero() {
		sureness = SureNothing
	}
	updated := hints.settle(marks.updated)
	if !updated.After(published) {
		updated = time.Time{}
	}
	if seen := hints.settle(found.updated); updated.IsZero() && seen.After(published) {
		updated = seen
	}
	r.setDates(published, updated)
	r.PublishedSureness = sureness
}

// setDates takes over dates and whether their texts named a zone.
func (r *Reading) setDates(published, updated time.Time) {
	r.Published, r.PublishedLocal = published, isFloating(published)
	r.Updated, r.UpdatedLocal = updated, isFloating(updated)
}
