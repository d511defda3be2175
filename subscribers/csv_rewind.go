package subscribers

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
)

// maxRow is the size of the longest row, in bytes. Without it a quotation mark that is not
// closed would turn the rest of the file into one row in memory.
const maxRow = 1 << 20

var errLongRow = errors.New("a row longer than 1 MiB")

// rowInput is the input of the CSV reader. It returns an error for a row larger than
// maxRow, and keeps the bytes of the present row, so that the lines after a row with an
// unclosed quotation mark can be parsed again.
type rowInput struct {
	r     io.Reader
	kept  []byte // the bytes from the offset start on
	start int64
	row   int64 // offset at which the present row begins
	lines int   // number of lines before start
}

func (in *rowInput) Read(p []byte) (int, error) {
	if in.start+int64(len(in.kept))-in.row > maxRow {
		return 0, errLongRow
	}
	n, err := in.r.Read(p)
	in.kept = append(in.kept, p[:n]...)
	return n, err
}

// begin is called when a row begins at the offset row.
func (in *rowInput) begin(row int64) {
	in.row = row
	if past := row - in.start; past > 64<<10 { // seldom, because it moves the bytes kept
		in.lines += bytes.Count(in.kept[:past], newline)
		in.kept = append(in.kept[:0], in.kept[past:]...)
		in.start = row
	}
}

var newline = []byte("\n")

// firstLine returns the first non-empty line of the present row, with its number. more are
// the bytes read after the line. ended reports whether the end of the line was read.
func (in *rowInput) firstLine() (line []byte, number int, more []byte, ended bool) {
	more = in.kept[in.row-in.start:]
	number = in.lines + bytes.Count(in.kept[:in.row-in.start], newline)
	for {
		number++
		line, more, ended = bytes.Cut(more, newline)
		if line = bytes.TrimSuffix(line, []byte("\r")); len(line) > 0 || !ended {
			return line, number, more, ended
		}
	}
}

// readFrom starts parsing CSV from r. lines is the number of lines of the file before r.
func (c *csvReader) readFrom(r io.Reader, lines int) {
	c.before = lines
	c.input = &rowInput{r: r, lines: lines}
	c.csv = csv.NewReader(c.input)
	c.csv.Comma = rune(c.comma)
	c.csv.FieldsPerRecord = -1
	c.csv.ReuseRecord = true
}

// badRow returns the error of a row with a wrong quotation mark. When the mark is not
// closed, parsing goes on at the next line.
func (c *csvReader) badRow(cause error) ([]RowError, error) {
	line, number, more, ended := c.input.firstLine()
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
	e.Position = fieldAt(line[:at], c.comma)
	e.Column = c.columnName(e.Position)
	if end := c.input.start + int64(len(c.input.kept)-len(more)); errors.Is(cause, errLongRow) || c.csv.InputOffset() > end {
		c.readFrom(io.MultiReader(bytes.NewReader(bytes.Clone(more)), c.input.r), number)
	}
	return []RowError{e}, nil
}

// fieldAt returns the number of the field in which part, the beginning of a row, ends. The
// first field has number 1.
func fieldAt(part []byte, separator byte) int {
	n, quoted := 1, false
	for _, b := range part {
		switch {
		case b == '"':
			quoted = !quoted
		case b == separator && !quoted:
			n++
		}
	}
	return n
}
