package subscribers

import (
	"bufio"
	"bytes"
	"strings"
)

// separators are the characters between the fields of a row, in the order of preference.
var separators = []byte{',', ';', '\t', '|'}

// readSeparator returns the separator of a file and the number of lines that it has read. A
// spreadsheet may write the separator into a line before the names of the columns, such as
// "sep=;". Else the separator is the character that divides the names into most fields.
func readSeparator(text *bufio.Reader) (separator byte, lines int) {
	head, _ := text.Peek(64 << 10)
	line, _, _ := bytes.Cut(head, newline)
	said := strings.Trim(strings.TrimSuffix(string(line), "\r"), `"`)
	if after, ok := strings.CutPrefix(strings.ToLower(said), "sep="); ok && len(after) == 1 && bytes.Contains(separators, []byte(after)) {
		_, _ = text.Discard(min(len(line)+1, len(head)))
		return after[0], 1
	}
	separator = separators[0]
	most := fieldAt(line, separator)
	for _, other := range separators[1:] {
		if n := fieldAt(line, other); n > most {
			separator, most = other, n
		}
	}
	return separator, 0
}

// separatorName returns the name of a separator for messages.
func separatorName(separator byte) string {
	return map[byte]string{',': "a comma", ';': "a semicolon", '\t': "a tab", '|': "a bar"}[separator]
}
