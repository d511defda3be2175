package places

import "strings"

// wordSet is a set of folded words.
type wordSet map[string]bool

func setOf(list string) wordSet {
	set := wordSet{}
	for word := range strings.SplitSeq(list, "|") {
		if word = foldWord(word); word != "" && word != "-" {
			set[word] = true
		}
	}
	return set
}

// sense tells other senses of a name by the words of the text.
type sense struct{ near, far, other wordSet }

// senses are the rules of senses.tsv.
type senses struct {
	names         map[string][]sense // by form
	given         wordSet
	states        wordSet
	places        wordSet
	after, before [len(endingsBy)]wordSet
}

func newSenses(data string) senses {
	s := senses{names: map[string][]sense{}}
	for _, row := range rows(data) {
		switch row[0] {
		case "sense":
			rule := sense{setOf(row[2]), setOf(row[3]), setOf(row[4])}
			for form := range strings.SplitSeq(row[1], "|") {
				s.names[foldWord(form)] = append(s.names[foldWord(form)], rule)
			}
		case "given":
			s.given = setOf(row[1])
		case "state":
			s.states = setOf(row[1])
		case "place":
			s.places = setOf(row[1])
		case "after", "before":
			for l, name := range languages {
				if name == row[1] && row[0] == "after" {
					s.after[l] = setOf(row[2])
				} else if name == row[1] {
					s.before[l] = setOf(row[2])
				}
			}
		}
	}
	return s
}

// isNoun reports whether a word is one of the nouns of a language that a people's adjective
// stands with.
func isNoun(sets *[len(endingsBy)]wordSet, active mask, word string) bool {
	for l, set := range sets {
		if set != nil && active&(1<<l) != 0 && set[word] {
			return true
		}
	}
	return false
}

// nearness is how many words before and after a name tell its sense.
const nearness = 3

// otherSense reports whether a mention is about something else than the country.
func (s *scanner) otherSense(m mention) bool {
	r := &s.g.senses
	before, after := s.wordAt(m.first-1), s.wordAt(m.last+1)
	if m.kind == people && (isNoun(&r.after, s.active, after) || isNoun(&r.before, s.active, before)) {
		return true
	}
	if m.kind == town && (r.places[after] || r.places[before]) {
		return true
	}
	if m.kind != people && r.states[after] && after != s.wordAt(m.first) {
		return true
	}
	name := s.wordAt(m.first)
	if m.first == m.last && r.given[strings.TrimSuffix(name, "s")] && s.isPartOfName(m) {
		return true
	}
	rules := r.names[name]
	for n := range rules {
		rule := &rules[n]
		for i := m.first - nearness; i <= m.last+nearness; i++ {
			if (i < m.first || i > m.last) && rule.near[s.wordAt(i)] {
				return true
			}
		}
		if s.isElsewhere(rule) {
			return true
		}
	}
	return false
}

// isPartOfName reports whether a word with a capital that is no place stands beside a name
// that is also a given name or a surname. Headlines give no sign of it.
func (s *scanner) isPartOfName(m mention) bool {
	if s.tokens[m.first].zone != body {
		return false
	}
	next, previous := m.last+1, m.first-1
	if s.isNamePart(next) && s.adjoins(m.last) && !titles[s.wordAt(next)] {
		return true
	}
	return s.isNamePart(previous) && s.adjoins(previous) && !s.tokens[previous].begins && !titles[s.wordAt(previous)]
}

// isNamePart reports whether a word begins with a capital and names no place.
func (s *scanner) isNamePart(i int) bool {
	return i >= 0 && i < len(s.tokens) && s.tokens[i].zone == body && isCapital(s.surface(i, i)) && s.tokens[i].count == 0
}

// titles are words with a capital beside the name of a country.
var titles = setOf("president|prime|foreign|minister|ministry|king|queen|government|parliament|ambassador|republic|kingdom|embassy|in|the|of|from|to|for|and|central|north|south|east|west|northern|southern|eastern|western|january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|is|has|with|visit|bank|state|army|police|customs|railway|railways")

// isElsewhere reports whether the text has more words for another sense than for the
// country. It is decided once for a text.
func (s *scanner) isElsewhere(rule *sense) bool {
	decided, known := s.elsewhere[rule]
	if !known {
		if s.elsewhere == nil {
			s.elsewhere = map[*sense]bool{}
		}
		decided = s.countOf(rule.far) > s.countOf(rule.other)
		s.elsewhere[rule] = decided
	}
	return decided
}

// countOf counts the words of a set in the text. The words of a text are counted when the
// first of its names needs it.
func (s *scanner) countOf(set wordSet) int {
	if s.counts == nil {
		s.counts = make(map[string]int, len(s.tokens))
		for i := range s.tokens {
			s.counts[s.wordAt(i)]++
		}
	}
	n := 0
	for word := range set {
		n += s.counts[word]
	}
	return n
}
