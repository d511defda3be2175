package reading

import (
	"fmt"
	"regexp"
	"strings"
)

// rule is a row of a table of rules: words or an expression, and the test page that
// needs it. Without the rule the reading of that page changes, which TestEveryRuleIsNeeded
// checks. A page is named by its folder in testdata and its file or row; see
// testdata/README.md.
type rule struct{ text, page string }

// table is a set of rules of one purpose.
type table struct {
	rules []rule
	build func([]rule) // makes the program match by these rules
}

// tables are all tables of the package.
var tables []*table

func addTable(rules []rule, build func([]rule)) {
	build(rules)
	tables = append(tables, &table{rules, build})
}

// expression matches a text by any of its rules.
type expression struct{ *regexp.Regexp }

// expressions makes a table of regular expressions. The form is the expression around
// any of them; %s stands for the rules.
func expressions(form string, rules []rule) *expression {
	e := &expression{}
	addTable(rules, func(rules []rule) {
		var texts []string
		for _, r := range rules {
			texts = append(texts, r.text)
		}
		e.Regexp = regexp.MustCompile(fmt.Sprintf(form, strings.Join(texts, "|")))
	})
	return e
}

// dateExpressions is expressions for texts as they are and as [foldDate] writes them.
func dateExpressions(form string, rules []rule) *expression {
	e := &expression{}
	addTable(rules, func(rules []rule) {
		var texts []string
		for _, r := range rules {
			texts = append(texts, r.text)
			if folded := foldDate(r.text); folded != strings.ToLower(r.text) {
				texts = append(texts, folded)
			}
		}
		e.Regexp = regexp.MustCompile(fmt.Sprintf(form, strings.Join(texts, "|")))
	})
	return e
}

// nameSetOf makes a table of names, which match as a whole.
func nameSetOf(rules []rule) map[string]bool {
	set := map[string]bool{}
	addTable(rules, func(rules []rule) {
		clear(set)
		for _, r := range rules {
			set[r.text] = true
		}
	})
	return set
}

// wordSetOf makes a table of words, of which a rule may have several.
func wordSetOf(rules []rule) map[string]bool {
	set := map[string]bool{}
	addTable(rules, func(rules []rule) {
		clear(set)
		for _, r := range rules {
			for word := range strings.FieldsSeq(r.text) {
				set[word] = true
			}
		}
	})
	return set
}

// dateWordSetOf is wordSetOf with words folded by [foldDate].
func dateWordSetOf(rules []rule) map[string]bool {
	set := map[string]bool{}
	addTable(rules, func(rules []rule) {
		clear(set)
		for _, r := range rules {
			for word := range strings.FieldsSeq(foldDate(r.text)) {
				set[word] = true
			}
		}
	})
	return set
}

// list is a table of rules that are tried in their order.
type list struct{ texts []string }

func listOf(rules []rule) *list {
	l := &list{}
	addTable(rules, func(rules []rule) {
		l.texts = nil
		for _, r := range rules {
			l.texts = append(l.texts, r.text)
		}
	})
	return l
}

// anyIn reports whether one of the words is in a table of names.
func anyIn(words []string, set map[string]bool) bool {
	for _, word := range words {
		if set[word] {
			return true
		}
	}
	return false
}
