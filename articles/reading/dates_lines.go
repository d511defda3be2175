package reading

import (
	"strings"
	"unicode/utf8"
)

// near reports whether a line stands at the headline: where dates of articles stand.
func (w *dateWalk) near(line int) bool {
	return w.headline >= 0 && line >= w.headline-6 && line <= w.headline+10
}

// weighLines weighs the dates in the lines of the text.
func (w *dateWalk) weighLines(c *dateCourt) {
	for i, l := range w.lines {
		if len(l.text) < 6 {
			continue
		}
		text := l.text
		if len(text) > maxDateLine { // the day that a text of the press opens with
			text = firstLetters(text, maxOpening)
		}
		found := scanDates(text)
		if len(found) > 0 && len(l.text) > maxDateLine {
			found = found[:1]
		}
		if len(found) == 0 {
			if i < len(w.lines) && l.place.dated && !l.place.foreign && len(l.text) <= maxRelative {
				c.add(parseDate(l.text), dateEvidence{weight: weightClass, sureness: SureText, rule: ruleText, element: l.element})
			}
			continue
		}
		folded := foldDate(text)
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
				letters: utf8.RuneCountInString(l.text), place: k,
			})
			if l.place.top && e.rule == ruleText && sameDay(f.at, c.hints.seen) {
				continue // the day of today, above the page
			}
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

// lineDate is a date in a line: the texts before and behind it.
type lineDate struct {
	before, behind string
	letters        int
	place          int // of the dates in the line
}

// maxOpening is how much of a long text is looked at for the day that it opens with.
const maxOpening = 80

// opens reports whether the date opens a text of the press: "WASHINGTON, April 17, 2015
// /Newswire/ --", "April 17, 2015 -- ".
func (d lineDate) opens() bool {
	if d.place > 0 || utf8.RuneCountInString(d.before) > 40 || strings.Count(d.before, " ") > 4 {
		return false
	}
	behind := strings.TrimLeft(d.behind, " ,)")
	if strings.HasPrefix(behind, ". ") && strings.HasSuffix(strings.TrimSpace(d.before), ",") {
		return true // "Hamburg, 12. Juni 2017. The port …"
	}
	behind = strings.TrimLeft(behind, " .")
	return behind != "" && strings.IndexAny(behind, "-–—/|:") == 0
}

// lineEvidence is the evidence of a date in a line.
func (w *dateWalk) lineEvidence(i int, l dateLine, d lineDate) dateEvidence {
	e := dateEvidence{weight: weightText, sureness: SureText, rule: ruleText, element: l.element}
	label, edit := dateLabel(d.before)
	if d.letters > 120 && utf8.RuneCountInString(d.before) > 40 {
		label, edit = false, false // a sentence
	}
	bare := len(d.before) <= 2 && len(d.behind) <= 2
	short := d.letters <= 90 && utf8.RuneCountInString(d.before) < 50
	if l.place.top && l.place.dated && !label {
		return dateEvidence{weight: weightTop, sureness: SureText, rule: ruleText, element: l.element}
	}
	if (l.place.top || w.headline >= 0 && i < w.headline-6) && !label {
		l.place.foreign = true // the site's own line, with the day of today
	}
	near := w.near(i) && !l.place.foreign
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
	case label && !l.place.foreign:
		e.weight, e.sureness, e.rule = weightClass+4, SureLabel, ruleLabel
	case near && short:
		e.weight, e.rule = weightClass, ruleLine
	case d.opens() && !l.place.foreign && (w.headline < 0 || i <= w.headline+12):
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
