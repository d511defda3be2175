package subscribers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// rowCheck parses the fields of one row and collects their errors.
type rowCheck struct {
	*csvReader
	record []string
	wrong  []RowError
}

// check parses the fields of one row and returns the row and its errors.
func (c *csvReader) check(record []string) (row, []RowError) {
	k := rowCheck{csvReader: c, record: record}
	r := row{line: c.line}
	email, err := k.cell("email"), error(nil)
	if len(k.wrong) == 0 {
		if r.email, err = ParseAddress(email); err != nil {
			k.fail("email", err.Error())
		}
	}
	name := k.cell("name")
	if name == "" {
		name = strings.TrimSpace(k.cell(firstName) + " " + k.cell(lastName))
	}
	if name != "" {
		if r.name, err = ParseName(name); err != nil {
			k.fail("name", err.Error())
		}
	}
	l := c.preferences(k.cell("programs"), k.cell("regions"))
	k.fail(l.column, l.reason)
	r.set, r.programs, r.regions = l.key, l.programs, l.regions
	r.frequency = k.oneOf("frequency", Frequencies)
	r.timeZone = k.timeZone()
	k.status(&r)
	if c.rich {
		k.further(&r)
	}
	k.optOuts(&r)
	k.strictest(&r, c.every)
	if r.more.suppressed != "" && !c.own {
		r.state, r.more.source = Left, "import"
	}
	return r, k.wrong
}

// timeZone returns the time zone of the row, or "". A zone that another tool guessed and
// that is not known here is left out.
func (k *rowCheck) timeZone() string {
	zone := strings.TrimSpace(k.cell("time_zone"))
	if zone == "" || k.rules.zone(zone) {
		return zone
	}
	if k.tool.marks == nil {
		k.fail("time_zone", fmt.Sprintf("%q is not a time zone; it should look like Asia/Baku", clip(zone, 40)))
	}
	return ""
}

func (k *rowCheck) fail(column, reason string) {
	if reason != "" {
		k.failAt(k.position[column], reason)
	}
}

func (k *rowCheck) failAt(i int, reason string) {
	line, _ := k.csv.FieldPos(i)
	k.wrong = append(k.wrong, RowError{Line: k.before + line, Position: i + 1, Column: k.columnName(i + 1), Reason: reason})
}

// cell returns the text of a column, or "" if the file has no such column.
func (k *rowCheck) cell(column string) string {
	i, ok := k.position[column]
	if !ok {
		return ""
	}
	if !utf8.ValidString(k.record[i]) {
		k.fail(column, "the text is not UTF-8 (perhaps windows-1252); name the encoding with --encoding")
		return ""
	}
	return plain(k.record[i])
}

// oneOf returns the word in a cell, which must be in allowed, or "".
func (k *rowCheck) oneOf(column string, allowed []string) string {
	word, reason := oneOf(k.cell(column), allowed, "")
	k.fail(column, reason)
	return word
}

