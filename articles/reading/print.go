package reading

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"
)

// Print is a document with pages of fixed layout, such as a PDF: its own facts, and the
// lines of its pages in the order in which they are read.
type Print struct {
	Title    string
	Author   string
	Language string // BCP 47
	Created  time.Time
	Lines    []PrintLine
}

// PrintLine is a line of a page. Lengths are in points; Y grows upwards.
type PrintLine struct {
	Page   int // from 1
	Height float64
	X, Y   float64 // the beginning
	Right  float64 // the end
	Size   float64 // of the letters
	Text   string
}

// Read reads the article in a document: the title in the largest letters of the first
// page or in the document's own facts, authors and date around it, paragraphs and
// headings. Running headers and footers, numbers of pages and hyphens at line ends are
// left out; notes at the foot of pages stand at the end.
func (p Print) Read() (Reading, error) {
	r := Reading{}
	if languageForm.MatchString(p.Language) {
		r.Language = p.Language
	}
	lines := withoutMargins(p.Lines)
	if len(lines) == 0 {
		return r, fmt.Errorf("%w: its pages have no text; they may be pictures of text", ErrNoArticle)
	}
	size := bodySize(lines)
	title, first, last := p.title(lines, size)
	if r.Title = title; title == "" {
		return r, fmt.Errorf("%w: the document has no title", ErrNoArticle)
	}
	text, notes := withoutNotes(lines[last:], size)
	found, head := readPrintHead(lines[:first], text, size)
	r.takeAuthors(byline{found.authors, 5, "the lines around the title", ""})
	if len(r.Authors) == 0 && !isProgram(p.Author) {
		r.takeAuthors(byline{machineNames(p.Author), 4, "the document’s facts", ""})
	}
	r.takeDates(dates{}, found, dateHints{language: r.Language}, &facts{})
	if r.Published.IsZero() && !p.Created.IsZero() {
		r.Published, r.PublishedSureness = p.Created, SureText
	}
	var b strings.Builder
	for _, s := range slices.Concat(joinLines(text[head:], size), joinLines(notes, size)) {
		name := "p"
		if s.heading {
			name = "h2"
		}
		b.WriteString("<" + name + ">" + html.EscapeString(s.text) + "</" + name + ">\n")
	}
	r.SetContent("", b.String())
	if r.Words == 0 {
		return r, fmt.Errorf("%w: the document has a title, but no text under it", ErrNoArticle)
	}
	r.Summary = Shorten(firstProse(r.ContentText))
	r.note("title", r.Title, "the largest letters of the first page, or the document’s facts", "")
	return r, nil
}

// firstProse is a text from its first paragraph on, without headings above.
func firstProse(text string) string {
	for rest := text; ; {
		paragraph, more, found := strings.Cut(rest, "\n\n")
		if !found || endsSentence(paragraph) {
			return rest
		}
		rest = more
	}
}

// bodySize is the size in which most letters stand.
func bodySize(lines []PrintLine) float64 {
	letters := map[float64]int{}
	best := 0.0
	for _, l := range lines {
		size := roundSize(l.Size)
		if letters[size] += len(l.Text); letters[size] > letters[best] {
			best = size
		}
	}
	return best
}

// roundSize is a size in half points: programs scale letters a little to fill lines.
func roundSize(size float64) float64 { return float64(int(size*2+0.5)) / 2 }

// title returns the title, and the lines that show it: from first up to last. The
// document's own title counts where its first pages show it, or show no other.
func (p Print) title(lines []PrintLine, body float64) (title string, first, last int) {
	own := oneLine(p.Title)
	if isFileName(own) {
		own = ""
	}
	if first, last = linesShowing(lines, own); last > 0 {
		return own, first, last
	}
	largest := 0.0
	for _, l := range lines {
		if l.Page == lines[0].Page && l.Size > largest && letterCount(l.Text) >= 3 {
			largest = l.Size
		}
	}
	if largest < body*1.15 {
		if own != "" {
			return own, 0, 0
		}
		return lines[0].Text, 0, 1
	}
	first = slices.IndexFunc(lines, func(l PrintLine) bool { return l.Size == largest })
	for last = first; last < len(lines) && last < first+6 && lines[last].Page == lines[first].Page && lines[last].Size > largest*0.95; last++ {
		title = joinWords(title, lines[last].Text)
	}
	return title, first, last
}

// linesShowing returns the lines of the first two pages that show a title, from first up to
// last; zeros without such lines.
func linesShowing(lines []PrintLine, title string) (first, last int) {
	for first := range lines {
		if lines[first].Page > lines[0].Page+1 || title == "" {
			break
		}
		shown := ""
		for last := first; last < min(len(lines), first+6) && len(shown) < len(title); last++ {
			if shown = joinWords(shown, lines[last].Text); strings.EqualFold(shown, title) {
				return first, last + 1
			}
		}
	}
	return 0, 0
}

// isFileName tells a title that a program made from a file's name.
func isFileName(title string) bool { return letterCount(title) < 3 || fileTitle.MatchString(title) }

// isProgram tells an author that is a program or an account of the computer.
func isProgram(author string) bool {
	return isAccount(oneLine(author)) || fileTitle.MatchString(author)
}

// readPrintHead reads the lines around the title: those above it, and those below it up to
// the text. It returns how many of the latter there are.
func readPrintHead(above, below []PrintLine, body float64) (found lineFacts, head int) {
	for _, l := range above {
		found.take(l.Text)
	}
	const most = 15
	for head < len(below) && head < most && !opensPrint(below, head, body) {
		head++
	}
	if head == most {
		head = 0
	}
	for _, l := range below[:head] {
		if found.take(l.Text) {
			continue
		}
		if people, rest := namesBefore(l.Text); len(people) > 0 && arePeople(people) && (len(found.authors) == 0 || rest == "") {
			found.authors = append(found.authors, people...)
			found.takeDateIn(rest)
		}
	}
	return found, head
}

// opensPrint reports whether the text begins at a line: at the first sentence or full
// line, or at the heading right above one.
func opensPrint(lines []PrintLine, i int, body float64) bool {
	isFact := func(l PrintLine) bool {
		var found lineFacts
		return found.take(l.Text) || arePeople(SplitAuthors(l.Text))
	}
	isProse := func(i int) bool {
		l, letters := lines[i], letterCount(lines[i].Text)
		goesOn := letters >= 20 && i+1 < len(lines) && near(l, lines[i+1], 1.75) && startsSmall(lines[i+1].Text) // in a narrow column
		return l.Size <= body*1.1 && (letters >= 60 || letters >= 30 && endsSentence(l.Text) || goesOn) && !isFact(l)
	}
	return isProse(i) || i+1 < len(lines) && lines[i].Size > body*1.1 && isProse(i+1) && !isFact(lines[i])
}
