package reading

import (
	"strings"
	"time"
)

// readScript reads the dates that a script holds under names such as "datePublished".
func (w *dateWalk) readScript(text string) {
	if w.scripts += len(text); w.scripts > maxDateScript {
		return
	}
	w.readValues(text, ruleScript, weightScript)
}

// readComment reads the dates that a comment of the template holds under such names.
func (w *dateWalk) readComment(text string) {
	if len(text) <= 2000 {
		w.readValues(text, ruleComment, weightComment)
	}
}

// scriptDate is a date that a script or a comment holds under a name.
type scriptDate struct {
	at       time.Time
	key      string
	evidence dateEvidence
}

// weightOfName is taken from a date whose name does not speak of publication.
const weightOfName = 12

// maxValues is how many dates of one script are read.
const maxValues = 40

// readValues reads dates behind the names that programs give them. A script with the dates
// of several days is a list of articles and says little.
func (w *dateWalk) readValues(text string, rule dateRule, weight int) {
	var found []scriptDate
	days := map[int]bool{}
	for _, part := range valueParts(text) {
		m := dateValue.FindStringSubmatch(part)
		if m == nil {
			continue
		}
		v := scriptDate{at: machineDate(m[2]), key: m[1], evidence: dateEvidence{weight: weight, sureness: SureText, rule: rule, element: oneLine(firstLetters(m[1], 40))}}
		if v.at.IsZero() {
			continue
		}
		if !strings.Contains(strings.ToLower(v.key), "pub") {
			v.evidence.weight -= weightOfName
		}
		if editKey.MatchString(v.key) {
			v.evidence.weight, v.evidence.rule = weightEdit, ruleEdit
		} else {
			days[v.at.Year()*1000+v.at.YearDay()] = true
		}
		if found = append(found, v); len(found) == maxValues {
			break
		}
	}
	for _, v := range found {
		if v.evidence.rule == rule && len(days) > 2 {
			v.evidence.weight = weightShort
		}
		w.values = append(w.values, v)
	}
}

// valueParts are the parts of a script around the names of dates.
func valueParts(text string) []string {
	var parts []string
	for _, key := range dateKeys {
		for i, from := 0, 0; len(parts) < 20*maxValues; from = i + len(key) {
			next := strings.Index(text[from:], key)
			if next < 0 {
				break
			}
			i = from + next
			parts = append(parts, text[max(0, i-24):min(len(text), i+90)])
		}
	}
	return parts
}

// machineDate reads a date for programs: also in seconds or milliseconds since 1970, and as
// eight digits.
func machineDate(text string) time.Time {
	text = strings.Trim(text, ` "'\,`)
	if len(text) >= 8 && strings.Trim(text, "0123456789") == "" {
		switch n := int64(0); len(text) {
		case 10, 13:
			for _, c := range text[:10] {
				n = n*10 + int64(c-'0')
			}
			if t := time.Unix(n, 0).UTC(); t.Year() >= 1995 {
				return t
			}
			return time.Time{}
		case 8:
			return dayOf(number(text[:4]), number(text[4:6]), number(text[6:]))
		case 14:
			return dayOf(number(text[:4]), number(text[4:6]), number(text[6:8]))
		default:
			return time.Time{}
		}
	}
	if t := parseDate(text); !t.IsZero() {
		return t
	}
	if found := scanDates(text); len(found) == 1 {
		return found[0].at
	}
	return time.Time{}
}
