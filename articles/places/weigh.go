package places

// Weights by place. A mention in the headline says as much as four in the text.
const (
	labelWeight   = 3
	titleWeight   = 4
	openingWeight = 2
	bodyWeight    = 1

	openingSentences = 2

	maxLabel    = 3   // all labels of the page
	maxTitle    = 5   // all of the headline
	maxSentence = 1.5 // one sentence, times the weight of its place
	maxPartial  = 0.4 // the most that waters and groups of countries add, as a part of the weight needed

	maxHeadline = 0.8 // of the weight needed, from a headline that the text does not come back to

	minPeople = 3   // mentions of peoples and leaders that do without a country
	maxPeople = 0.8 // of the weight needed, with fewer

	minShare = 0.15 // of all mentions of countries those of an area
)

// kindWeights are the weights of names by their kind.
var kindWeights = map[kind]float64{country: 1, town: 0.9, office: 0.8, leader: 0.7, people: 0.7, water: 0.8, group: 1}

// need is the weight from which on a text is about an area: it grows with the text.
func (s *scanner) need() float64 {
	return min(2.4+max(s.words-150, 0)/400, 6)
}

// zoneNames are the names of places in reasons.
var zoneNames = []string{"label or address", "headline", "opening", "text"}

func (s *scanner) zoneName(i int) string {
	switch t := s.tokens[i]; {
	case t.zone == label:
		return zoneNames[0]
	case t.zone == title:
		return zoneNames[1]
	case t.sentence <= s.opening:
		return zoneNames[2]
	}
	return zoneNames[3]
}

// zoneWeight is the weight of the place of a word.
func (s *scanner) zoneWeight(i int) float64 {
	switch t := s.tokens[i]; {
	case t.zone == label:
		return labelWeight
	case t.zone == title:
		return titleWeight
	case t.sentence <= s.opening:
		return openingWeight
	}
	return bodyWeight
}

// weigh gives each mention its weight. The mentions of a list of many countries weigh
// little.
func (s *scanner) weigh() {
	for i := range s.mentions {
		m := &s.mentions[i]
		m.weight = kindWeights[m.kind] * s.zoneWeight(m.first)
	}
	for i := 0; i < len(s.mentions); {
		end := s.listEnd(i)
		if n := s.different(i, end); n >= listCountries {
			for j := i; j < end; j++ {
				s.mentions[j].weight *= listWeight / float64(n)
			}
		}
		i = end
	}
}

const (
	listCountries = 4   // the fewest countries of a list
	listWeight    = 1.6 // of all countries of a list together
	listGap       = 3   // words between two names of a list
)

// listEnd returns the end of the list of names that begins at a mention.
func (s *scanner) listEnd(i int) int {
	end := i + 1
	for end < len(s.mentions) && s.tokens[s.mentions[end].first].zone == s.tokens[s.mentions[i].first].zone && s.mentions[end].first-s.mentions[end-1].last <= listGap {
		end++
	}
	return end
}

// different counts the countries of some mentions.
func (s *scanner) different(from, to int) int {
	codes := map[string]bool{}
	for _, m := range s.mentions[from:to] {
		if len(m.countries) == 1 {
			codes[m.countries[0]] = true
		}
	}
	return len(codes)
}

// share is the part that an area has in a name: 1 for a country of the area, and for a water
// or a group that mostly belongs to it.
func share(countries []string, codes map[string]bool, k kind) float64 {
	n := 0
	for _, code := range countries {
		if codes[code] {
			n++
		}
	}
	part := float64(n) / float64(max(len(countries), 1))
	if part >= 0.6 && (k != group || 2*len(countries) > len(codes)) {
		return 1
	}
	return part
}
