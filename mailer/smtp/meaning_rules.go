package smtp

import (
	_ "embed" // the table of rules
	"fmt"
	"slices"
	"strings"
)

//go:embed meaning_rules.tsv
var ruleText string

// rule is a row of the table from words to meanings: its kind, its words, and a reply that
// needs it, which TestEveryRuleIsNeeded checks.
type rule struct{ kind, words, example string }

// ruleBook are the rules, ready to match.
type ruleBook struct {
	rewordings []rewording
	first      meaningRules // before the mailbox
	nouns      phrases      // words for a mailbox
	domains    phrases      // words for a domain
	states     phrases      // after a noun: it does not exist
	before     phrases      // before a noun: it does not exist
	between    phrases      // words that may stand between them
	last       meaningRules // when nothing else matches
}

// meaningRules are rules in their order: from words and an enhanced code (see isOfCode) to a
// meaning.
type meaningRules struct {
	words    phrases
	meanings []Meaning
	codes    []string // enhanced
}

func (m *meaningRules) add(meaning Meaning, enhanced string, words phrase) {
	m.words.add(words)
	m.meanings, m.codes = append(m.meanings, meaning), append(m.codes, enhanced)
}

// meaning returns the meaning of the first rule that matches, or "".
func (m *meaningRules) meaning(enhanced string, words []string) Meaning {
	first := len(m.meanings)
	for n, code := range m.codes { // rules of codes alone
		if len(m.words.list[n]) == 0 && isOfCode(enhanced, code) {
			first = n
			break
		}
	}
	for i := range words {
		m.words.each(words, i, func(n, _ int) {
			if n < first && isOfCode(enhanced, m.codes[n]) {
				first = n
			}
		})
	}
	if first == len(m.meanings) {
		return ""
	}
	return m.meanings[first]
}

// rewording replaces words before the other rules match.
type rewording struct {
	words   phrase
	instead []string
}

// theRules are the rules of the table. Tests leave out single rows.
var theRules = bookOf(readRules(ruleText))

// readRules reads the table. A line that begins with "#" is a heading.
func readRules(text string) (rules []rule) {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 3 {
			panic(fmt.Sprintf("smtp: not three columns: %q", line))
		}
		rules = append(rules, rule{cells[0], cells[1], cells[2]})
	}
	return rules
}

// bookOf sorts rules by their kinds.
func bookOf(rules []rule) *ruleBook {
	b := &ruleBook{}
	lists := map[string]*phrases{"noun": &b.nouns, "domain": &b.domains, "state": &b.states, "before": &b.before, "between": &b.between}
	for _, r := range rules {
		enhanced, words, found := strings.Cut(r.words, ": ")
		if !found {
			enhanced, words = "", r.words
		}
		words, instead, _ := strings.Cut(words, "=>")
		p := phraseOf(words)
		meaning, isLast := strings.CutPrefix(r.kind, "else ")
		switch {
		case r.kind == "instead":
			b.rewordings = append(b.rewordings, rewording{p, strings.Fields(instead)})
		case lists[r.kind] != nil:
			lists[r.kind].add(p)
		case !slices.Contains(Meanings, Meaning(meaning)):
			panic(fmt.Sprintf("smtp: the rule %q is of no known kind", r.kind))
		case isLast:
			b.last.add(Meaning(meaning), enhanced, p)
		default:
			b.first.add(Meaning(meaning), enhanced, p)
		}
	}
	return b
}
