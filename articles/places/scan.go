package places

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// zone is the part of an article in which a word stands.
type zone uint8

const (
	label zone = iota // labels of the page, its address
	title
	body
)

// token is a word of a text.
type token struct {
	start, end int32 // bytes in the text of its zone
	text       int32 // the index of that text
	hits       int32 // its words of the gazetteer: count of them from scanner.hits[hits]
	sentence   int32
	count      uint8
	zone       zone
	begins     bool // a sentence, or a label
}

// literal is a name of a configuration that the gazetteer has no code for.
type literal struct {
	words []string // folded
	first []rune   // the first of them
	area  int
	at    []int32 // tokens at which the first word stands
}

// mention is a place in a text that names countries.
type mention struct {
	first, last int // tokens
	kind        kind
	countries   []string
	weight      float64
}

// scanner reads the texts of an article once.
type scanner struct {
	g         *gazetteer
	active    mask
	texts     []string
	tokens    []token
	hits      []wordID
	mentions  []mention
	sentence  int32
	words     float64 // of the body
	opening   int32   // the last sentence of the opening
	folded    []rune  // of the word that is being read
	counts    map[string]int
	elsewhere map[*sense]bool // the decisions of isElsewhere
	literals  []literal
	noCase    bool // the text that is being read has no capitals
}

// scan reads a text of the article.
func (s *scanner) scan(text string, z zone) {
	s.texts = append(s.texts, text)
	s.noCase = z != body && !hasCapital(text)
	s.sentence++
	begins := true
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case isHan(r):
			n := s.scanHan(text, i, z, begins)
			i, begins = i+n, false
		case wordRune(r) != 0:
			n := s.scanWord(text, i, z, begins)
			i, begins = i+n, false
		default:
			if isSentenceEnd(r, text[i+size:]) {
				begins = true
				s.sentence++
			}
			i += size
		}
	}
}

// isCapital reports whether a word begins with a capital, or with a letter of a script
// without capitals.
func isCapital(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first) || !unicode.IsLower(first)
}

func hasCapital(text string) bool {
	for _, r := range text {
		if unicode.IsUpper(r) {
			return true
		}
	}
	return false
}

// isSentenceEnd reports whether a character ends a sentence; rest is what follows it.
func isSentenceEnd(r rune, rest string) bool {
	switch r {
	case '.', '!', '?', '։':
		return rest == "" || rest[0] == ' ' || rest[0] == '\n'
	case '\n', '。', '！', '？', '؟', '۔', ':':
		return true
	}
	return false
}

// scanWord reads the word that begins at a byte, and returns its length in bytes.
func (s *scanner) scanWord(text string, start int, z zone, begins bool) int {
	s.folded = s.folded[:0]
	node, i := root, start
	var ends [8]struct {
		node int32
		at   int
	}
	found := 0
	for i < len(text) {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		f := wordRune(r)
		if f == 0 || f == skipped {
			if f == 0 && !isApostrophe(r) {
				break
			}
			if next, _ := utf8.DecodeRuneInString(text[i+size:]); isApostrophe(r) && !unicode.IsLetter(next) {
				break
			}
			i += size
			if isApostrophe(r) && len(s.folded) <= 7 && elided[string(s.folded)] {
				return i - start
			}
			continue
		}
		i += size
		s.folded = append(s.folded, f)
		if node == noNode {
			continue
		}
		if node = s.g.trie.next(node, f); node != noNode && len(s.g.trie.ends[node]) > 0 && found < len(ends) {
			ends[found].node, ends[found].at = node, len(s.folded)
			found++
		}
	}
	t := token{
		start: int32(start), end: int32(i), text: int32(len(s.texts) - 1), hits: int32(len(s.hits)), sentence: s.sentence, zone: z, begins: begins,
	}
	if found > 0 {
		capital := s.noCase || isCapital(text[start:])
		for n := found - 1; n >= 0; n-- {
			s.hit(&t, s.g.trie.ends[ends[n].node], s.folded[ends[n].at:], capital)
		}
	}
	for n := range s.literals {
		if l := &s.literals[n]; slices.Equal(l.first, s.folded) {
			l.at = append(l.at, int32(len(s.tokens)))
		}
	}
	s.tokens = append(s.tokens, t)
	if z == body {
		s.words++
	}
	return i - start
}

// hit adds the words of the gazetteer whose stem ends before tail, if tail is made of endings.
func (s *scanner) hit(t *token, ids []wordID, tail []rune, capital bool) {
	for _, id := range ids {
		w := &s.g.words[id]
		if w.langs&s.active == 0 || w.capital && !capital || t.count > 30 {
			continue
		}
		if len(tail) == 0 || !w.exact && s.endsWith(w.langs&s.active, tail) {
			s.hits = append(s.hits, id)
			t.count++
		}
	}
}

// endsWith reports whether tail is made of endings of one of the languages.
func (s *scanner) endsWith(langs mask, tail []rune) bool {
	for l := range endingsBy {
		if langs&(1<<l) != 0 && endingsBy[l].takes(tail) {
			return true
		}
	}
	return false
}

// hanPerWord is about how many Chinese characters make a word.
const hanPerWord = 1.7

// scanHan reads a run of Chinese characters, in which nothing separates words, and returns
// its length in bytes.
func (s *scanner) scanHan(text string, start int, z zone, begins bool) int {
	i := start
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isHan(r) {
			break
		}
		length, end := s.longestHan(text[i:])
		t := token{
			start: int32(i), end: int32(i + size), text: int32(len(s.texts) - 1), hits: int32(len(s.hits)), sentence: s.sentence, zone: z, begins: begins,
		}
		if length > 0 {
			t.end = int32(i + length)
			s.hit(&t, s.g.trie.ends[end], nil, true)
			size = length
		}
		s.tokens = append(s.tokens, t)
		if z == body {
			s.words += float64(size/3) / hanPerWord
		}
		i, begins = i+size, false
	}
	return i - start
}

// longestHan returns the length in bytes of the longest name at the beginning of a text, and
// its node in the trie.
func (s *scanner) longestHan(text string) (length int, end int32) {
	node := root
	for i, r := range text {
		if node = s.g.trie.next(node, r); node == noNode {
			break
		}
		if len(s.g.trie.ends[node]) > 0 {
			length, end = i+utf8.RuneLen(r), node
		}
	}
	return length, end
}

// wordAt returns a word of the text, folded; "" outside of the text.
func (s *scanner) wordAt(i int) string {
	if i < 0 || i >= len(s.tokens) {
		return ""
	}
	return foldWord(s.surface(i, i))
}

// surface returns words as they stand in the text.
func (s *scanner) surface(first, last int) string {
	a, b := s.tokens[first], s.tokens[last]
	return s.texts[a.text][a.start:b.end]
}

// adjoins reports whether only a space or a hyphen stands between a word and the next.
func (s *scanner) adjoins(i int) bool {
	a, b := s.tokens[i], s.tokens[i+1]
	if a.text != b.text {
		return false
	}
	for _, r := range s.texts[a.text][a.end:b.start] {
		if r != ' ' && r != '-' && r != '\u00a0' && r != '\u200c' && r != '.' && !isApostrophe(r) && r != 'l' && r != 'd' && r != 'n' {
			return false
		}
	}
	return b.start-a.end <= 4
}
