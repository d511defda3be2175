package subscribers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// rowCheck reads the fields of one row and collects what is wrong with them.
type rowCheck struct {
	*csvReader
	record []string
	wrong  []RowError
}

// check reads the fields of one row.
func (c *csvReader) check(record []string) (row, []RowError) {
	k := rowCheck{csvReader: c, record: record}
	r := row{line: c.line}
	email, err := k.cell("email"), error(nil)
	if len(k.wrong) == 0 {
		if r.email, err = ParseAddress(email); err != nil {
			k.fail("email", err.Error())
		}
	}
	if name := k.cell("name"); name != "" {
		if r.name, err = ParseName(name); err != nil {
			k.fail("name", err.Error())
		}
	}
	l := c.preferences(k.cell("programs"), k.cell("regions"))
	k.fail(l.column, l.reason)
	r.set, r.programs, r.regions = l.key, l.programs, l.regions
	r.frequency = k.oneOf("frequency", Frequencies)
	if r.timeZone = strings.TrimSpace(k.cell("time_zone")); r.timeZone != "" && !c.rules.zone(r.timeZone) {
		k.fail("time_zone", fmt.Sprintf("%q is not a time zone; it should look like Asia/Baku", clip(r.timeZone, 40)))
	}
	k.status(&r)
	if c.rich {
		k.further(&r)
	}
	k.optOuts(&r)
	if r.more.suppressed != "" && r.more.created == "" { // no export of ours
		r.state = Left
	}
	return r, k.wrong
}

func (k *rowCheck) fail(column, reason string) {
	if reason != "" {
		k.failAt(k.position[column], column, reason)
	}
}

func (k *rowCheck) failAt(i int, column, reason string) {
	line, _ := k.csv.FieldPos(i)
	k.wrong = append(k.wrong, RowError{Line: k.before + line, Position: i + 1, Column: column, Reason: reason})
}

// cell is the text of a column, or "" where the file has no such column.
func (k *rowCheck) cell(column string) string {
	i, ok := k.position[column]
	if !ok {
		return ""
	}
	if !utf8.ValidString(k.record[i]) {
		k.fail(column, "the text is not UTF-8 (perhaps windows-1252); save the file as CSV in UTF-8")
		return ""
	}
	return plain(k.record[i])
}

// oneOf is a cell that holds one of some words, or "".
func (k *rowCheck) oneOf(column string, allowed []string) string {
	word, reason := oneOf(k.cell(column), allowed, "")
	k.fail(column, reason)
	return word
}

