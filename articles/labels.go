package articles

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"corridor/articles/reading"
)

// Match returns the programs and regions of an article: those that it names itself, those
// that its labels or its address name, and, where no region is named, those of the
// countries that it is about. Regions that it may be about have a confidence below [Sure].
//
// Hints are further labels or addresses, such as the categories in a feed.
func (l Labels) Match(r reading.Reading, hints ...string) []Label {
	said := saying{texts: r.Labels}
	for _, hint := range hints {
		said.hints = append(append(said.hints, hint), pathParts(hint)...)
	}
	var labels []Label
	for _, p := range l.Programs {
		if reason := said.names(append([]string{p.Slug, p.Name}, p.Labels...), r.Programs); reason != "" {
			labels = append(labels, Label{ProgramLabel, p.Slug, reason, 1})
		}
	}
	regions := false
	for _, region := range l.Regions {
		if reason := said.names(append([]string{region.Slug, region.Name}, region.Labels...), r.Regions); reason != "" {
			labels, regions = append(labels, Label{RegionLabel, region.Slug, reason, 1}), true
		}
	}
	if !regions {
		labels = append(labels, l.about(r)...)
	}
	return labels
}

func pathParts(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return strings.Split(strings.Trim(u.Path, "/"), "/")
}

// saying holds the texts outside of an article's body that may name a label.
type saying struct {
	texts []string // labels of the page
	hints []string // its address, and labels of its feed
}

// names returns the reason of a label that one of the forms names, or "". own are the
// labels that the document states as such; in other texts a form of several words may
// stand among a few others.
func (s saying) names(forms, own []string) string {
	for _, form := range forms {
		form = reading.Fold(form)
		if form == "" {
			continue
		}
		for _, place := range []struct {
			texts []string
			name  string
			whole bool
		}{{own, "stated in the document", true}, {s.texts, "label of the page", false}, {s.hints, "address or feed", false}} {
			for _, text := range place.texts {
				t := reading.Fold(text)
				if t == form || !place.whole && strings.Contains(form, " ") && len(t) < 3*len(form) && reading.ContainsWords(t, form) {
					return place.name + ": " + strconv.Quote(text)
				}
			}
		}
	}
	return ""
}

// titleWeight is how many mentions in the text one in the headline is worth.
const titleWeight = 5

// about names the regions that a text is about: a region counts when the text mentions its
// name, its countries or their people in the headline or often enough for its length. A
// passing mention labels nothing.
func (l Labels) about(r reading.Reading) []Label {
	terms := map[string][]regionTerm{}
	for i, region := range l.Regions {
		for _, name := range append([]string{region.Name}, region.Countries...) {
			for _, form := range append([]string{name}, peoples[strings.ToLower(name)]...) {
				words := strings.Fields(reading.Fold(form))
				if len(words) > 0 {
					terms[words[0]] = append(terms[words[0]], regionTerm{i, words})
				}
			}
		}
	}
	counts := make([]int, len(l.Regions))
	countTerms(r.Title, terms, counts, titleWeight)
	countTerms(r.ContentText, terms, counts, 1)
	enough := min(max(r.Words/200, 2), 6)
	var labels []Label
	for i, n := range counts {
		if n > 0 {
			reason := fmt.Sprintf("%d mentions in the headline and the text", n)
			labels = append(labels, Label{RegionLabel, l.Regions[i].Slug, reason, min(1, Sure*float64(n)/float64(enough))})
		}
	}
	return labels
}

type regionTerm struct {
	region int
	words  []string
}

func countTerms(text string, terms map[string][]regionTerm, counts []int, weight int) {
	words := strings.Fields(reading.Fold(text))
	for i := 0; i < len(words); i++ {
		for _, term := range terms[words[i]] {
			if i+len(term.words) <= len(words) && slices.Equal(words[i:i+len(term.words)], term.words) && !isOther(words, i) {
				counts[term.region] += weight
				i += len(term.words) - 1
				break
			}
		}
	}
}

// isOther tells a Georgia in America from the one in the Caucasus.
func isOther(words []string, i int) bool {
	if words[i] != "georgia" {
		return false
	}
	near := words[max(0, i-2):min(len(words), i+3)]
	for _, w := range near {
		switch w {
		case "atlanta", "tech", "savannah", "senator", "governor", "alabama", "florida", "tennessee", "augusta", "bulldogs":
			return true
		}
	}
	return i > 0 && words[i-1] == "south"
}

// peoples are other names of countries, and of their people.
var peoples = map[string][]string{
	"kazakhstan":   {"Kazakh", "Kazakhs", "Kazakhstani", "Kazakhstanis", "Kazakhstan's", "Казахстан", "Казахстана", "Казахстане", "Qazaqstan", "Qazaxıstan"},
	"kyrgyzstan":   {"Kyrgyz", "Kyrgyz Republic", "Kyrgyzstani", "Kirghizia", "Кыргызстан", "Киргизия", "Кыргызстана"},
	"tajikistan":   {"Tajik", "Tajiks", "Tajikistani", "Таджикистан", "Таджикистана"},
	"turkmenistan": {"Turkmen", "Turkmens", "Turkmenistani", "Туркменистан", "Туркменистана"},
	"uzbekistan":   {"Uzbek", "Uzbeks", "Uzbekistani", "Узбекистан", "Узбекистана", "O'zbekiston"},
	"azerbaijan":   {"Azerbaijani", "Azerbaijanis", "Azeri", "Azeris", "Azərbaycan", "Азербайджан", "Азербайджана"},
	"armenia":      {"Armenian", "Armenians", "Армения", "Армении"},
	"georgia":      {"Georgian", "Georgians", "Грузия", "Грузии"},
	"türkiye":      {"Turkey", "Turkish", "Turks", "Turkiye"},
	"turkey":       {"Türkiye", "Turkish", "Turks", "Turkiye"},
	"russia":       {"Russian", "Russians", "Russian Federation", "Россия", "России"},
	"iran":         {"Iranian", "Iranians"},
	"afghanistan":  {"Afghan", "Afghans"},
	"china":        {"Chinese"},
	"ukraine":      {"Ukrainian", "Ukrainians", "Украина", "Украины"},
	"mongolia":     {"Mongolian", "Mongolians", "Mongols"},
	"pakistan":     {"Pakistani", "Pakistanis"},
	"india":        {"Indian", "Indians"},
	"moldova":      {"Moldovan", "Moldovans"},
	"belarus":      {"Belarusian", "Belarusians"},
	"romania":      {"Romanian", "Romanians"},
	"bulgaria":     {"Bulgarian", "Bulgarians"},
	"germany":      {"German", "Germans"},
	"france":       {"French"},
	"poland":       {"Polish", "Poles"},
}
