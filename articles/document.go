package articles

import (
	"strings"
	"time"

	"corridor/articles/reading"
)

// Document is the JSON form of an article. Times are RFC 3339; null for the zero time.
type Document struct {
	ID          int64    `json:"id"`
	URL         string   `json:"url"`
	Title       string   `json:"title"`
	Authors     []string `json:"authors"`
	Published   *string  `json:"published"`
	Updated     *string  `json:"updated"`
	Programs    []string `json:"programs"`
	Regions     []string `json:"regions"`
	Summary     string   `json:"summary"`
	ImageURL    string   `json:"image_url"`
	ImageCredit string   `json:"image_credit"`
	Language    string   `json:"language"`
	Words       int      `json:"words"`
	State       State    `json:"state"`
	Refused     string   `json:"refused,omitempty"`
	HeldReason  string   `json:"held_reason,omitempty"`
}

// Document returns the JSON form of a, with times in zone.
func (a Article) Document(zone *time.Location) Document {
	list := func(s []string) []string { return append([]string{}, s...) } // never null
	moment := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		text := t.In(zone).Format(time.RFC3339)
		return &text
	}
	return Document{
		ID: a.ID, URL: a.URL, Title: a.Title, Authors: list(a.Authors), Published: moment(a.Published), Updated: moment(a.Updated),
		Programs: list(a.Programs), Regions: list(a.Regions), Summary: a.Summary, ImageURL: a.ImageURL, ImageCredit: a.ImageCredit,
		Language: a.Language, Words: a.Words, State: a.State, Refused: a.Refused, HeldReason: a.HeldReason,
	}
}

// FullDocument is a [Document] with the text of the article.
type FullDocument struct {
	Document
	ContentHTML string          `json:"content_html"`
	ContentText string          `json:"content_text"`
	Media       []reading.Media `json:"media"`
	ImageAlt    string          `json:"image_alt"`

	VersionsOf []reading.Version `json:"versions_of"` // the article in other languages

	Labels  []LabelDocument `json:"labels"`
	Unclear []LabelDocument `json:"unclear"` // what the text may be about, without enough certainty
}

// LabelDocument is the JSON form of a [Label].
type LabelDocument struct {
	Label      string  `json:"label"` // slug
	Kind       string  `json:"kind"`  // program or region
	Reason     string  `json:"reason"`
	Confidence float64 `json:"confidence"` // from 0 to 1
}

// LabelDocuments returns the JSON form of the labels that are sure, or of the others.
func LabelDocuments(labels []Label, sure bool) []LabelDocument {
	list := []LabelDocument{}
	for _, l := range labels {
		if l.IsSure() == sure {
			list = append(list, LabelDocument{l.Label, l.Kind, l.Reason, l.Confidence})
		}
	}
	return list
}

// FullDocument returns the JSON form of a with its text and its language versions.
func (a Article) FullDocument(zone *time.Location, versions []reading.Version) FullDocument {
	return FullDocument{a.Document(zone), a.ContentHTML, a.ContentText, append([]reading.Media{}, a.Media...), a.ImageAlt, append([]reading.Version{}, versions...), LabelDocuments(a.Labels, true), LabelDocuments(a.Labels, false)}
}

// RowDocument is the JSON form of a [Row].
type RowDocument struct {
	Document
	Outcome   Outcome `json:"outcome"`
	Source    string  `json:"source,omitempty"`
	Reason    string  `json:"reason,omitempty"`
	MovedFrom string  `json:"moved_from,omitempty"`
}

// Document returns the JSON form of r, with times in zone.
func (r Row) Document(zone *time.Location) RowDocument {
	d := RowDocument{r.Article.Document(zone), r.Outcome, r.Source, r.Reason, r.MovedFrom}
	d.URL = r.URL
	return d
}

// Reason is the text of the failure, without the statement that it is no article.
func (f Failure) Reason() string {
	return strings.TrimPrefix(f.Err.Error(), reading.ErrNoArticle.Error()+": ")
}
