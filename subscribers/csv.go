package subscribers

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
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

// newCSVReader returns a reader that has read the first line. An error concerns the whole
// file.
func newCSVReader(r io.Reader, rules *Rules) (*csvReader, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	head, _ := buffered.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = buffered.Discard(3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, errors.New("the file is UTF-16; save it as CSV in UTF-8")
	case bytes.HasPrefix(head, []byte("PK")):
		return nil, errors.New("the file is a spreadsheet or an archive; save it as CSV in UTF-8")
	}
	c := &csvReader{rules: rules, position: map[string]int{}, lists: map[string]listed{}}
	c.readFrom(buffered, 0)
	header, err := c.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the file is empty; its first line should name the columns: %s", strings.Join(csvColumns, ","))
	}
	if err != nil {
		return nil, fmt.Errorf("the first line cannot be read: %w", err)
	}
	return c, c.readHeader(header)
}

// readHeader finds the columns, in any order. It refuses a name that differs from a column
// of Corridor by one or two letters, and by less than half of them: the content of that column would be lost.
func (c *csvReader) readHeader(header []string) error {
	c.header = slices.Clone(header)
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		return errors.New("the columns are separated by semicolons or tabs; save the file with commas between them")
	}
	c.opt = make([]optColumn, len(header))
	for i, cell := range header {
		name := columnKey(cell)
		if isColumn(name) {
			c.rich = c.rich || !slices.Contains(csvColumns, name)
			if _, twice := c.position[name]; twice {
				return fmt.Errorf("the column %s is twice in the first line", name)
			}
			c.position[name] = i
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
		return fmt.Errorf("the first line names no column email; the columns are %s", strings.Join(csvColumns, ", "))
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
		reason := fmt.Sprintf("the row has %s, the first line has %d; put a field with a comma in quotation marks", fields(n), want)
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
	if known := columnKey(name); isColumn(known) {
		return known
	}
	return name
}

// columnKey returns the name of a column in the form of csvColumns.
func columnKey(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "_")
}
