package reading

import (
	_ "embed"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:generate sh -c "go run dates_generate.go $CLDR > dates_words.txt"

// cldrDates are the words of dates in many languages; its first lines say in which form.
//
//go:embed dates_words.txt
var cldrDates string

// calendarWords are the words of dates in all languages, folded by [foldDate].
type calendarWords struct {
	months   map[string]time.Month // of the Gregorian calendar
	persian  map[string]int        // months of the Persian calendar
	islamic  map[string]int        // months of the Islamic calendar
	weekdays map[string]bool
	days     map[string]int           // "today" and the like: days before the day of reading
	past     map[string]time.Duration // "{0} hours ago": how long one of them is
	begins   map[string]bool          // first words of names of months of several words
	croatian map[string]bool          // names of months that mean the month before in Croatian
}

// allCalendarWords reads cldrDates once. A word that languages use for different months
// keeps the meaning of the language that stands first.
var allCalendarWords = sync.OnceValue(func() *calendarWords {
	w := &calendarWords{
		months: map[string]time.Month{}, persian: map[string]int{}, islamic: map[string]int{}, weekdays: map[string]bool{},
		days: map[string]int{}, past: map[string]time.Duration{}, begins: map[string]bool{}, croatian: map[string]bool{},
	}
	for line := range strings.Lines(cldrDates) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) == 3 {
			w.take(fields[0], fields[1], strings.Split(foldDate(fields[2]), "|"))
		}
	}
	for begin, month := range beginningsOf(w.months) {
		if _, whole := w.months[begin]; !whole && month != 0 {
			w.months[begin] = month
		}
	}
	return w
})

// past are the units of past times, by the kind of their lines.
var past = map[string]time.Duration{"s": time.Second, "n": time.Minute, "h": time.Hour, "D": day, "W": 7 * day}

const day = 24 * time.Hour

// take takes the words of a line.
func (w *calendarWords) take(locale, kind string, words []string) {
	for i, word := range words {
		name := strings.Trim(word, ".'")
		if kind == "m" || kind == "i" {
			for at := strings.IndexByte(name, ' '); at > 0; at = nextBlank(name, at) {
				w.begins[name[:at]] = true
			}
		}
		switch kind {
		case "m":
			if known, is := w.months[name]; locale == "hr" && is && known == time.Month(i+2) {
				w.croatian[name] = true
			}
			addWord(w.months, name, time.Month(i+1))
		case "p":
			addWord(w.persian, name, i+1)
		case "i":
			addWord(w.islamic, name, i+1)
		case "d":
			for _, part := range append(strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == ' ' }), name) {
				w.weekdays[part] = w.weekdays[part] || len(part) > 2
			}
		case "0", "1", "2":
			addWord(w.days, word, int(kind[0]-'0'))
		default:
			if unit := past[kind]; unit > 0 {
				addWord(w.past, word, unit)
			}
		}
	}
}

// nextBlank is where the next blank stands behind one, or -1.
func nextBlank(text string, at int) int {
	next := strings.IndexByte(text[at+1:], ' ')
	if next < 0 {
		return -1
	}
	return at + 1 + next
}

// addWord adds a word that has no meaning yet.
func addWord[T any](words map[string]T, word string, meaning T) {
	if _, is := words[word]; !is && word != "" {
		words[word] = meaning
	}
}

// foldDate writes a text of dates in one way: small letters without accents, blanks and
// dashes of one kind, one i for the four of Turkish, and the digits of all scripts as 0 to 9.
func foldDate(text string) string {
	plain := true
	for i := 0; i < len(text) && plain; i++ {
		plain = text[i] < 0x80
	}
	if plain {
		return strings.ToLower(text)
	}
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range norm.NFD.String(strings.ToLower(digits(text))) {
		switch {
		case r >= 0x300 && r <= 0x36f, r >= 0x200b && r <= 0x200f, r == 0x2060, r == 0xfeff: // accents, marks of direction
		case r == 'ı':
			b.WriteByte('i')
		case r == 'ʻ', r == 'ʼ', r == '’', r == '‘', r == '`', r == '׳':
			b.WriteByte('\'')
		case r == '‐', r == '‑', r == '‒', r == '−':
			b.WriteByte('-')
		case r == '॰': // behind abbreviations in Hindi
			b.WriteByte('.')
		case r == '،', r == '，', r == '、':
			b.WriteByte(',')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// monthOf is the month of a folded word, with a preposition that some languages join to it;
// 0 for another word.
func (w *calendarWords) monthOf(word string) time.Month {
	if m := w.months[word]; m != 0 {
		return m
	}
	if m := months[word]; m != 0 {
		return m
	}
	if rest, is := strings.CutSuffix(word, "ын"); is && w.months[rest] != 0 { // Mongolian: of the month
		return w.months[rest]
	}
	for _, joined := range joinedToMonth {
		if rest, is := strings.CutPrefix(word, joined); is && w.months[rest] != 0 {
			return w.months[rest]
		}
	}
	return 0
}

// joinedToMonth are prepositions that Catalan and Hebrew write as one word with a month.
var joinedToMonth = []string{"d'", "ב", "ל"}
