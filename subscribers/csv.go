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
)

// csvColumns are the columns of an import and an export, in the order of the latter.
// furtherColumns follow them in an export; they carry what else makes a reader.
var (
	csvColumns     = []string{"email", "name", "programs", "regions", "frequency", "time_zone", "status"}
	furtherColumns = []string{
		"format", "language", "paused_until", "created_at", "confirmed_at", "left_at", "consent", "suppressed", "suppressed_at", "suppressed_detail",
	}
)

// RowError says what is wrong with one row of a CSV file and what would be right.
type RowError struct {
	Line     int    `json:"line"`     // where the field begins, counted from 1
	Position int    `json:"position"` // which field of the row, counted from 1; 0: the row as a whole
	Column   string `json:"column"`   // its name; empty: the first line names none
	Reason   string `json:"error"`
}

// Error is one line for people.
func (e RowError) Error() string {
	switch {
	case e.Position == 0:
		return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
	case e.Column == "":
		return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Position, e.Reason)
	}
	return fmt.Sprintf("line %d, column %d (%s): %s", e.Line, e.Position, e.Column, e.Reason)
}

// row is a reader as a CSV file has them, checked. What is empty stays as it is for a
// known reader and is the default for a new one.
type row struct {
	line      int
	mark      int64 // 64 bits of its address, given by the importer
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
	format, language                   string
	paused, created, confirmed, left   string
	consent                            string // JSON
	suppressed, suppressedAt, suppress string // reason, time, detail
}

// setKey is a preference set in a form that a map takes: slugs joined by semicolons.
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

// csvReader reads readers from a CSV file, row by row.
type csvReader struct {
	rules    *Rules
	leash    *leash
	csv      *csv.Reader
	before   int            // lines of the file before those that csv counts
	position map[string]int // column name -> index of its field
	header   []string
	line     int               // where the last whole row began
	unused   []string          // columns of the file that mean nothing here
	opt      []optColumn       // of each column; those of ours have optNone
	foreign  []int             // positions of columns that are not ours
	rich     bool              // the file may say more of a reader than csvColumns do
	lists    map[string]listed // cells already read; most rows repeat a few
}

type listed struct {
	key               setKey
	programs, regions bool // given
	column            string
	reason            string
}

// newCSVReader reads the header. An error says what is wrong with the file as a whole.
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

// readHeader finds the columns, in whatever order. A name that is nearly one of ours is
// refused: taken for a foreign one, it would lose what it holds.
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
				return fmt.Errorf("the column %s stands twice in the first line", name)
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
			if d := distance(name, known); d > 0 && d <= 2 {
				return fmt.Errorf("there is no column %q; did you mean %s? The columns are %s", clip(cell, 40), known, strings.Join(csvColumns, ", "))
			}
		}
		c.unused = append(c.unused, clip(strings.ToValidUTF8(cell, "?"), 40))
	}
	if _, ok := c.position["email"]; !ok {
		return fmt.Errorf("the first line names no column email; the columns are %s", strings.Join(csvColumns, ", "))
	}
	return nil
}

func isColumn(name string) bool {
	return slices.Contains(csvColumns, name) || slices.Contains(furtherColumns, name)
}

// next returns the next row, or what is wrong with it, or io.EOF, or another error
// when the rest of the file cannot be read.
func (c *csvReader) next() (row, []RowError, error) {
	c.leash.begin(c.csv.InputOffset())
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
		at := min(n, want) + 1 // the first that is missing or has no column
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

// columnName is what the first line calls the column at position, counted from 1.
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

// columnKey is a column's name as we write it.
func columnKey(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "_")
}

// distance is how many letters must be changed, added or dropped to make b of a; it
// is counted for short names only.
func distance(a, b string) int {
	if len(a) > 20 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
