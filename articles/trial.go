package articles

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"corridor/articles/reading"

	"corridor/fetch"
)

// Trial is the result of reading one entry of a source as a gather would. Nothing is stored.
type Trial struct {
	Source    string
	URL       string // as it was asked for
	Final     string // that answered, after redirects; empty: no page was fetched
	Status    int    // of the answer; 0: none
	Type      string // the answer's Content-Type
	Bytes     int
	Found     Found
	Judgement reading.Judgement
	Known     Article // at the address; its ID is 0 while the address is unknown
	Err       error   // why no article can be read
}

// Listed is the present content of a source’s list.
type Listed struct {
	Entries int // in all
	Err     error
	Trials  []Trial // of the newest entries
}

// TrySource lists a source and tries its newest entries, most at the most. The error is the
// database's or that of ctx.
func (g *Gatherer) TrySource(ctx context.Context, s Source, most int) (Listed, error) {
	candidates, failure := g.candidates(ctx, s)
	r, jobs := newRound(s, nil, candidates, false)
	l := Listed{Entries: len(jobs), Err: failure}
	slices.SortStableFunc(jobs, func(a, b candidate) int { return b.newest().Compare(a.newest()) })
	for _, c := range jobs[:min(most, len(jobs))] {
		c.texts = &r.texts
		t, err := g.try(ctx, c)
		if err != nil {
			return l, err
		}
		l.Trials = append(l.Trials, t)
	}
	return l, ctx.Err()
}

// newest is the latest of the days that a source says of an entry.
func (c candidate) newest() (latest time.Time) {
	for _, day := range c.dates() {
		if day.After(latest) {
			latest = day
		}
	}
	return latest
}

// TryPage tries the page at an address as an entry of a source.
func (g *Gatherer) TryPage(ctx context.Context, s Source, address string) (Trial, error) {
	address, err := reading.CanonicalURL(address)
	if err != nil {
		return Trial{}, fmt.Errorf("%s is no web address", address)
	}
	r, jobs := newRound(s, nil, []candidate{{URL: address}}, false)
	jobs[0].texts = &r.texts
	return g.try(ctx, jobs[0])
}

// SourceOf returns the source that an address most likely belongs to: one with a match for it
// on its own host, else a source without name and selectors.
func (g *Gatherer) SourceOf(address string) Source {
	for _, s := range g.Sources {
		if s.Kind != Folder && s.isHost(address) && matchesPath(s.Match, address) {
			return s
		}
	}
	return Source{}
}

func (g *Gatherer) try(ctx context.Context, c candidate) (Trial, error) {
	c = c.loaded()
	t := Trial{Source: c.round.source.Name, URL: cmp.Or(c.URL, c.GUID)}
	if c.URL == "" || c.Whole || c.round.source.Kind == Folder {
		t.Found, _, t.Err = g.read(ctx, c, knownPage{})
		t.Judgement = reading.Judgement{Verdict: reading.IsArticle, Confidence: 1, Reasons: []string{"the source itself gives the text"}}
	} else {
		g.tryPage(ctx, c, &t)
	}
	if t.Err != nil && errors.Is(t.Err, reading.ErrNoArticle) && t.Judgement.Verdict == reading.IsArticle {
		t.Judgement = reading.Judgement{Verdict: reading.NotArticle, Confidence: 1, Reasons: []string{Failure{Err: t.Err}.Reason()}}
	}
	if t.Err != nil && t.Status == 0 || c.URL == "" {
		return t, ctx.Err()
	}
	id, err := g.store.atAddress(ctx, cmp.Or(t.Found.URL, c.URL))
	if err == nil && id != 0 {
		t.Known, err = g.store.Get(ctx, id)
	}
	return t, err
}

