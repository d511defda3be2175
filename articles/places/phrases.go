package places

import "slices"

// findMentions finds the names in the words that were read, the longest first.
func (s *scanner) findMentions() {
	var others []mention
	for i := 0; i < len(s.tokens); i++ {
		p := s.longestPhrase(i)
		if p == nil {
			continue
		}
		last := i + len(p.words) - 1
		if m := (mention{first: i, last: last, kind: p.kind, countries: p.countries}); p.kind != nothing && s.isWhole(m) {
			if s.otherSense(m) {
				others = append(others, m)
			} else {
				s.mentions = append(s.mentions, m)
			}
		}
		i = last
	}
	s.dropHeadlines(others)
}

// isWhole reports whether a name in a label or an address is all of it. The address of a
// page about turkey-tail-mushrooms names no country.
func (s *scanner) isWhole(m mention) bool {
	t := s.tokens[m.first]
	within := func(i int) bool { return i >= 0 && i < len(s.tokens) && s.tokens[i].text == t.text }
	return t.zone != label || !within(m.first-1) && !within(m.last+1)
}

// dropHeadlines takes out the mentions in headline and labels of words that the text uses
// in other senses only: a headline seldom shows that Georgia is a footballer.
func (s *scanner) dropHeadlines(others []mention) {
	if len(others) == 0 {
		return
	}
	names := wordSet{}
	for _, m := range others {
		names[s.wordAt(m.first)] = true
	}
	for _, m := range s.mentions {
		if s.tokens[m.first].zone == body {
			delete(names, s.wordAt(m.first))
		}
	}
	s.mentions = slices.DeleteFunc(s.mentions, func(m mention) bool { return s.tokens[m.first].zone != body && names[s.wordAt(m.first)] })
}

// longestPhrase returns the name with the most words, and among those with the longest stem,
// that begins at a token.
func (s *scanner) longestPhrase(i int) (best *phrase) {
	for _, id := range s.hitsOf(i) {
		list := s.g.phrases[id]
		for n := range list {
			p := &list[n]
			if best != nil && !p.beats(best) {
				break
			}
			if s.follows(p, i) {
				best = p
				break
			}
		}
	}
	return best
}

// beats reports whether of two names that stand at one place this one is meant. A phrase
// that names no country wins where all else is equal.
func (p *phrase) beats(other *phrase) bool {
	switch {
	case len(p.words) != len(other.words):
		return len(p.words) > len(other.words)
	case p.length != other.length:
		return p.length > other.length
	}
	return p.kind == nothing
}

// follows reports whether all words of a name stand at a token and after it.
func (s *scanner) follows(p *phrase, i int) bool {
	for n, id := range p.words[1:] {
		at := i + n + 1
		if at >= len(s.tokens) || !s.adjoins(at-1) || !slices.Contains(s.hitsOf(at), id) {
			return false
		}
	}
	return true
}

func (s *scanner) hitsOf(i int) []wordID {
	t := &s.tokens[i]
	return s.hits[t.hits : t.hits+int32(t.count)]
}
