package pdf

import (
	"encoding/hex"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"
)

// Limits of the tables of one font.
const (
	maxCodes = 70_000
	maxRange = 1 << 16
)

// font maps the codes of a string to text and widths.
type font struct {
	codeSize int                 // bytes of a code: 1, or 2 in a composite font
	unicode  map[string]string   // by code, from the font's ToUnicode
	table    []string            // by code of one byte, from its encoding
	decode   func(string) string // for codes of two bytes that ToUnicode does not map
	widths   map[int]float64     // in thousandths of the size
	width    float64             // of other codes; 0: unknown
}

func newFont(f pdf.Font) *font {
	n := &font{codeSize: 1, unicode: toUnicode(f.V.Key("ToUnicode")), widths: map[int]float64{}}
	encoder := f.Encoder()
	n.decode = encoder.Decode
	if f.V.Key("Subtype").Name() == "Type0" {
		n.codeSize = 2
		n.takeComposite(f.V.Key("DescendantFonts").Index(0))
		return n
	}
	for code := range 256 {
		n.table = append(n.table, encoder.Decode(string([]byte{byte(code)})))
	}
	widths := f.V.Key("Widths")
	for i := range min(widths.Len(), 256) {
		n.widths[f.FirstChar()+i] = widths.Index(i).Float64()
	}
	n.width = f.V.Key("FontDescriptor").Key("MissingWidth").Float64()
	return n
}

// takeComposite reads the widths of a composite font (ISO 32000-1, 9.7.4.3).
func (n *font) takeComposite(descendant pdf.Value) {
	n.width = 1000
	if dw := descendant.Key("DW"); dw.Kind() == pdf.Integer || dw.Kind() == pdf.Real {
		n.width = dw.Float64()
	}
	w := descendant.Key("W")
	for i := 0; i+1 < w.Len() && len(n.widths) < maxCodes; {
		first := int(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for j := range min(list.Len(), maxCodes) {
				n.widths[first+j] = list.Index(j).Float64()
			}
			i += 2
			continue
		}
		last, width := int(w.Index(i+1).Int64()), w.Index(i+2).Float64()
		for code := first; code <= min(last, first+maxRange); code++ {
			n.widths[code] = width
		}
		i += 3
	}
}

// text returns the text of a string, its codes, and their widths in thousandths; known
// tells whether the widths are.
func (n *font) text(raw string) (text string, codes int, width float64, known bool) {
	var b strings.Builder
	known = true
	for len(raw) >= n.codeSize {
		code := raw[:n.codeSize]
		raw = raw[n.codeSize:]
		number := int(code[0])
		if n.codeSize == 2 {
			number = number<<8 | int(code[1])
		}
		switch mapped, is := n.unicode[code]; {
		case is:
			b.WriteString(mapped)
		case n.codeSize == 1:
			b.WriteString(n.table[number])
		default:
			b.WriteString(n.decode(code))
		}
		w, is := n.widths[number]
		if !is {
			w = n.width
		}
		known = known && w > 0
		width += w
		codes++
	}
	return b.String(), codes, width, known
}

// maxMap is how much of a map of codes is read, in bytes.
const maxMap = 4 << 20

var (
	mapSection = regexp.MustCompile(`(?s)beginbf(char|range)(.*?)endbf`)
	mapToken   = regexp.MustCompile(`<[0-9A-Fa-f\s]*>|\[|\]`)
)

// toUnicode reads a map of codes to text (ISO 32000-1, 9.10.3).
func toUnicode(stream pdf.Value) map[string]string {
	codes := map[string]string{}
	if stream.Kind() != pdf.Stream {
		return codes
	}
	text, err := io.ReadAll(io.LimitReader(stream.Reader(), maxMap))
	if err != nil {
		return codes
	}
	for _, section := range mapSection.FindAllSubmatch(text, -1) {
		tokens := mapToken.FindAll(section[2], -1)
		if string(section[1]) == "char" {
			for i := 0; i+1 < len(tokens) && len(codes) < maxCodes; i += 2 {
				codes[hexText(tokens[i])] = utf16Text(hexText(tokens[i+1]))
			}
			continue
		}
		for len(tokens) > 2 {
			tokens = addRange(codes, tokens)
		}
	}
	return codes
}

// addRange maps the codes of a range to a list of texts, or to texts that follow one
// another. It returns the tokens behind the range.
func addRange(codes map[string]string, tokens [][]byte) (rest [][]byte) {
	low, high := hexText(tokens[0]), hexText(tokens[1])
	first, last := codeNumber(low), codeNumber(high)
	isCode := len(low) == len(high) && len(low) > 0 && len(low) <= 4
	if string(tokens[2]) != "[" {
		text := []rune(utf16Text(hexText(tokens[2])))
		for i := 0; isCode && len(text) > 0 && i <= min(last-first, maxRange) && len(codes) < maxCodes; i++ {
			codes[codeOf(first+i, len(low))] = string(text)
			text[len(text)-1]++
		}
		return tokens[3:]
	}
	rest = tokens[3:]
	for i := 0; len(rest) > 0 && string(rest[0]) != "]"; i++ {
		if isCode && i <= last-first && len(codes) < maxCodes {
			codes[codeOf(first+i, len(low))] = utf16Text(hexText(rest[0]))
		}
		rest = rest[1:]
	}
	return rest[min(1, len(rest)):]
}

// hexText returns the bytes of a string in hexadecimal form: <0041>.
func hexText(token []byte) string {
	digits := strings.Join(strings.Fields(strings.Trim(string(token), "<>")), "")
	text, err := hex.DecodeString(digits)
	if err != nil {
		return ""
	}
	return string(text)
}

func codeNumber(code string) int {
	n := 0
	for i := range len(code) {
		n = n<<8 | int(code[i])
	}
	return n
}

func codeOf(n, size int) string {
	code := make([]byte, size)
	for i := size - 1; i >= 0; i-- {
		code[i] = byte(n)
		n >>= 8
	}
	return string(code)
}

func utf16Text(raw string) string {
	var units []uint16
	for i := 0; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(units))
}

// popAll takes the operands off the stack, the first one first.
func popAll(stack *pdf.Stack) []pdf.Value {
	args := make([]pdf.Value, stack.Len())
	for i := len(args) - 1; i >= 0; i-- {
		args[i] = stack.Pop()
	}
	return args
}
