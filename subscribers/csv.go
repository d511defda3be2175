package subscribers

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// csvColumns are the columns that staff write, in the order of an export. furtherColumns
// follow them in an export and hold the other fields of a reader.
var (
	csvColumns     = []string{"email", "name", "programs", "regions", "frequency", "time_zone", "status"}
	furtherColumns = []string{
		"format", "language", "paused_until", "created_at", "confirmed_at", "left_at", "consent", "suppressed", "suppressed_at", "suppressed_detail",
		"suppressed_source", "had_until",
	}
)

// RowError is an error in one row of a CSV file. The reason says how to correct the row.
type RowError struct {
	Line     int    `json:"line"`     // line of the file at which the field begins, from 1
	Position int    `json:"position"` // number of the field in the row, from 1; 0: the whole row
	Column   string `json:"column"`   // name of the column; empty: the first line has no name for it
	Reason   string `json:"error"`
}

// Error returns the message of one line.
func (e RowError) Error() string {
	switch {
	case e.Position == 0:
		return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
	case e.Column == "":
		return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Position, e.Reason)
	}
	return fmt.Sprintf("line %d, column %d (%s): %s", e.Line, e.Position, e.Column, e.Reason)
}

// row is a valid row of a CSV file. An empty field leaves the value of a known reader
// unchanged and stands for the default of a new reader.
type row struct {
	line      int
	hash      int64 // of the folded address; set by the importer
	email     string
	name      string
	set       setKey
	programs  bool // set.programs is given
	regions   bool // set.regions is given
	frequency string
	timeZone  string
	state     State
	more      further
}

// further is the content of furtherColumns. Times are RFC 3339 or empty.
type further struct {
	format, language                 string
	paused, created, confirmed, left string
	consent                          string // JSON
	suppressed                       Reason
	suppressedAt, suppress           string // time, detail
	source                           string // of the suppression
	had                              string // time up to which the reader has received all articles
}

// setKey is a preference set as a key of a map: slugs joined by semicolons.
type setKey struct{ programs, regions string }

func (k setKey) lists() (programs, regions []string) {
	return splitList(k.programs), splitList(k.regions)
}

func splitList(s string) []string {
	if s == "" {
		return []string{}
	}
	return strings.Split(s, ";")
}

// csvReader parses a CSV file of readers, row by row.
type csvReader struct {
	rules    *Rules
	input    *rowInput
	csv      *csv.Reader
	comma    byte           // the separator
	tool     tool           // that wrote the file
	every    standingWord   // of every row; see FileOptions.As
	before   int            // number of lines of the file before the first line that csv counts
	position map[string]int // by column name: the index of the field
	header   []string
	line     int               // line at which the last complete row began
	unused   []string          // columns without a meaning for an import
	opt      []optColumn       // by column; a column of Corridor has optNone
	foreign  []int             // indexes of the columns that are not Corridor's
	own      bool              // the file is an export of Corridor
	rich     bool              // the file has columns beyond csvColumns that may matter
	lists    map[string]listed // by the text of both cells; most rows repeat a few
}

type listed struct {
	key               setKey
	programs, regions bool // given
	column            string
	reason            string
}

// FileOptions describe a file of readers. The zero value recognises all of it.
type FileOptions struct {
	Name     string            // of the file; Mailchimp says there which contacts the file has
	From     string            // the tool that wrote it: one of Tools
	Encoding string            // as in the WHATWG standard
	Columns  map[string]string // names of its columns and of Corridor's; "-" for a column that is not used
	As       string            // status of every row, unless the row has a stricter one
}

// OptionError is an option that is wrong for every file, such as an unknown encoding.
type OptionError struct{ reason string }

func (e OptionError) Error() string { return e.reason }

func optionErrorf(format string, args ...any) error { return OptionError{fmt.Sprintf(format, args...)} }

// newCSVReader returns a reader that has read the first line, and remarks about the whole
// file. An error concerns the whole file.
func newCSVReader(r io.Reader, rules *Rules, o FileOptions) (c *csvReader, remarks []string, err error) {
	text, guess, err := decode(r, o.Encoding)
	if err != nil {
		return nil, nil, err
	}
	if guess != "" {
		remarks = append(remarks, "read as "+guess+", because it is not UTF-8; --encoding names another encoding")
	}
	c = &csvReader{rules: rules, position: map[string]int{}, lists: map[string]listed{}}
	every, err := c.asEvery(o)
	if err != nil {
		return nil, nil, err
	}
	var lines int
	c.comma, lines = readSeparator(text)
	c.readFrom(text, lines)
	header, err := c.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("the file is empty; its first line should name the columns: %s", strings.Join(csvColumns, ","))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("the first line cannot be read: %w", err)
	}
	if c.tool, err = toolOf(o.From, header); err == nil {
		c.tool, err = c.tool.mapped(o.Columns, header)
	}
	if err == nil {
		err = c.readHeader(header)
	}
	if c.tool.name != spreadsheet.name && c.tool.name != "" {
		remarks = append(remarks, "read as a file of "+c.tool.name)
	}
	if len(c.unused) > 0 {
		remarks = append(remarks, "not used: the columns "+strings.Join(c.unused, ", "))
	}
	return c, append(remarks, every...), err
}

