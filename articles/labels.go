package articles

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"corridor/articles/places"
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
		labels = append(labels, l.about(r, said.hints)...)
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

// maxQuoted is the length of a label in a reason, in characters.
const maxQuoted = 120

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
					return place.name + ": " + strconv.Quote(cutAtWord(text, maxQuoted))
				}
			}
		}
	}
	return ""
}

// unclear is the least confidence with which a region is worth a look by staff.
const unclear = 0.2

// about returns the regions that a text is about, and those that it may be about, by the
// countries that it names.
func (l Labels) about(r reading.Reading, address []string) []Label {
	areas := make([]places.Area, len(l.Regions))
	for i, region := range l.Regions {
		areas[i] = places.Area{Countries: region.Countries, Words: []string{region.Name}}
	}
	text := places.Text{Labels: slices.Concat(r.Labels, address), Title: r.Title, Body: r.ContentText, Language: r.Language}
	var labels []Label
	for i, f := range places.Find(text, areas) {
		if f.Confidence >= unclear {
			labels = append(labels, Label{RegionLabel, l.Regions[i].Slug, f.Reason, math.Round(100*f.Confidence) / 100})
		}
	}
	return labels
}
