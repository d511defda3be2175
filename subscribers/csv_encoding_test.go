package subscribers

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
)

// rowsOf returns the addresses and names of a file's valid rows, and its first wrong row.
func rowsOf(t *testing.T, r io.Reader, o FileOptions) (rows []string) {
	t.Helper()
	c, _, err := newCSVReader(r, NewRules([]string{"eep", "spp"}, nil, "UTC"), o)
	if err != nil {
		return []string{err.Error()}
	}
	for {
		row, wrong, err := c.next()
		switch {
		case errors.Is(err, io.EOF):
			return rows
		case err != nil:
			return append(rows, err.Error())
		case wrong != nil:
			rows = append(rows, wrong[0].Error())
		default:
			rows = append(rows, row.email+" "+row.name+" "+row.set.programs)
		}
	}
}

// TestEncodingsAndSeparatorsOfSpreadsheets writes one list in the forms that spreadsheets
// save, and reads the same rows from each.
func TestEncodingsAndSeparatorsOfSpreadsheets(t *testing.T) {
	german := []string{"anna@example.org Jürgen Größe, \"x\" eep;spp", "ben@example.org Zoë "}
	russian := []string{"anna@example.org Анна, \"Ж\" eep;spp", "ben@example.org Борис "}
	lists := map[string][]string{
		"Email,Name,Programs\nanna@example.org,\"Jürgen Größe, \"\"x\"\"\",eep;spp\nben@example.org,Zoë,\n":             german,
		"Email;Name;Programs\nanna@example.org;\"Jürgen Größe, \"\"x\"\"\";\"eep;spp\"\nben@example.org;Zoë;\n":         german,
		"sep=;\nEmail;Name;Programs\nanna@example.org;\"Jürgen Größe, \"\"x\"\"\";\"eep;spp\"\nben@example.org;Zoë;\n":  german,
		"Email\tName\tPrograms\nanna@example.org\t\"Jürgen Größe, \"\"x\"\"\"\teep;spp\nben@example.org\tZoë\t\n":       german,
		"SEP=|\nemail|name|programs\nanna@example.org|\"Jürgen Größe, \"\"x\"\"\"|eep;spp\nben@example.org|Zoë|\n":      german,
		"\"sep=\t\"\nEmail\tName\tPrograms\nanna@example.org\t\"Анна, \"\"Ж\"\"\"\teep;spp\nben@example.org\tБорис\t\n": russian,
		"Email;Name;Programs\nanna@example.org;\"Анна, \"\"Ж\"\"\";\"eep;spp\"\nben@example.org;Борис;\n":               russian,
	}
	utf16 := func(e xunicode.Endianness, bom xunicode.BOMPolicy) encoding.Encoding { return xunicode.UTF16(e, bom) }
	encodings := map[string]encoding.Encoding{
		"UTF-8": encoding.Nop, "UTF-8 with mark": xunicode.UTF8BOM, "UTF-16 LE with mark": utf16(xunicode.LittleEndian, xunicode.UseBOM),
		"UTF-16 BE with mark": utf16(xunicode.BigEndian, xunicode.UseBOM), "UTF-16 LE": utf16(xunicode.LittleEndian, xunicode.IgnoreBOM),
		"UTF-16 BE": utf16(xunicode.BigEndian, xunicode.IgnoreBOM), "windows-1252": charmap.Windows1252, "windows-1251": charmap.Windows1251,
	}
	for list, want := range lists {
		for name, enc := range encodings {
			for _, end := range []string{"\n", "\r\n", "\r"} {
				file, err := enc.NewEncoder().String(strings.ReplaceAll(list, "\n", end))
				if err != nil {
					continue // the encoding lacks the letters
				}
				for _, r := range []io.Reader{strings.NewReader(file), iotest.OneByteReader(strings.NewReader(file))} {
					if got := rowsOf(t, r, FileOptions{}); strings.Join(got, "\n") != strings.Join(want, "\n") {
						t.Errorf("%s, end of line %q, %.30q: %q", name, end, list, got)
					}
				}
			}
		}
	}
}

// TestLinesOfASpreadsheet checks the line numbers after a line that names the separator.
func TestLinesOfASpreadsheet(t *testing.T) {
	got := rowsOf(t, strings.NewReader("sep=;\r\nemail;name\r\na@example.org;A;B\r\nb@example.org;\"B\r\n\r\nnobody;x\r\n"), FileOptions{})
	want := []string{
		"line 3, column 3: the row has 3 fields, the first line has 2; put a field with a semicolon in quotation marks",
		"line 4, column 2 (name): a quotation mark is not closed",
		"line 6, column 1 (email): the address has no @; it should look like anna@example.org",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", got)
	}
	named, err := charmap.KOI8R.NewEncoder().String("email,name\na@example.org,Анна\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := rowsOf(t, strings.NewReader(named), FileOptions{Encoding: "koi8-r"}); len(got) != 1 || got[0] != "a@example.org Анна " {
		t.Errorf("%q", got)
	}
}
