package reading

import (
	"slices"
	"testing"
)

func TestOpeningsPassEveryTextThatARuleMatches(t *testing.T) {
	rules := []rule{{text: "about the authors?"}, {text: "ab?|zum werk|k(?:urz|napp)"}, {text: "über (?:den|die) schreiber(?:in|innen)?"}}
	o := openingsOf(rules)
	if want := []string{"ABOUT THE AUTHOR", "A", "ZUM WERK", "K", "ÜBER "}; !slices.Equal(o, want) {
		t.Errorf("openings %q; want %q", o, want)
	}
	for text, want := range map[string]bool{
		"About the Authors": true, "A": true, "ÜBER DIE AUTORIN": true, "\u212aurz": true, // the sign of Kelvin folds to k
		"About the site":  true, // as "ab?"
		"Bout the author": false, "": false, "überall": false,
	} {
		if o.match(text) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
	for _, o := range aboutOpening {
		if o == "" {
			t.Error("an opening without letters passes every text")
		}
	}
	if aboutOpening.match("About the site 7") {
		t.Error("a menu's line is taken for a box about the author")
	}
}