// fileWords are the statuses of all rows of a file whose name begins so.
var fileWords = map[string]string{"unsubscribed_": "left", "nonsubscribed_": "left", "cleaned_": "bounced"}

// asEvery sets the status of every row, and returns a remark when the name of the file says
// it.
func (c *csvReader) asEvery(o FileOptions) (remarks []string, err error) {
	as := o.As
	for begin, status := range fileWords {
		if base := strings.ToLower(filepath.Base(o.Name)); as == "" && strings.HasPrefix(base, begin) {
			as = status
			remarks = append(remarks, fmt.Sprintf("every row counts as %s, because the name of the file begins with %s; --as says another status", as, begin))
		}
	}
	if as == "" {
		return nil, nil
	}
	known := false
	if c.every, known = statusWords[bareWord(as)]; !known {
		return nil, optionErrorf("%q is not a status: use active, pending, left, bounced, complained or suppressed", clip(as, 40))
	}
	return remarks, nil
}

// readHeader finds the columns, in any order. It refuses a name that differs from a column
// of Corridor by one or two letters, and by less than half of them: the content of that column would be lost.
func (c *csvReader) readHeader(header []string) error {
	c.header = slices.Clone(header)
	c.opt = make([]optColumn, len(header))
	for i, cell := range header {
		name := columnKey(cell)
		switch to := c.tool.column(name); to {
		case "":
		case notUsed:
			continue
		default:
			c.rich = c.rich || slices.Contains(furtherColumns, to)
			if c.has(to) && columnKey(header[c.position[to]]) == name {
				return fmt.Errorf("the column %s is twice in the first line", name)
			}
			if c.has(to) {
				return fmt.Errorf("the columns %s and %s are both %s; map one of them to another column, or to - : it is then not used",
					c.columnName(c.position[to]+1), c.columnName(i+1), to)
			}
			c.position[to] = i
			continue
		}
		c.foreign = append(c.foreign, i)
		if c.opt[i] = optColumnOf(name); c.opt[i] != optNone {
			c.rich = true
			continue
		}
		for _, known := range csvColumns {
			if len(name) > len(known)+2*utf8.UTFMax {
				continue // too long to be a slip, and costly to compare
			}
			if d := levenshtein.ComputeDistance(name, known); d > 0 && d <= 2 && 2*d < len(known) { // "note" is not "name"
				return fmt.Errorf("there is no column %q; did you mean %s? The columns are %s", clip(cell, 40), known, strings.Join(csvColumns, ", "))
			}
		}
		c.unused = append(c.unused, clip(strings.ToValidUTF8(cell, "?"), 40))
	}
	c.own = c.has("created_at") && c.has("suppressed") && c.has("status")
	if !c.has("email") {
		return fmt.Errorf("the first line names no column email; the columns are %s; --map THEIRS=email says which column holds the address", strings.Join(csvColumns, ", "))
	}
	return nil
}

func (c *csvReader) has(column string) bool {
	_, ok := c.position[column]
	return ok
}

func isColumn(name string) bool {
	return slices.Contains(csvColumns, name) || slices.Contains(furtherColumns, name)
}

// next returns the next row, or the errors of an invalid row. The error is io.EOF at the
// end of the file; any other error means that the rest of the file cannot be read.
func (c *csvReader) next() (row, []RowError, error) {
	c.input.begin(c.csv.InputOffset())
	record, err := c.csv.Read()
	if errors.Is(err, errLongRow) || errors.As(err, new(*csv.ParseError)) {
		wrong, err := c.badRow(err)
		return row{}, wrong, err
	}
	if err != nil {
		return row{}, nil, err
	}
	c.line, _ = c.csv.FieldPos(0)
	c.line += c.before
	if n, want := len(record), len(c.header); n != want {
		at := min(n, want) + 1 // the first field that is missing or has no column
		reason := fmt.Sprintf("the row has %s, the first line has %d; put a field with %s in quotation marks", fields(n), want, separatorName(c.comma))
		return row{}, []RowError{{Line: c.line, Position: at, Column: c.columnName(at), Reason: reason}}, nil
	}
	r, wrong := c.check(record)
	return r, wrong, nil
}

func fields(n int) string {
	if n == 1 {
		return "1 field"
	}
	return fmt.Sprintf("%d fields", n)
}

// columnName returns the name of the column at position, counted from 1, in the first line.
func (c *csvReader) columnName(position int) string {
	if position > len(c.header) {
		return ""
	}
	name := clip(strings.ToValidUTF8(strings.TrimSpace(c.header[position-1]), "?"), 40)
	if known := columnKey(name); isColumn(known) && c.tool.column(known) == known {
		return known
	}
	return name
}

// columnKey returns the name of a column in the form of csvColumns.
func columnKey(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "_")
}
