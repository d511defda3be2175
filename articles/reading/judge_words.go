package reading

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// wallRow holds the phrases of pages of one kind in one language. A title is a whole title, or
// the part of one beside the site's name. A phrase is a run of words anywhere in the
// text; "*" at the end of a word stands for any ending, "…" for up to six words.
// Phrases are statements of such a page about itself to its visitor, never the mere name of
// the matter, which articles are about as well. testdata/judge/walls has a page for each
// row, named by kind and language.
type wallRow struct {
	wall     Wall
	language string
	titles   []phrase
	phrases  []phrase
}

// wallTable is a table of wallRows.
type wallTable struct{ rows []wallRow }

func wallTableOf(rows []wallRow) *wallTable {
	t := &wallTable{}
	var rules []rule
	for _, r := range rows {
		rules = append(rules, r.rule())
	}
	addTable(rules, func(rules []rule) {
		t.rows = slices.DeleteFunc(slices.Clone(rows), func(r wallRow) bool { return !slices.Contains(rules, r.rule()) })
	})
	return t
}

// rule is the row in the form that all tables have; its pages are those of its kind and
// language in testdata/judge/walls.txt.
func (r wallRow) rule() rule {
	name := string(r.wall) + " " + r.language
	return rule{name, "walls/" + name}
}

// phrase is a folded phrase of a row.
type phrase struct {
	text  string
	words []string
}

// gap stands in a phrase for up to maxGap words.
const (
	gap    = "…"
	maxGap = 6
)

// row makes a wallRow of texts with phrases separated by "|".
func row(w Wall, language, titles, phrases string) wallRow {
	return wallRow{w, language, phrasesOf(titles), phrasesOf(phrases)}
}

func phrasesOf(list string) []phrase {
	var phrases []phrase
	for _, text := range strings.Split(list, "|") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p := phrase{text: text}
		for _, word := range strings.Fields(text) {
			switch {
			case word == gap:
				p.words = append(p.words, gap)
			case strings.HasSuffix(word, "*"):
				folded := foldWords(word)
				folded[len(folded)-1] += "*"
				p.words = append(p.words, folded...)
			default:
				p.words = append(p.words, foldWords(word)...)
			}
		}
		phrases = append(phrases, p)
	}
	return phrases
}

// foldedTitle is a title, or a part of one, and its words.
type foldedTitle struct {
	text  string
	words []string
}

// matchTitle looks for a title that is one of the row's, and returns it with its
// weight. A title of one word may be an article's.
func (r wallRow) matchTitle(titles []foldedTitle) (string, float64) {
	for _, title := range titles {
		for _, t := range r.titles {
			if rest, ok := t.matchAt(title.words); ok && len(rest) == 0 {
				if len(title.words) == 1 {
					return title.text, 2
				}
				return title.text, 4
			}
		}
	}
	return "", 0
}

// foldTitles folds titles and their parts before and after the separators that
// sites put between a title and their name.
func foldTitles(titles []string) []foldedTitle {
	var folded []foldedTitle
	for _, title := range titles {
		parts := append([]string{title}, strings.FieldsFunc(titleSeparators.Replace(title), func(c rune) bool { return c == '|' || c == '｜' })...)
		for _, part := range parts[:min(len(parts), 5)] {
			if words := foldWords(part); len(words) > 0 && len(words) < 20 {
				folded = append(folded, foldedTitle{strings.TrimSpace(part), words})
			}
		}
	}
	return folded
}

var titleSeparators = strings.NewReplacer(" - ", "|", " – ", "|", " — ", "|", " · ", "|", " :: ", "|", " » ", "|", " / ", "|")

// foldedText is a text's words and where each stands.
type foldedText struct {
	words []string
	at    map[string][]int
}

func foldText(text string) foldedText {
	t := foldedText{words: foldWords(text), at: map[string][]int{}}
	for i, w := range t.words {
		t.at[w] = append(t.at[w], i)
	}
	return t
}

// starts are the places where a word that matches pattern stands.
func (t foldedText) starts(pattern string) []int {
	stem, open := strings.CutSuffix(pattern, "*")
	if !open {
		return t.at[pattern]
	}
	var places []int
	for word, at := range t.at {
		if strings.HasPrefix(word, stem) {
			places = append(places, at...)
		}
	}
	return places
}

// matchPhrases returns the row's phrases that stand in a text.
func (r wallRow) matchPhrases(text foldedText) []string {
	var found []string
	for _, p := range r.phrases {
		for _, i := range text.starts(p.words[0]) {
			if p.begins(text.words[i:]) {
				found = append(found, p.text)
				break
			}
		}
	}
	return found
}

// begins reports whether a folded text begins with the phrase.
func (p phrase) begins(text []string) bool {
	_, ok := p.matchAt(text)
	return ok
}

// matchAt matches the phrase at the beginning of a folded text and returns the rest.
func (p phrase) matchAt(text []string) (rest []string, ok bool) {
	for i, word := range p.words {
		if word == gap {
			after := phrase{words: p.words[i+1:]}
			if len(after.words) == 0 {
				return text[min(maxGap, len(text)):], true
			}
			for skip := 0; skip <= maxGap && skip < len(text); skip++ {
				if rest, ok := after.matchAt(text[skip:]); ok {
					return rest, true
				}
			}
			return nil, false
		}
		if len(text) == 0 || !wordMatches(word, text[0]) {
			return nil, false
		}
		text = text[1:]
	}
	return text, true
}

func wordMatches(pattern, word string) bool {
	if stem, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(word, stem)
	}
	return pattern == word
}

// foldWords splits a text into words without case, accents and marks, so that spellings
// of one word are equal. Scripts that write no blanks give a word for each letter.
func foldWords(text string) []string {
	var words []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	for _, c := range norm.NFKD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, c) || c == '\'' || c == '’' || c == 'ʻ' || c == 'ʼ' || c == '‘' || c == '`' || c == '\u200c' || c == '\u00ad':
		case isUnspaced(c):
			end()
			words = append(words, string(c))
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			word.WriteRune(foldRune(c))
		default:
			end()
		}
	}
	end()
	return words
}

// isUnspaced tells letters of scripts that write no blanks between words.
func isUnspaced(c rune) bool {
	return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}

// foldRune maps letters that decomposition leaves to the one that stands for them all.
func foldRune(c rune) rune {
	switch c {
	case 'ı':
		return 'i'
	case 'ي', 'ى':
		return 'ی'
	case 'ك':
		return 'ک'
	case 'ة':
		return 'ه'
	}
	return c
}

// Overlap is the share of a's runs of n words that b has too, 0 to 1.
func Overlap(a, b string, n int) float64 { return Share(WordRuns(a, n), WordRuns(b, n)) }

// Share is the share of the runs of a that b has too, 0 to 1.
func Share(a, b map[string]bool) float64 {
	if len(a) == 0 {
		return 0
	}
	same := 0
	for run := range a {
		if b[run] {
			same++
		}
	}
	return float64(same) / float64(len(a))
}

// WordRuns are the runs of n words in a text, or the whole text when it has fewer.
func WordRuns(text string, n int) map[string]bool {
	words := foldWords(text)
	n = min(n, max(1, len(words)))
	set := make(map[string]bool, len(words))
	for i := 0; i+n <= len(words); i++ {
		set[strings.Join(words[i:i+n], " ")] = true
	}
	return set
}
