package reading

import (
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	pageNumber = regexp.MustCompile(`(?i)^\W*(?:(?:page|seite|стр\.?|с\.|sayfa|səhifə|p\.)\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/|von|из|sur|de)\s*\d{1,4})?\W*$`)
	anyNumber  = regexp.MustCompile(`\d+`)
	fileTitle  = regexp.MustCompile(`(?i)^(microsoft (word|powerpoint|office)|untitled|untitled document|document\d*|layout \d+|slide 1|print|title|canva|adobe .*|acrobat .*)\b|\.(docx?|indd|qxd|pdf|rtf|odt|tex|pptx?)$`)
	leader     = regexp.MustCompile(`(?:\.{4,}|(?:\s?\.){5,}|:{4,}|…{2,}|·{4,})\s*[\divxl]{1,5}$`) // of a table of contents
	bullet     = regexp.MustCompile(`^(?:[•▪●◦‣■–—-]\s|\(?\d{1,2}[.)]\s|[a-z]\)\s)`)
)

// margin is the share of a page's height, at its top and its foot, where running headers
// and footers stand.
const margin = 0.12

// withoutMargins leaves out running headers and footers, which are the same on several
// pages but for numbers, numbers of pages, and lines of tables of contents.
func withoutMargins(lines []PrintLine) []PrintLine {
	pages := map[string]map[int]bool{}
	count := 0
	for _, l := range lines {
		count = max(count, l.Page)
		if key, in := marginKey(l); in {
			if pages[key] == nil {
				pages[key] = map[int]bool{}
			}
			pages[key][l.Page] = true
		}
	}
	var kept []PrintLine
	for _, l := range lines {
		key, in := marginKey(l)
		isRunning := in && len(pages[key]) >= max(2, min(3, count/2))
		if !isRunning && !(in && pageNumber.MatchString(l.Text)) && !leader.MatchString(l.Text) {
			kept = append(kept, l)
		}
	}
	return kept
}

// marginKey is a line of a margin without its numbers.
func marginKey(l PrintLine) (string, bool) {
	in := l.Height > 0 && (l.Y > l.Height*(1-margin) || l.Y < l.Height*margin)
	return strings.ToLower(anyNumber.ReplaceAllString(oneLine(l.Text), "0")), in && len(l.Text) <= maxByline
}

// withoutNotes takes the notes, in small letters, off the foot of each page.
func withoutNotes(lines []PrintLine, body float64) (text, notes []PrintLine) {
	for begin := 0; begin < len(lines); {
		end := begin
		for end < len(lines) && lines[end].Page == lines[begin].Page {
			end++
		}
		foot := end
		for foot > begin && lines[foot-1].Size < body*0.93 {
			foot--
		}
		text = append(text, lines[begin:foot]...)
		notes = append(notes, lines[foot:end]...)
		begin = end
	}
	return text, notes
}

// section is a paragraph or a heading.
type section struct {
	text    string
	heading bool
}

// joinLines joins lines to paragraphs and headings.
func joinLines(lines []PrintLine, body float64) []section {
	var all []section
	right := map[int]float64{} // where full lines of a page end
	for _, l := range lines {
		right[l.Page] = max(right[l.Page], l.Right)
	}
	for i, l := range lines {
		heading := l.Size > body*1.12 && len(l.Text) <= maxByline
		last := len(all) - 1
		switch {
		case last >= 0 && heading && all[last].heading && near(lines[i-1], l, 2):
			all[last].text = joinWords(all[last].text, l.Text)
		case last < 0 || heading || all[last].heading || beginsParagraph(lines[i-1], l, right[lines[i-1].Page]):
			all = append(all, section{l.Text, heading})
		default:
			all[last].text = joinWords(all[last].text, l.Text)
		}
	}
	return all
}

// beginsParagraph reports whether a line begins a paragraph: behind a gap, with an indent
// or a bullet, or after a short line that ends a sentence.
func beginsParagraph(before, l PrintLine, right float64) bool {
	ends := endsSentence(before.Text)
	switch {
	case bullet.MatchString(l.Text):
		return true
	case before.Page != l.Page || l.Y > before.Y: // the next page or column
		return ends && (isShort(before, right) || !startsSmall(l.Text) && l.X > before.X+0.5*l.Size && l.X < before.X+4*l.Size)
	case !near(before, l, 1.75) || math.Abs(before.Size-l.Size) > 0.12*l.Size:
		return true
	}
	return ends && isShort(before, right) || l.X > before.X+0.8*l.Size && l.X < before.X+4*l.Size && !startsSmall(l.Text)
}

// isShort reports whether a line ends far from the right edge. Lines of unknown width are not short.
func isShort(l PrintLine, right float64) bool { return l.Right > l.X+1 && l.Right < right-6*l.Size }

// near reports whether a line stands below another within a few times its size.
func near(above, l PrintLine, times float64) bool {
	gap := above.Y - l.Y
	return above.Page == l.Page && gap >= 0 && gap <= times*max(l.Size, above.Size)
}

func startsSmall(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLower(first)
}

// joinWords joins a line to a text: a word that a hyphen divides becomes whole, and
// scripts without blanks get none.
func joinWords(text, line string) string {
	if text == "" {
		return line
	}
	for _, hyphen := range []string{"-", "\u2010", "\u00ad"} {
		if whole, found := strings.CutSuffix(text, hyphen); found && startsSmall(line) {
			if before, _ := utf8.DecodeLastRuneInString(whole); unicode.IsLower(before) {
				return whole + line
			}
		}
	}
	before, _ := utf8.DecodeLastRuneInString(text)
	next, _ := utf8.DecodeRuneInString(line)
	if isWide(before) && isWide(next) && !unicode.Is(unicode.Hangul, next) || isUnspaced(before) && isUnspaced(next) {
		return text + line
	}
	return text + " " + line
}

func letterCount(text string) int {
	count := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			count++
		}
	}
	return count
}