// time is a cell that holds a time, as RFC 3339, or "".
func (k *rowCheck) time(column string) string {
	cell := strings.TrimSpace(k.cell(column))
	if cell == "" {
		return ""
	}
	t, ok := readTime(cell)
	if !ok {
		k.fail(column, fmt.Sprintf("%q is not a time; it should look like 2026-03-02T12:00:00Z", clip(cell, 40)))
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// suppressedStatus is what an export writes as the status of a suppressed reader. The
// reason and the state are in further columns.
const suppressedStatus = "suppressed"

func (k *rowCheck) status(r *row) {
	cell := k.cell("status")
	if cell == "" || strings.TrimSpace(cell) == "" {
		return
	}
	if letters(cell) == suppressedStatus {
		r.more.suppressed = "staff"
		return
	}
	word, known := statusWords[letters(cell)]
	if !known {
		k.fail("status", fmt.Sprintf("%q is none of active, pending, left, suppressed", clip(cell, 40)))
		return
	}
	r.state, r.more.suppressed = word.state, word.suppressed
}

// further reads furtherColumns.
func (k *rowCheck) further(r *row) {
	m := &r.more
	m.format = k.oneOf("format", Formats)
	if m.language = strings.TrimSpace(k.cell("language")); !plainTag(m.language) {
		k.fail("language", fmt.Sprintf("%q is not a language; it should look like en", clip(m.language, 40)))
	}
	m.paused, m.created, m.confirmed, m.left = k.time("paused_until"), k.time("created_at"), k.time("confirmed_at"), k.time("left_at")
	m.suppressedAt, m.suppress = k.time("suppressed_at"), clip(k.cell("suppressed_detail"), 1000)
	k.consent(r)
	k.suppressed(r)
	switch {
	case m.left != "":
		r.state = Left
	case letters(k.cell("status")) == suppressedStatus && m.confirmed != "":
		r.state = Active
	case letters(k.cell("status")) == suppressedStatus && m.created != "":
		r.state = Pending
	}
}

// consent reads the evidence that an export carries. Other texts answer whether the
// person has consented.
func (k *rowCheck) consent(r *row) {
	cell := strings.TrimSpace(k.cell("consent"))
	if strings.HasPrefix(cell, "{") {
		if len(cell) > 4096 || !json.Valid([]byte(cell)) || strings.Contains(cell, `\u0000`) {
			k.fail("consent", "this is no JSON object")
			return
		}
		r.more.consent = cell
		return
	}
	if cell == "" {
		return
	}
	word, reason := optOut(optWanted, cell)
	k.fail("consent", reason)
	k.strictest(r, word)
}

func (k *rowCheck) suppressed(r *row) {
	cell := k.cell("suppressed")
	yes, no := yesOrNo(cell)
	switch {
	case no:
	case yes:
		r.more.suppressed = "staff"
	case slices.Contains(SuppressionReasons, strings.TrimSpace(cell)):
		r.more.suppressed = strings.TrimSpace(cell)
	case statusWords[letters(cell)].suppressed != "":
		r.more.suppressed = statusWords[letters(cell)].suppressed
	default:
		k.fail("suppressed", fmt.Sprintf("%q is none of %s", clip(cell, 40), strings.Join(SuppressionReasons, ", ")))
	}
}

// optOuts reads columns of other tools. Columns that mean nothing here are looked at for
// words that can only be an opt-out; a row that is one already needs no further look.
func (k *rowCheck) optOuts(r *row) {
	for _, unsure := range []bool{false, true} {
		for _, i := range k.foreign {
			if kind := k.opt[i]; unsure != (kind == optSuspect || kind == optNone) {
				continue
			}
			if unsure && (r.state == Left || r.more.suppressed != "") {
				return
			}
			word, reason := optOut(k.opt[i], k.record[i])
			if reason != "" {
				k.failAt(i, k.columnName(i+1), reason)
			}
			k.strictest(r, word)
		}
	}
}

// strictest adds what another column says; nothing takes an opt-out back.
func (k *rowCheck) strictest(r *row, w standingWord) {
	if w.state == Left {
		r.state = Left
	}
	if w.suppressed != "" && r.more.suppressed == "" {
		r.more.suppressed = w.suppressed
	}
}

// preferences reads the two lists of a row. Few combinations occur, so they are kept.
func (c *csvReader) preferences(programs, regions string) listed {
	cells := programs + "\x00" + regions
	if l, ok := c.lists[cells]; ok {
		return l
	}
	var l listed
	var reason string
	if l.key.programs, l.programs, reason = listCell("program", programs, c.rules.programs); reason != "" {
		l.column, l.reason = "programs", reason
	}
	if l.key.regions, l.regions, reason = listCell("region", regions, c.rules.regions); reason != "" && l.reason == "" {
		l.column, l.reason = "regions", reason
	}
	if len(c.lists) < 10_000 {
		c.lists[strings.Clone(cells)] = l
	}
	return l
}

// allCell is what stands for all programs or all regions in a file.
const allCell = "*"

// listCell reads slugs that semicolons separate. An empty cell gives nothing; "*" gives
// all, which is no slug.
func listCell(kind, cell string, known map[string]bool) (list string, given bool, reason string) {
	cells := strings.Split(cell, ";")
	all := slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) == allCell })
	if all {
		cells = slices.DeleteFunc(cells, func(s string) bool { return strings.TrimSpace(s) == allCell })
	}
	found, reason := slugs(kind, cells, known)
	if reason != "" || all {
		return "", all, reason
	}
	return strings.Join(found, ";"), len(found) > 0, ""
}