// time returns the time in a cell as RFC 3339, or "".
func (k *rowCheck) time(column string) string {
	cell := strings.TrimSpace(k.cell(column))
	if cell == "" {
		return ""
	}
	t, ok := readTime(cell)
	if !ok {
		reason := fmt.Sprintf("%q is not a time; it should look like 2026-03-02T12:00:00Z", clip(cell, 40))
		if i := k.position[column]; !k.own {
			reason += fmt.Sprintf("; --map '%s=-' leaves the column out", k.columnName(i+1))
		}
		k.fail(column, reason)
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// suppressedStatus is the status of a suppressed reader in an export. The reason and the
// state are in furtherColumns.
const suppressedStatus = "suppressed"

func (k *rowCheck) status(r *row) {
	cell := k.cell("status")
	if cell == "" || strings.TrimSpace(cell) == "" {
		return
	}
	if bareWord(cell) == suppressedStatus {
		r.more.suppressed = ByStaff
		return
	}
	word, known := k.tool.status(cell)
	if !known {
		k.fail("status", fmt.Sprintf("%q is not a status: use active, pending, left or suppressed", clip(cell, 40)))
		return
	}
	r.state, r.more.suppressed = word.state, word.suppressed
}

// further parses furtherColumns.
func (k *rowCheck) further(r *row) {
	m := &r.more
	m.format = k.oneOf("format", Formats)
	if m.language = strings.TrimSpace(k.cell("language")); !plainTag(m.language) {
		k.fail("language", fmt.Sprintf("%q is not a language; it should look like en", clip(m.language, 40)))
	}
	m.paused, m.created, m.confirmed, m.left = k.time("paused_until"), k.time("created_at"), k.time("confirmed_at"), k.time("left_at")
	if m.created == "" && !k.own {
		m.created = m.confirmed
	}
	m.suppressedAt, m.suppress = k.time("suppressed_at"), clip(k.cell("suppressed_detail"), 1000)
	m.source, m.had = clip(k.cell("suppressed_source"), 40), k.time("had_until")
	k.consent(r)
	k.suppressed(r)
	switch {
	case m.left != "":
		r.state = Left
	case bareWord(k.cell("status")) == suppressedStatus && m.confirmed != "":
		r.state = Active
	case bareWord(k.cell("status")) == suppressedStatus && m.created != "":
		r.state = Pending
	}
}

// consent parses the column consent. A JSON object is the evidence of an export; any other
// text says whether the person has consented.
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
	word, reason := optOut(optWanted, cell, k.tool)
	k.fail("consent", reason)
	k.strictest(r, word)
}

func (k *rowCheck) suppressed(r *row) {
	cell := k.cell("suppressed")
	yes, no := yesOrNo(cell)
	switch {
	case no:
	case yes:
		r.more.suppressed = ByStaff
	case statusWords[bareWord(cell)].suppressed != "" && !slices.Contains(Reasons(), Reason(strings.TrimSpace(cell))):
		r.more.suppressed = statusWords[bareWord(cell)].suppressed
	default:
		var err error
		if r.more.suppressed, err = readReason(strings.TrimSpace(cell)); err != nil {
			k.fail("suppressed", err.Error())
		}
	}
}

// optOuts parses the columns of other tools. Columns without a known meaning are searched
// for words that can only mean an opt-out, unless the row is an opt-out already.
func (k *rowCheck) optOuts(r *row) {
	for _, unsure := range []bool{false, true} {
		for _, i := range k.foreign {
			if unsure != k.opt[i].unsure() {
				continue
			}
			if unsure && (r.state == Left || r.more.suppressed != "") {
				return
			}
			word, reason := optOut(k.opt[i], k.record[i], k.tool)
			k.when(r, k.opt[i], k.record[i])
			if reason != "" {
				k.failAt(i, reason)
			}
			k.strictest(r, word)
		}
	}
}

// when adds the time of an opt-out to the row, if the column of the opt-out holds one.
func (k *rowCheck) when(r *row, kind optColumn, cell string) {
	at, ok := readTime(cell)
	if !ok {
		return
	}
	text := at.UTC().Format(time.RFC3339Nano)
	switch {
	case kind == optLeft && r.more.left == "":
		r.more.left = text
	case (kind == optBounced || kind == optComplained) && r.more.suppressedAt == "":
		r.more.suppressedAt = text
	}
}

// strictest adds the standing of another column to the row. It never removes an opt-out.
func (k *rowCheck) strictest(r *row, w standingWord) {
	if w.state == Left || w.state == Pending && r.state != Left {
		r.state = w.state
	}
	if w.suppressed != "" && r.more.suppressed == "" {
		r.more.suppressed = w.suppressed
	}
}

// preferences parses the two lists of a row. The results are cached, because a file has few
// combinations.
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

// allCell stands for all programs or all regions in a file.
const allCell = "*"

// listSeparators separates the slugs of a cell, in other tools too.
var listSeparators = strings.NewReplacer(",", ";", "|", ";")

// listCell parses slugs separated by semicolons, commas or bars. For an empty cell given is false. For "*",
// which stands for all, given is true and list is empty.
func listCell(kind, cell string, known map[string]bool) (list string, given bool, reason string) {
	cells := strings.Split(listSeparators.Replace(cell), ";")
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
