package places

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// Data of the gazetteer; names.tsv and senses.tsv explain themselves, cldr.tsv is written by
// cldr_generate.go.
var (
	//go:embed cldr.tsv
	cldrData string
	//go:embed names.tsv
	namesData string
	//go:embed senses.tsv
	sensesData string
)

// wordID is an index into gazetteer.words.
type wordID int32

// word is a word of a name in the languages that write it so.
type word struct {
	langs   mask
	exact   bool // takes no endings
	capital bool // begins with a capital
	stem    string
}

// kind is the kind of a name, a letter of names.tsv.
type kind byte

const (
	country kind = 'n'
	people  kind = 'p'
	town    kind = 't'
	office  kind = 'o'
	leader  kind = 'l'
	water   kind = 'w'
	group   kind = 'g'
	nothing kind = '-'
)

// phrase is a name of one or several words.
type phrase struct {
	words     []wordID
	kind      kind
	countries []string // ISO 3166-1 codes
	length    int      // characters of its stems
}

// gazetteer holds all names.
type gazetteer struct {
	trie      *trie
	words     []word
	phrases   map[wordID][]phrase // by the first word, most words first
	codes     map[string]string   // folded names of countries, to their codes
	detector  detector
	senses    senses
	interning map[word]wordID
}

// theGazetteer is built when the first text is read.
var theGazetteer = sync.OnceValue(newGazetteer)

func newGazetteer() *gazetteer {
	g := &gazetteer{
		trie: newTrie(), phrases: map[wordID][]phrase{}, codes: map[string]string{}, detector: newDetector(),
		interning: map[word]wordID{}, senses: newSenses(sensesData),
	}
	g.loadCLDR()
	g.loadNames()
	for _, list := range g.phrases {
		slices.SortStableFunc(list, func(a, b phrase) int {
			if len(a.words) != len(b.words) {
				return len(b.words) - len(a.words)
			}
			return b.length - a.length
		})
	}
	g.interning = nil
	return g
}

// rows returns the rows of a table without comments.
func rows(data string) [][]string {
	var list [][]string
	for line := range strings.Lines(data) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && line[0] != '#' {
			list = append(list, strings.Split(line, "\t"))
		}
	}
	return list
}

// centralAsia is the code of the region in CLDR (UN M.49) that stands in the table of countries.
const centralAsia = "143"

func (g *gazetteer) loadCLDR() {
	for _, row := range rows(cldrData)[1:] {
		countries, k := []string{row[0]}, kind(row[1][0])
		if row[0] == centralAsia {
			countries, k = []string{"KZ", "KG", "TJ", "TM", "UZ"}, group
		}
		for l, forms := range row[2:] {
			langs := mask(1) << l
			if l == int(english) && k == town { // CLDR leaves out names that are written as in English
				langs = latin
			}
			for form := range strings.SplitSeq(forms, "|") {
				if form == "" || strings.ContainsAny(form, "(（") {
					continue
				}
				g.add(langs, countries, k, form)
				if k == country {
					g.codes[foldName(form)] = row[0]
				}
			}
		}
		if k == country {
			g.codes[strings.ToLower(row[0])] = row[0]
		}
	}
}

func (g *gazetteer) loadNames() {
	var langs mask
	for _, row := range rows(namesData) {
		if name, isHead := strings.CutPrefix(row[0], "@"); isHead {
			langs = masksByName[name]
			if i := slices.Index(languages, name); i >= 0 {
				langs = 1 << i
			}
			continue
		}
		k := kind(row[1][0])
		var countries []string
		if k != nothing {
			countries = strings.Split(row[0], "+")
		}
		for form := range strings.SplitSeq(row[2], "|") {
			g.add(langs, countries, k, form)
			if k == country && len(countries) == 1 {
				g.codes[foldName(strings.TrimRight(form, "-="))] = countries[0]
			}
		}
	}
}

var masksByName = map[string]mask{"lat": latin, "cyr": cyrillic}

// add adds a name. Its form is that of names.tsv.
func (g *gazetteer) add(langs mask, countries []string, k kind, form string) {
	exact := strings.HasSuffix(form, "=")
	form = strings.TrimSuffix(form, "=")
	bare := strings.HasSuffix(form, "-")
	p := phrase{kind: k, countries: countries}
	tokens := splitForm(form)
	for i, token := range tokens {
		w := word{langs: langs, exact: exact, capital: unicode.IsUpper([]rune(token)[0])}
		w.stem = foldWord(token)
		if !exact && (!bare || i < len(tokens)-1) && !strings.HasSuffix(token, "-") {
			w.stem = stemFor(langs, w.stem, i < len(tokens)-1)
		}
		w.stem = strings.TrimSuffix(w.stem, "-")
		p.words = append(p.words, g.intern(w))
		p.length += len([]rune(w.stem))
	}
	if len(p.words) > 0 {
		g.phrases[p.words[0]] = append(g.phrases[p.words[0]], p)
	}
}

// stemFor is stem for a form that several languages may share: Cyrillic names are declined
// as in Russian.
func stemFor(langs mask, word string, first bool) string {
	if langs == cyrillic {
		return stem(russian, word, first)
	}
	for l := range languages {
		if langs == 1<<l {
			return stem(language(l), word, first)
		}
	}
	return word
}

func (g *gazetteer) intern(w word) wordID {
	if id, ok := g.interning[w]; ok {
		return id
	}
	id := wordID(len(g.words))
	g.words = append(g.words, w)
	g.interning[w] = id
	g.trie.add(w.stem, id)
	return id
}

// splitForm splits a form into the words that a text would be split into.
func splitForm(form string) []string {
	var tokens []string
	for part := range strings.FieldsFuncSeq(form, func(r rune) bool { return !isWordRune(r) && !isApostrophe(r) && r != '-' }) {
		bare := strings.HasSuffix(part, "-")
		pieces := strings.Split(strings.Trim(part, "-"), "-")
		for i, piece := range pieces {
			if head, rest, found := strings.Cut(strings.ReplaceAll(piece, "’", "'"), "'"); found && elided[strings.ToLower(head)] {
				piece = rest
			}
			if piece == "" {
				continue
			}
			if bare && i == len(pieces)-1 {
				piece += "-"
			}
			tokens = append(tokens, piece)
		}
	}
	return tokens
}

// foldName folds a name of a configuration.
func foldName(s string) string {
	tokens := splitForm(s)
	for i := range tokens {
		tokens[i] = foldWord(tokens[i])
	}
	return strings.Join(tokens, " ")
}
