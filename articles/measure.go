package articles

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"corridor/articles/reading"
)

// Case is a text with the regions that it is about: a line of a labelled set, in JSON.
type Case struct {
	ID       string   `json:"id,omitempty"`
	URL      string   `json:"url,omitempty"`
	Language string   `json:"language,omitempty"` // BCP 47
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Labels   []string `json:"labels,omitempty"` // as the page has them
	Regions  []string `json:"regions"`          // slugs; may be empty
	Kept     bool     `json:"kept,omitempty"`   // kept aside: never used for tuning
}

// Score counts right and wrong labels.
type Score struct {
	Right  int `json:"right"`  // labels that are given and expected
	Wrong  int `json:"wrong"`  // given and not expected
	Missed int `json:"missed"` // expected and not given
}

// Precision is the part of the labels given that is right; 1 without labels.
func (s Score) Precision() float64 { return ratio(s.Right, s.Wrong) }

// Recall is the part of the labels expected that is given; 1 without expected labels.
func (s Score) Recall() float64 { return ratio(s.Right, s.Missed) }

func ratio(right, other int) float64 {
	if right+other == 0 {
		return 1
	}
	return float64(right) / float64(right+other)
}

// Mistake is a case with labels that differ from those expected.
type Mistake struct {
	Case   Case
	Given  []string // slugs
	Labels []Label  // with their reasons, also those below [Sure]
}

// Measure labels cases by their texts and returns the scores by region, in all ("") and of
// the cases that are kept aside ("kept"), and the cases that are labelled wrong.
func (l Labels) Measure(cases []Case) (map[string]Score, []Mistake) {
	scores, mistakes := map[string]Score{}, []Mistake(nil)
	for _, c := range cases {
		labels := l.Match(c.reading(), c.URL)
		given := Slugs(labels, RegionLabel)
		for _, region := range l.Regions {
			score := scoreOf(slices.Contains(given, region.Slug), slices.Contains(c.Regions, region.Slug))
			scores[region.Slug] = scores[region.Slug].plus(score)
			scores[AllRegions] = scores[AllRegions].plus(score)
			if c.Kept {
				scores[KeptCases] = scores[KeptCases].plus(score)
			}
		}
		slices.Sort(given)
		if !slices.Equal(given, sorted(c.Regions)) {
			mistakes = append(mistakes, Mistake{c, given, labels})
		}
	}
	return scores, mistakes
}

// Keys of the scores of Measure that are no region.
const (
	AllRegions = ""
	KeptCases  = "kept"
)

func scoreOf(given, expected bool) Score {
	switch {
	case given && expected:
		return Score{Right: 1}
	case given:
		return Score{Wrong: 1}
	case expected:
		return Score{Missed: 1}
	}
	return Score{}
}

func (s Score) plus(other Score) Score {
	return Score{s.Right + other.Right, s.Wrong + other.Wrong, s.Missed + other.Missed}
}

// reading is the case as it would be read from a page that names no region of its own.
func (c Case) reading() reading.Reading {
	return reading.Reading{Title: c.Title, ContentText: c.Text, Language: c.Language, Labels: c.Labels}
}

// Corrections returns the articles that staff labelled as cases, newest first.
func (s *Store) Corrections(ctx context.Context) ([]Case, error) {
	list, err := s.List(ctx, Filter{ByStaff: true})
	if err != nil {
		return nil, err
	}
	cases := make([]Case, len(list))
	for i, a := range list {
		cases[i] = Case{ID: strconv.FormatInt(a.ID, 10), URL: a.URL, Language: a.Language, Title: a.Title, Text: a.ContentText, Regions: append([]string{}, a.Regions...)}
	}
	return cases, nil
}

// maxCase is the length of a line of a labelled set, in bytes.
const maxCase = 4 << 20

// ReadCases reads a labelled set in JSON Lines. Lines that are no case, and cases with a
// region that is not configured, are errors with the number of the line; the other cases
// are returned with them.
func (l Labels) ReadCases(r io.Reader) ([]Case, []error) {
	var cases []Case
	var faults []error
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxCase)
	n := 0
	for lines.Scan() {
		if n++; len(lines.Bytes()) == 0 {
			continue
		}
		c, err := l.readCase(lines.Bytes())
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		faults = append(faults, fmt.Errorf("line %d is longer than %d MB; the lines after it are not read", n+1, maxCase>>20))
	} else if err != nil {
		faults = append(faults, fmt.Errorf("line %d: %w", n+1, err))
	}
	return cases, faults
}

func (l Labels) readCase(line []byte) (c Case, err error) {
	if err := json.Unmarshal(line, &c); err != nil {
		return c, fmt.Errorf("no JSON object with title, text, language and regions: %w", err)
	}
	if c.Title == "" && c.Text == "" {
		return c, errors.New("the case has neither title nor text")
	}
	for _, slug := range c.Regions {
		if !slices.ContainsFunc(l.Regions, func(r Region) bool { return r.Slug == slug }) {
			return c, fmt.Errorf("there is no region %q in the configuration", slug)
		}
	}
	return c, nil
}
