package reading

import (
	"strings"
	"testing"
)

// TestAgreement compares texts word by word, in scripts without blanks character by character.
func TestAgreement(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		want       float64
	}{
		{"equal", "Four ships came in.", "four? Four ships came in", 8.0 / 9},
		{"order does not matter", "ships came, four", "four ships came", 1},
		{"nothing in common", "four ships", "nine trains", 0},
		{"no text", "", "", 0},
		{"one without text", "four ships", "", 0},
		{"Chinese", "码头延长工程", "码头工程", 0.8},
		{"Thai", "ท่าเรือ", "ท่าเรือ", 1},
		{"Armenian", "Վագոնները դեռ չեն", "Վագոնները դեռ", 0.8},
		{"a repeated word counts once for each time", "ship ship ship", "ship", 0.5},
	} {
		if got := agreement(bagOf(c.a), bagOf(c.b)); got != c.want {
			t.Errorf("%s: the agreement is %v, want %v", c.name, got, c.want)
		}
	}
}

// TestOutdoes decides between the rules' text and one on which two other readers agree.
func TestOutdoes(t *testing.T) {
	article := strings.Repeat("the terminal handled a fifth more grain than last year ", 12)
	letters := strings.Repeat("my uncle a sailor would have disagreed with most of it ", 30)
	about := &facts{description: "The terminal handled more grain, and last year less of it."}
	for _, c := range []struct {
		name, own, others string
		facts             *facts
		want              bool
	}{
		{"the part that is the article", article + letters, article, &facts{}, true},
		{"the article with readers' letters", article, article + letters, &facts{}, false},
		{"hardly any text of our own", "the terminal handled", article, &facts{}, true},
		{"another text, that the page describes", letters, article, about, true},
		{"another text, that the page does not describe", article, letters, about, false},
		{"another text, without a description", article, letters, &facts{}, false},
	} {
		opinionOn := func(text string) *opinion {
			return &opinion{text: text, words: bagOf(text), count: len(strings.Fields(text))}
		}
		if got := opinionOn(c.others).outdoes(opinionOn(c.own), c.facts); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestReadersAreAskedWhereNeeded expects the rules' own text where the scoring of
// paragraphs confirms it, and another reader's where it does not.
func TestReadersAreAskedWhereNeeded(t *testing.T) {
	for _, c := range []struct{ page, rule string }{
		{"full-chrome", "the smallest element with nearly all of the prose"},
		{"columns-of-other-stories", "trafilatura’s way"},
		{"letters-inside-main", "the smallest element with nearly all of the prose"},
	} {
		r := readBody(t, c.page)
		for _, f := range r.Facts {
			if f.Name == "body" && f.Rule != c.rule {
				t.Errorf("the text of %s was read by the rule “%s”, want “%s”", c.page, f.Rule, c.rule)
			}
		}
	}
}
