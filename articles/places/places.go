// Package places finds the countries that a text is about. It knows the names of countries
// and cities, peoples, leaders, offices and waters in seventeen languages, with the endings
// of each language; it reads a text once, and reads no file and no database.
package places

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Text is an article.
type Text struct {
	Labels   []string // labels of the page, the parts of its address
	Title    string
	Body     string
	Language string // BCP 47; a hint, since pages often declare another
}

// Area is a set of countries that articles are sorted by.
type Area struct {
	Countries []string // names in any of the languages, or ISO 3166-1 codes
	Words     []string // further words that stand for the area, such as its own name
}

// Finding says how much a text is about an area.
type Finding struct {
	Confidence float64 // from 0 to 1; from 0.5 on the text is about the area
	Reason     string  // the words that count most, and where they stand; empty: no word
}

// Find returns a finding for each area.
func Find(t Text, areas []Area) []Finding {
	codes := make([]map[string]bool, len(areas))
	var literals []literal
	for i, area := range areas {
		codes[i] = map[string]bool{}
		for _, name := range slices.Concat(area.Countries, area.Words) {
			if code := CodeOf(name); code != "" {
				codes[i][code] = true
			} else if words := strings.Fields(foldName(name)); len(words) > 0 {
				literals = append(literals, literal{words: words, first: []rune(words[0]), area: i})
			}
		}
	}
	s := read(t, literals)
	s.weigh()
	total := 0.0
	for _, m := range s.mentions {
		total += m.weight
	}
	findings := make([]Finding, len(areas))
	for i := range areas {
		findings[i] = s.find(codes[i], s.literalsOf(i), total)
	}
	return findings
}

// CodeOf returns the ISO 3166-1 code of a country that a configuration names in one of the
// languages, or "".
func CodeOf(name string) string { return theGazetteer().codes[foldName(name)] }

// maxLabelWords is how many words a label has at most: the words of an address repeat the
// headline.
const maxLabelWords = 3

// read finds the mentions of a text.
func read(t Text, literals []literal) *scanner {
	g := theGazetteer()
	s := &scanner{g: g, literals: literals, active: g.detector.languagesOf(t.Language, t.Title, t.Body)}
	for _, text := range t.Labels {
		if len(splitForm(text)) <= maxLabelWords {
			s.scan(text, label)
		}
	}
	s.scan(t.Title, title)
	first := s.sentence + 1
	s.opening = first + openingSentences - 1
	s.tokens = slices.Grow(s.tokens, len(t.Body)/6)
	s.scan(t.Body, body)
	s.findMentions()
	return s
}

// find weighs the mentions of an area against the length of the text and against the
// mentions of other countries.
// literal has the last token of names of the configuration, by the first.
func (s *scanner) find(codes map[string]bool, literal map[int]int, total float64) Finding {
	e := evidence{scanner: s}
	for _, m := range s.mentions {
		part := share(m.countries, codes, m.kind)
		if _, own := literal[m.first]; own {
			part = 1
			delete(literal, m.first)
		}
		e.take(m, part)
	}
	for _, i := range slices.Sorted(maps.Keys(literal)) {
		e.take(mention{first: i, last: literal[i], kind: country, weight: s.zoneWeight(i)}, 1)
	}
	if len(e.seen) == 0 {
		return Finding{}
	}
	need := max(s.need(), minShare*total)
	return Finding{Confidence: 1 - math.Exp2(-e.score(need)/need), Reason: e.reason()}
}

// literalsOf finds the names of an area that the gazetteer has no code for: the last token
// of each, by the first.
func (s *scanner) literalsOf(area int) map[int]int {
	found := map[int]int{}
	for _, l := range s.literals {
		for _, i := range l.at {
			if l.area == area && s.isAt(l.words, int(i)) {
				found[int(i)] = int(i) + len(l.words) - 1
			}
		}
	}
	return found
}

// isAt reports whether folded words stand at a token and after it.
func (s *scanner) isAt(words []string, i int) bool {
	for n, word := range words {
		if i+n >= len(s.tokens) || s.tokens[i+n].text != s.tokens[i].text || s.wordAt(i+n) != word {
			return false
		}
	}
	return true
}

// evidence is the weight of the mentions of one area.
type evidence struct {
	*scanner
	seen     []seen
	zones    [body + 1]float64
	partial  float64 // of waters and groups that belong to the area in part
	sentence int32
	inOne    float64 // of the present sentence
	named    bool    // by a country, a town or an office, and not by peoples and leaders alone
	whole    int     // mentions that belong to the area alone
}

type seen struct {
	zone   string
	word   string
	weight float64
}

// take adds a mention of which the area has a share.
func (e *evidence) take(m mention, share float64) {
	if share == 0 {
		return
	}
	t := e.tokens[m.first]
	w := m.weight * share
	e.seen = append(e.seen, seen{e.zoneName(m.first), shortened(e.surface(m.first, m.last)), w})
	if share < 1 {
		e.partial += w
		return
	}
	e.whole++
	e.named = e.named || m.kind != people && m.kind != leader
	if t.zone == body {
		if t.sentence != e.sentence {
			e.sentence, e.inOne = t.sentence, 0
		}
		room := maxSentence*e.zoneWeight(m.first) - e.inOne
		w = min(w, max(room, 0))
		e.inOne += w
	}
	e.zones[t.zone] += w
}

// maxSurface is the length of a name in a reason, in bytes. Marks that are no letters make a
// name long.
const maxSurface = 100

func shortened(name string) string {
	if len(name) > maxSurface {
		return strings.ToValidUTF8(name[:maxSurface], "") + "…"
	}
	return name
}

// score is the weight of all evidence. Labels, headline and shared names have a limit each.
// A people alone may be a cat's, so it needs more than two mentions; a headline that the
// text does not come back to names an aside.
func (e *evidence) score(need float64) float64 {
	score := min(e.zones[label], maxLabel) + min(e.zones[title], maxTitle) + e.zones[body] + min(e.partial, maxPartial*need)
	if !e.named && e.whole < minPeople {
		score = min(score, maxPeople*need)
	}
	if e.zones[body]+e.zones[label] == 0 && e.words > 0 {
		score = min(score, maxHeadline*need)
	}
	return score
}

// maxReasonWords is how many different words a reason has.
const maxReasonWords = 6

// reason returns the words that weigh most, by zone.
func (e *evidence) reason() string {
	type key struct{ zone, word string }
	weights, counts := map[key]float64{}, map[key]int{}
	var keys []key
	for _, s := range e.seen {
		k := key{s.zone, s.word}
		if counts[k] == 0 {
			keys = append(keys, k)
		}
		weights[k] += s.weight
		counts[k]++
	}
	slices.SortStableFunc(keys, func(a, b key) int { return cmp.Compare(weights[b], weights[a]) })
	keys = keys[:min(len(keys), maxReasonWords)]
	var parts []string
	for _, zone := range zoneNames {
		var words []string
		for _, k := range keys {
			switch {
			case k.zone != zone:
			case counts[k] > 1:
				words = append(words, fmt.Sprintf("%s (%d)", k.word, counts[k]))
			default:
				words = append(words, k.word)
			}
		}
		if len(words) > 0 {
			parts = append(parts, zone+": "+strings.Join(words, ", "))
		}
	}
	return strings.Join(parts, "; ")
}
