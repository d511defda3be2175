package subscribers

import (
	"strings"
	"time"
)

// formulaStarts are the first characters of a cell that a spreadsheet evaluates as a
// formula.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// neutral returns a cell that no spreadsheet evaluates. It puts an apostrophe before a text
// that begins like a formula, at the start of the cell and after each semicolon, because
// semicolons separate cells in some countries. [plain] is the inverse.
func neutral(cell string) string {
	if !strings.ContainsAny(cell, formulaStarts) {
		return cell
	}
	parts := strings.Split(cell, ";")
	for i, part := range parts {
		if startsFormula(part) {
			parts[i] = "'" + part
		}
	}
	return strings.Join(parts, ";")
}

// plain is the inverse of neutral, for cells that neutral has written.
func plain(cell string) string {
	if !strings.Contains(cell, "'") {
		return cell
	}
	parts := strings.Split(cell, ";")
	for i, part := range parts {
		if rest, quoted := strings.CutPrefix(part, "'"); quoted && startsFormula(part) {
			parts[i] = rest
		}
	}
	return strings.Join(parts, ";")
}

// startsFormula reports whether s begins like a formula. It skips blanks and quotation
// marks, which some programs drop, and apostrophes, so that neutral and plain are inverse.
func startsFormula(s string) bool {
	s = strings.TrimLeft(s, "'\" \u00a0\ufeff")
	for _, r := range s {
		return strings.ContainsRune(formulaStarts, r)
	}
	return false
}

// timeLayouts are the accepted formats of times in files.
var timeLayouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 -0700 MST", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateOnly}

// dayLayouts are the accepted formats of times that begin with a day of the week, as
// Mailgun writes them.
var dayLayouts = []string{time.RFC1123, time.RFC1123Z}

// readTime parses a time. A time without a zone is in UTC.
func readTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if len(s) < len(time.DateOnly) {
		return time.Time{}, false
	}
	layouts := timeLayouts
	if s[0] < '0' || s[0] > '9' {
		layouts = dayLayouts
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 1900 && t.Year() < 2200 {
			return t, true
		}
	}
	return time.Time{}, false
}
