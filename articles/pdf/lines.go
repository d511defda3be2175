package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"corridor/articles/reading"

	"github.com/ledongthuc/pdf"
)

// linesOf reads the facts and the lines of a document. The library panics on many broken documents.
func linesOf(body []byte) (p reading.Print, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("it is broken: %.200s", fmt.Sprint(broken))
		}
	}()
	r, err := pdf.NewReader(bytes.NewReader(body), int64(len(body)))
	if errors.Is(err, pdf.ErrInvalidPassword) {
		return p, errors.New("it is locked with a password")
	}
	if err != nil {
		return p, err
	}
	info := r.Trailer().Key("Info")
	p.Title, p.Author = info.Key("Title").Text(), info.Key("Author").Text()
	p.Language = strings.TrimSpace(r.Trailer().Key("Root").Key("Lang").Text())
	p.Created = dateOf(info.Key("CreationDate").RawString())
	tree := pageTree{}
	tree.walk(r.Trailer().Key("Root").Key("Pages"), page{}, 0)
	if tree.nodes > maxPages {
		return p, fmt.Errorf("it has more than %d pages, or pages in a circle", maxPages)
	}
	fonts := map[string]*font{}
	for i, page := range tree.pages {
		p.Lines = append(p.Lines, page.lines(i+1, fonts)...)
		if len(p.Lines) > maxLines {
			return p, fmt.Errorf("it has more than %d lines", maxLines)
		}
	}
	return p, nil
}

// dateOf reads a date of PDF (ISO 32000-1, 7.9.4): D:20261127143000+05'00'.
func dateOf(text string) time.Time {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "D:"), "'", "")
	for _, layout := range []string{"20060102150405-0700", "20060102150405Z", "20060102150405", "20060102"} {
		if t, err := time.Parse(layout, text[:min(len(text), len(layout))]); err == nil {
			return t
		}
	}
	return time.Time{}
}

// glyphs are letters that a page shows at one place.
type glyphs struct {
	x, y, end float64
	size      float64
	text      string
	isGuess   bool // the end is
}

// lineBuilder joins the letters of a page to lines.
type lineBuilder struct {
	lines   []reading.PrintLine
	text    strings.Builder
	line    reading.PrintLine
	end     float64 // of the last letters
	isGuess bool
	page    int
	height  float64
}

// page is a page with what it inherits (ISO 32000-1, 7.7.3).
type page struct{ contents, resources, box pdf.Value }

// pageTree lists the pages of a document.
type pageTree struct {
	pages []page
	nodes int
}

// walk adds the pages under a node, which has inherited values.
func (t *pageTree) walk(node pdf.Value, inherited page, depth int) {
	if t.nodes++; t.nodes > maxPages || depth > 50 {
		t.nodes = maxPages + 1
		return
	}
	if own := node.Key("Resources"); !own.IsNull() {
		inherited.resources = own
	}
	if own := node.Key("MediaBox"); !own.IsNull() {
		inherited.box = own
	}
	kids := node.Key("Kids")
	if kids.IsNull() {
		inherited.contents = node.Key("Contents")
		t.pages = append(t.pages, inherited)
		return
	}
	for i := 0; i < kids.Len() && t.nodes <= maxPages; i++ {
		t.walk(kids.Index(i), inherited, depth+1)
	}
}

// lines reads the lines of a page.
func (p page) lines(number int, fonts map[string]*font) []reading.PrintLine {
	b := lineBuilder{page: number, height: p.box.Index(3).Float64() - p.box.Index(1).Float64()}
	c := content{state: state{page: identity, scale: 1}, text: identity, line: identity, fonts: fonts, lines: &b}
	if !p.contents.IsNull() {
		c.read(p.contents, p.resources)
	}
	b.flush()
	return b.lines
}

// add adds letters to the line at hand, or to the next one.
func (b *lineBuilder) add(g glyphs) {
	if strings.TrimSpace(g.text) == "" && b.line.Page == 0 {
		return
	}
	if b.line.Page == 0 || !b.continues(g) {
		b.flush()
		b.line = reading.PrintLine{Page: b.page, Height: b.height, X: g.x, Y: g.y, Size: g.size}
		b.end = g.x
	}
	most := 0.18 * g.size
	if b.isGuess {
		most = g.size
	}
	if gap := g.x - b.end; b.text.Len() > 0 && (gap > most || gap < -2*g.size) {
		b.text.WriteByte(' ')
	}
	for _, r := range g.text {
		switch {
		case r >= 0xfb00 && r <= 0xfb04:
			b.text.WriteString([]string{"ff", "fi", "fl", "ffi", "ffl"}[r-0xfb00])
		case r != unicode.ReplacementChar && (unicode.IsPrint(r) || unicode.IsSpace(r) || r == 0xad || r == 0x200c):
			b.text.WriteRune(r)
		}
	}
	b.end, b.isGuess = g.end, g.isGuess
	b.line.Right, b.line.Size = max(b.line.Right, g.end), max(b.line.Size, g.size)
}

// continues reports whether letters stand in the line at hand: at its height, or a little
// above or below in small letters.
func (b *lineBuilder) continues(g glyphs) bool {
	apart := math.Abs(g.y - b.line.Y)
	return apart < 0.3*g.size || apart < 0.6*b.line.Size && g.size < 0.85*b.line.Size
}

func (b *lineBuilder) flush() {
	if text := strings.Join(strings.Fields(b.text.String()), " "); text != "" {
		b.line.Text = text
		b.lines = append(b.lines, b.line)
	}
	b.text.Reset()
	b.line, b.end, b.isGuess = reading.PrintLine{}, 0, false
}
