// Package pdftest writes small PDF documents for tests.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Line is a line of text at a place of a page of 595 by 842 points.
type Line struct {
	X, Y, Size float64
	Text       string
}

// Document is a document with its own facts.
type Document struct {
	Title, Author, Language, Created string
	Pages                            [][]Line
}

// Column returns lines from a height downwards, each 14 points below the one above.
func Column(x, y, size float64, lines ...string) []Line {
	var all []Line
	for i, text := range lines {
		all = append(all, Line{x, y - 14*float64(i), size, text})
	}
	return all
}

// Bytes returns the document as a PDF 1.4 file. Its font has two bytes for each letter and a map
// to Unicode, as programs embed fonts.
func (d Document) Bytes() []byte {
	var objects []string
	add := func(object string) int {
		objects = append(objects, object)
		return len(objects)
	}
	add("") // the catalog
	add("") // the pages
	toUnicode := add(Stream("/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n" +
		"1 beginbfrange <0000> <00FF> <0000> endbfrange 1 beginbfrange <0400> <04FF> <0400> endbfrange\n" +
		"1 beginbfchar <2019> <2019> endbfchar endcmap"))
	font := add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/Test/Encoding/Identity-H/ToUnicode %d 0 R/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/Test/DW 500>>]>>", toUnicode))
	var kids []string
	for _, lines := range d.Pages {
		var b strings.Builder
		for _, l := range lines {
			fmt.Fprintf(&b, "BT /F1 %g Tf 1 0 0 1 %g %g Tm <%x> Tj ET\n", l.Size, l.X, l.Y, units(l.Text))
		}
		contents := add(Stream(b.String()))
		page := add(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 %d 0 R>>>>/Contents %d 0 R>>", font, contents))
		kids = append(kids, fmt.Sprintf("%d 0 R", page))
	}
	info := add(fmt.Sprintf("<</Title<FEFF%x>/Author<FEFF%x>/CreationDate(%s)>>", units(d.Title), units(d.Author), d.Created))
	objects[0] = fmt.Sprintf("<</Type/Catalog/Pages 2 0 R/Lang(%s)>>", d.Language)
	objects[1] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(kids), strings.Join(kids, " "))
	return File(objects, fmt.Sprintf("/Root 1 0 R/Info %d 0 R", info))
}

func units(text string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit>>8), byte(unit))
	}
	return b
}

// Stream returns a compressed stream object.
func Stream(text string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return fmt.Sprintf("<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", b.Len(), b.String())
}

// File returns a file of objects, numbered from 1, with these entries in its trailer.
func File(objects []string, trailer string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	places := make([]int, len(objects))
	for i, object := range objects {
		places[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, place := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", place)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, start)
	return b.Bytes()
}
