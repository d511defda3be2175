package subscribers

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
)

// maxRow is the longest row taken. A quotation mark that is never closed would
// otherwise make one row, in memory, of all that follows.
const maxRow = 1 << 20

var errLongRow = errors.New("a row longer than 1 MiB")

// leash ends a row that grows beyond maxRow, and keeps what was read of it: a
// quotation mark that is not closed costs its own line, not those that follow.
type leash struct {
	r     io.Reader
	kept  []byte // what was read from the offset start on, as the CSV reader counts
	start int64
	row   int64 // the offset at which the row under way begins
	lines int   // that ended before start
}

func (l *leash) Read(p []byte) (int, error) {
	if l.start+int64(len(l.kept))-l.row > maxRow {
		return 0, errLongRow
	}
	n, err := l.r.Read(p)
	l.kept = append(l.kept, p[:n]...)
	return n, err
}

// begin says that a row begins at the offset row.
func (l *leash) begin(row int64) {
	l.row = row
	if past := row - l.start; past > 64<<10 { // seldom, so that little is moved
		l.lines += bytes.Count(l.kept[:past], newline)
		l.kept = append(l.kept[:0], l.kept[past:]...)
		l.start = row
	}
}

var newline = []byte("\n")

// firstLine is the first line of the row under way, with its number; empty ones belong
// to no row. more is what was read beyond it. ended tells whether all of it was read.
func (l *leash) firstLine() (line []byte, number int, more []byte, ended bool) {
	more = l.kept[l.row-l.start:]
	number = l.lines + bytes.Count(l.kept[:l.row-l.start], newline)
	for {
		number++
		line, more, ended = bytes.Cut(more, newline)
		if line = bytes.TrimSuffix(line, []byte("\r")); len(line) > 0 || !ended {
			return line, number, more, ended
		}
	}
}

// readFrom begins to read CSV after that many lines of the file.
func (c *csvReader) readFrom(r io.Reader, lines int) {
	c.before = lines
	c.leash = &leash{r: r, lines: lines}
	c.csv = csv.NewReader(c.leash)
	c.csv.FieldsPerRecord = -1
	c.csv.ReuseRecord = true
}

// badRow reports a row that could not be read because of its quotation marks. Where one
// is not closed, the lines after it are read again, as rows of their own.
func (c *csvReader) badRow(cause error) ([]RowError, error) {
	line, number, more, ended := c.leash.firstLine()
	if !ended && errors.Is(cause, errLongRow) {
		return nil, fmt.Errorf("line %d: %w", number, cause)
	}
	e := RowError{Line: number, Reason: "a quotation mark is not closed"}
	at := len(line)
	var parse *csv.ParseError
	if errors.As(cause, &parse) && parse.Line == parse.StartLine && (errors.Is(parse, csv.ErrBareQuote) || bytes.Count(line, []byte(`"`))%2 == 0) {
		at = min(parse.Column, len(line))
		e.Reason = fmt.Sprintf("a quotation mark inside a field, at character %d; double it and put the field in quotation marks", parse.Column)
	}
	e.Position = fieldAt(line[:at])
	e.Column = c.columnName(e.Position)
	if end := c.leash.start + int64(len(c.leash.kept)-len(more)); errors.Is(cause, errLongRow) || c.csv.InputOffset() > end {
		c.readFrom(io.MultiReader(bytes.NewReader(bytes.Clone(more)), c.leash.r), number)
	}
	return []RowError{e}, nil
}

// fieldAt counts the fields of a row up to the end of part, from 1.
func fieldAt(part []byte) int {
	n, quoted := 1, false
	for _, b := range part {
		switch {
		case b == '"':
			quoted = !quoted
		case b == ',' && !quoted:
			n++
		}
	}
	return n
}