// tryPage fetches, reads and judges a page.
func (g *Gatherer) tryPage(ctx context.Context, c candidate, t *Trial) {
	page, err := g.client.Get(ctx, c.URL, fetch.Validators{})
	var status *fetch.StatusError
	if errors.As(err, &status) {
		t.Status = status.Status
	}
	if err != nil {
		t.Err = err
		return
	}
	t.Final, t.Status, t.Type, t.Bytes = page.URL, page.Status, page.ContentType, len(page.Body)
	r, err := readAny(ctx, reading.Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body, Seen: g.Now(), Near: c.dates(), Hosts: c.round.source.Hosts, Selectors: c.round.source.Selectors, Explain: true})
	t.Err = err
	if r.IsPage() {
		e := caseOf(c, page, r)
		if err == nil && e.IsBare() {
			e.Stray = reading.Overlap(r.ContentText, g.strayText(ctx, c), 2) >= sameText
		}
		t.Judgement = reading.Judge(e)
	}
	if c.Text != nil {
		r.FillFrom(*c.Text)
	}
	t.Found = g.Describe(r, cmp.Or(r.URL, page.URL))
}

// TrialDocument is the JSON form of a [Trial].
type TrialDocument struct {
	Document
	Source      string          `json:"source,omitempty"`
	Verdict     reading.Verdict `json:"verdict"`
	Reasons     []string        `json:"reasons"`
	Confidence  float64         `json:"confidence"` // of the verdict, 0.5 to 1
	Error       string          `json:"error,omitempty"`
	Status      int             `json:"status"`
	ContentType string          `json:"content_type"`
	Bytes       int             `json:"bytes"`
	Final       string          `json:"final"` // address that answered
	Labels      []LabelDocument `json:"labels"`
	Unclear     []LabelDocument `json:"unclear"`
	Media       []reading.Media `json:"media"`
	Facts       []FactDocument  `json:"facts"`
	Cuts        []CutDocument   `json:"cuts"`
	Known       *KnownDocument  `json:"known"` // null: the article is new
	ContentHTML string          `json:"content_html"`
	ContentText string          `json:"content_text"`
}

// FactDocument is the JSON form of a [reading.Fact].
type FactDocument struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Rule    string `json:"rule"`
	Element string `json:"element"`
}

// CutDocument is the JSON form of a [reading.Cut].
type CutDocument struct {
	Element string `json:"element"`
	Rule    string `json:"rule"`
	Words   int    `json:"words"`
}

// KnownDocument names the article that is known at an address.
type KnownDocument struct {
	ID    int64 `json:"id"`
	State State `json:"state"`
}

// Document returns the JSON form of t, with times in zone.
func (t Trial) Document(zone *time.Location) TrialDocument {
	a := t.Found.preview()
	d := TrialDocument{
		Document: a.Document(zone), Source: t.Source, Verdict: t.Judgement.Verdict, Reasons: append([]string{}, t.Judgement.Reasons...), Confidence: t.Judgement.Confidence,
		Status: t.Status, ContentType: t.Type, Bytes: t.Bytes, Final: t.Final,
		Labels: LabelDocuments(a.Labels, true), Unclear: LabelDocuments(a.Labels, false), Media: append([]reading.Media{}, a.Media...),
		Facts: []FactDocument{}, Cuts: []CutDocument{}, ContentHTML: a.ContentHTML, ContentText: a.ContentText,
	}
	d.URL = t.URL
	if t.Err != nil {
		d.Error = Failure{Err: t.Err}.Reason()
	}
	for _, f := range t.Found.Facts {
		d.Facts = append(d.Facts, FactDocument(f))
	}
	for _, c := range t.Found.Cuts {
		d.Cuts = append(d.Cuts, CutDocument(c))
	}
	if t.Known.ID != 0 {
		d.Known = &KnownDocument{t.Known.ID, t.Known.State}
	}
	return d
}

// preview is the article that would be stored.
func (f Found) preview() Article {
	return Article{
		URL: f.URL, Title: f.Title, Authors: f.Authors, Published: f.Published, Updated: f.Reading.Updated, Programs: f.Programs, Regions: f.Regions,
		Summary: f.Summary, ImageURL: f.ImageURL, ImageCredit: f.ImageCredit, Language: cmp.Or(f.Reading.Language, f.Language), Words: f.Words,
		ContentHTML: f.ContentHTML, ContentText: f.ContentText, Labels: f.Labels, Media: f.Media,
	}
}
