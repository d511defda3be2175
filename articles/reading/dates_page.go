package reading

import (
	"strings"
	"time"
)

// dates are the dates in a document's markup.
type dates struct {
	stated    time.Time // the publication, in the metadata
	published time.Time // the same, in a marked time
	sureness  Sureness  // of published
	updated   time.Time
}

// hints tell the order of day and month in the page's numeric dates.
func (p Page) hints(language string, marks dates, f *facts) dateHints {
	address := firstTime(dateInAddress(p.URL), dateInAddress(f.link), dateInAddress(f.meta["og:url"]))
	weight := weightAddress
	if endsInNumber(p.URL) {
		weight = weightNumber
	}
	near := []time.Time{address}
	for _, t := range append([]time.Time{marks.stated, marks.published, marks.updated}, p.Near...) {
		if t.Location() != slashed && t.Location() != dashed && !isRelative(t) {
			near = append(near, t)
		}
	}
	if locale := strings.ReplaceAll(f.meta["og:locale"], "_", "-"); len(language) == 2 && strings.HasPrefix(locale, language+"-") {
		language = locale // the same, with its region
	}
	return dateHints{language: language, host: HostOf(p.URL), seen: p.Seen, address: address, weight: weight, month: firstTime(monthInAddress(p.URL), monthInAddress(f.link)), near: near}
}

// takeDates takes the surest date of publication and the edit after it.
func (r *Reading) takeDates(marks dates, found lineFacts, hints dateHints, f *facts) {
	c := &dateCourt{hints: hints}
	f.weigh(c)
	c.add(marks.published, dateEvidence{weight: weightItem, sureness: marks.sureness, rule: ruleTime, element: "time"})
	weight, rule := weightLine, ruleLine
	if found.sureness == SureLabel {
		weight, rule = weightLabel, ruleLabel
	}
	c.add(found.published, dateEvidence{weight: weight, sureness: found.sureness, rule: rule})
	c.add(hints.address, dateEvidence{weight: hints.weight, sureness: SureLabel, rule: ruleAddress, element: ""})
	best := c.verdict()
	published, sureness := best.at, best.sureness
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
	if !published.IsZero() {
		r.note("published", published.Format(time.RFC3339), string(best.rule), best.element)
	}
	if !updated.IsZero() {
		r.note("updated", updated.Format(time.RFC3339), string(ruleEdit), "")
	}
}

// weigh weighs the dates of the whole page.
func (f *facts) weigh(c *dateCourt) {
	c.add(parseDate(f.published), dateEvidence{weight: weightLinked, sureness: SureMachine, rule: ruleLinked, element: ldElement})
	f.weighMetas(c)
	for _, title := range f.titles {
		for _, found := range scanDates(title) {
			c.add(found.at, dateEvidence{weight: weightTitle, sureness: SureText, rule: ruleTitle, element: "title"})
		}
	}
	c.add(dateInAddress(f.image), dateEvidence{weight: weightPicture, sureness: SureText, rule: rulePicture, element: metaElement("og:image")})
	if f.dates != nil {
		for _, v := range f.dates.values {
			c.add(v.at, v.evidence)
		}
		f.dates.weighMarks(c)
		f.dates.weighLines(c)
	}
	c.add(parseDate(f.modified), dateEvidence{weight: weightEdit + 2, sureness: SureText, rule: ruleEdit, element: ldElement})
	for _, name := range updatedMetas.texts {
		c.add(parseDate(f.meta[name]), dateEvidence{weight: weightEdit, sureness: SureText, rule: ruleEdit, element: metaElement(name)})
	}
}

// dateAlone takes the date of a page that is no article.
func (r *Reading) dateAlone(page *articlePage, f *facts, p Page) {
	f.dates.locate(page)
	r.takeDates(dates{}, lineFacts{}, p.hints(r.Language, dates{}, f), f)
}

// setDates takes over dates and whether their texts named a zone.
func (r *Reading) setDates(published, updated time.Time) {
	r.Published, r.PublishedLocal = published, isFloating(published)
	r.Updated, r.UpdatedLocal = updated, isFloating(updated)
}
