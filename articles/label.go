package articles

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
)

// Label is a program or a region of an article, with the words that it was read from.
type Label struct {
	Kind       string  `json:"kind"`       // ProgramLabel or RegionLabel
	Label      string  `json:"label"`      // slug
	Reason     string  `json:"reason"`     // which words, and where they stand
	Confidence float64 `json:"confidence"` // from 0 to 1; below [Sure] the article does not get the label
}

// The kinds of labels.
const (
	ProgramLabel = "program"
	RegionLabel  = "region"
)

// Sure is the least confidence with which an article gets a label.
const Sure = 0.5

// IsSure reports whether an article gets the label.
func (l Label) IsSure() bool { return l.Confidence >= Sure }

// String is the label as a line for people.
func (l Label) String() string {
	if !l.IsSure() {
		return fmt.Sprintf("Unclear: %s %s, confidence %.2f: %s", l.Kind, l.Label, l.Confidence, l.Reason)
	}
	return fmt.Sprintf("Label: %s %s, confidence %.2f: %s", l.Kind, l.Label, l.Confidence, l.Reason)
}

// Slugs returns the labels of one kind that are sure.
func Slugs(labels []Label, kind string) []string {
	var slugs []string
	for _, l := range labels {
		if l.Kind == kind && l.IsSure() {
			slugs = append(slugs, l.Label)
		}
	}
	return slugs
}

// replaceLabels returns labels with those of one kind replaced by others with one reason.
func replaceLabels(labels []Label, kind string, slugs []string, reason string) []Label {
	labels = slices.DeleteFunc(slices.Clone(labels), func(l Label) bool { return l.Kind == kind })
	for _, slug := range slugs {
		labels = append(labels, Label{kind, slug, reason, 1})
	}
	return labels
}

// storedLabels is the column labels: the findings of the last reading.
type storedLabels []Label

// Value implements [driver.Valuer].
func (s storedLabels) Value() (driver.Value, error) {
	if s == nil {
		return "[]", nil
	}
	text, err := json.Marshal(s)
	return string(text), err
}

// Scan implements [database/sql.Scanner].
func (s *storedLabels) Scan(value any) error {
	text, ok := value.([]byte)
	if !ok {
		return fmt.Errorf("articles: the column labels is %T", value)
	}
	return json.Unmarshal(text, s)
}

// of returns the labels of an article, and those that its text is not sure of. Labels of
// staff are sure. A label that is older than the reading keeps a reason that says so.
func (s storedLabels) of(a Article, staff bool) []Label {
	labels := []Label{}
	add := func(kind string, slugs []string) {
		for _, slug := range slugs {
			labels = append(labels, s.reasonOf(kind, slug, staff))
		}
		for _, l := range s {
			if l.Kind == kind && !l.IsSure() && !staff && !slices.Contains(slugs, l.Label) {
				labels = append(labels, l)
			}
		}
	}
	add(ProgramLabel, a.Programs)
	add(RegionLabel, a.Regions)
	return labels
}

// reasonOf returns the label of an article that has it.
func (s storedLabels) reasonOf(kind, slug string, staff bool) Label {
	if staff {
		return Label{kind, slug, "set by staff", 1}
	}
	for _, l := range s {
		if l.Kind == kind && l.Label == slug && l.IsSure() {
			return l
		}
	}
	return Label{kind, slug, "given by an earlier reading", Sure}
}
