package reading

import (
	"strings"
)

// near reports whether a line stands at the headline: where dates of the article do.
func (w *dateWalk) near(line int) bool {
	return w.headline >= 0 && line >= w.headline-6 && line <= w.headline+10
}

// weighLines weighs the dates in the lines of the text.
func (w *dateWalk) weighLines(c *dateCourt) {
	for i, l := range w.lines {
		if len(l.text) > maxDateLine || len(l.text) < 6 {
			continue
		}
		found := scanDates(l.text)
		if len(found) == 0 {
			if i < len(w.lines) && l.place.dated && !l.place.foreign && len(l.text) <= maxRelative {
				c.add(parseDate(l.text), dateEvidence{weight: weightClass, sureness: SureText, rule: ruleText, element: l.element})
			}
			continue
		}
		folded := foldDate(l.text)
		tokens := dateTokens(folded)
		for k, f := range found {
			if k == 3 || f.first >= len(tokens) {
				break
			}
			from := 0
			if k > 0 {
				from = found[k-1].next
			}
			before := folded[startOf(tokens, from, folded):tokens[f.first].start]
			if before == "" && k == 0 && i > 0 && len(w.lines[i-1].text) <= 40 && !hasDigit(w.lines[i-1].text) {
				before = foldDate(w.lines[i-1].text) + " " // a cell before the date names it
			}
			e := w.lineEvidence(i, l, lineDate{
				before:  before,
				behind:  folded[tokens[min(f.next, len(tokens))-1].end:],
				letters: len(folded), place: k,
			})
			c.add(f.at, e)
		}
	}
}

func startOf(tokens []dateToken, i int, text string) int {
	if i >= len(tokens) {
		return len(text)
	}
	return tokens[i].start
}

// lineDate is a date in a line: what stands before and behind it.
type lineDate struct {
	before, behind string
	letters        int
	place          int // of the dates in the line
}

// opens reports whether the date opens a text of the press: "WASHINGTON, April 17, 2015
// /Newswire/ --", "April 17, 2015 -- ".
func (d lineDate) opens() bool {
	behind := strings.TrimLeft(d.behind, " .,)")
	return d.place == 0 && len(d.before) < 40 && strings.Count(d.before, " ") < 5 && behind != "" && strings.IndexAny(behind, "-–—/|:") == 0
}

// lineEvidence says what the date of a line counts.
func (w *dateWalk) lineEvidence(i int, l dateLine, d lineDate) dateEvidence {
	e := dateEvidence{weight: weightText, sureness: SureText, rule: ruleText, element: l.element}
	near := w.near(i) && !l.place.foreign
	label, edit := dateLabel(d.before)
	bare := len(d.before) <= 2 && len(d.behind) <= 2
	short := d.letters <= 90 && (len(d.before) < 50)
	if w.headline >= 0 && i < w.headline-6 && !label {
		l.place.foreign = true // the site's own line, with the day of today
	}
	switch {
	case edit, l.place.edit && !label:
		e.weight, e.rule = weightEdit, ruleEdit
		if l.place.foreign {
			e.weight -= 2
		}
	case l.place.cut && !label:
		e.weight = weightText - 2
		if l.place.dated {
			e.weight += 4
		}
	case l.place.cut:
		e.weight = weightShort
	case label && near:
		e.weight, e.sureness, e.rule = weightLabel, SureLabel, ruleLabel
	case near && (bare || l.place.dated):
		e.weight, e.rule = weightLine, ruleLine
	case label && !l.place.foreign && d.letters <= 160:
		e.weight, e.sureness, e.rule = weightClass+4, SureLabel, ruleLabel
	case near && short:
		e.weight, e.rule = weightClass, ruleLine
	case d.opens() && !l.place.foreign:
		e.weight, e.rule = weightOpening, ruleLine
	case l.place.dated && !l.place.foreign:
		e.weight = weightClass
	case bare && !l.place.foreign:
		e.weight = weightShort + 14
	case short && !l.place.foreign:
		e.weight = weightShort
	case label:
		e.weight = weightShort - 4
	case l.place.foreign:
		e.weight = weightText - 3
		if l.place.dated {
			e.weight += 6
		}
	}
	if d.place > 0 {
		e.weight -= min(4*d.place, e.weight-1)
	}
	if l.place.link && !near {
		e.weight = max(e.weight/2, 1)
	}
	return e
}

// dateLabel reports whether the words before a date call it that of the publication, or of
// an edit.
func dateLabel(before string) (published, edit bool) {
	words := strings.Fields(firstLettersBack(before, 80))
	for i := max(0, len(words)-8); i < len(words); i++ {
		rest := strings.Join(words[i:], " ") + " "
		if editWords.MatchString(rest) {
			return false, true
		}
		if dateWords.MatchString(rest) {
			return true, false
		}
	}
	return false, false
}

// firstLettersBack is the end of a text, of that many bytes at most.
func firstLettersBack(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[len(s)-most:], "")
}
