package reading

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

// weighMarks weighs the dates in attributes.
func (w *dateWalk) weighMarks(c *dateCourt) {
	for _, m := range w.marked {
		at := machineDate(m.text)
		if at.IsZero() {
			continue
		}
		c.add(at, w.markEvidence(m))
	}
}

func (w *dateWalk) markEvidence(m markedDate) dateEvidence {
	e := dateEvidence{weight: weightShort, sureness: SureText, rule: ruleTime, element: m.element}
	switch {
	case m.edit:
		e.weight, e.rule = weightEdit, ruleEdit
	case m.item && m.named && (m.place.cut || m.place.foreign):
		e.weight = weightComment + 4
	case m.place.cut && m.named:
		e.weight = weightPicture
	case m.place.cut:
		e.weight = weightText
	case m.named && !m.place.foreign:
		e.weight, e.sureness = weightItem, SureMachine
	case m.place.foreign, m.place.top:
		e.weight = weightText
	case w.near(m.line) && m.kind == atom.Time:
		e.weight, e.sureness = weightTime, SureMachine
	case w.near(m.line), m.kind == atom.Time, m.kind == atom.Abbr:
		e.weight = weightClass
	}
	return e
}

// weighMetas weighs the dates of meta elements, whatever their names.
func (f *facts) weighMetas(c *dateCourt) {
	for _, name := range publishedMetas.texts {
		if f.dates.hasItem(name, f.meta[name]) {
			continue
		}
		e := dateEvidence{weight: weightMeta, sureness: SureMachine, rule: ruleMeta, element: metaElement(name)}
		if name == "date" {
			e.weight = weightDateMeta
		}
		c.add(parseDate(f.meta[name]), e)
	}
	for _, name := range slices.Sorted(maps.Keys(f.meta)) {
		content := f.meta[name]
		if !dateMeta.MatchString(name) || f.dates.hasItem(name, content) || len(content) > 2*maxDate || !hasDigit(content) {
			continue
		}
		e := dateEvidence{weight: weightClass, sureness: SureLabel, rule: ruleMeta, element: metaElement(name)}
		if editKey.MatchString(name) {
			e.weight, e.sureness, e.rule = weightEdit, SureText, ruleEdit
		}
		c.add(machineDate(content), e)
	}
}

// hasItem reports whether a value is that of an itemprop, which is weighed by its place.
func (w *dateWalk) hasItem(name, value string) bool {
	if w == nil || !strings.HasPrefix(name, "date") {
		return false
	}
	return slices.ContainsFunc(w.marked, func(m markedDate) bool { return m.item && m.text == value })
}
