package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"corridor/articles"
	"corridor/service"
)

// labelsCommand measures the region labels that texts get.
type labelsCommand struct {
	Measure labelsMeasure `cmd:"" help:"Print precision and recall of region labels on a labelled set."`
	Export  labelsExport  `cmd:"" help:"Write the articles that staff labelled as a labelled set."`
}

type labelsMeasure struct {
	File string `arg:"" help:"JSON Lines: an object with title, text, language and regions (slugs) a line; - is standard input."`
	JSON bool   `name:"json" help:"Print one JSON document."`
}

// measurement is the JSON form of the result.
type measurement struct {
	Cases     int             `json:"cases"`
	Precision float64         `json:"precision"`
	Recall    float64         `json:"recall"`
	Regions   []regionScore   `json:"regions"`
	Kept      *regionScore    `json:"kept"` // of the cases with "kept": true; null without any
	Mistakes  []labelsMistake `json:"mistakes"`
	Faults    []string        `json:"faults"` // lines that are no case
	total     articles.Score
}

type regionScore struct {
	Region string `json:"region,omitempty"`
	articles.Score
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
}

type labelsMistake struct {
	ID       string                   `json:"id"`
	Title    string                   `json:"title"`
	Expected []string                 `json:"expected"`
	Given    []string                 `json:"given"`
	Labels   []articles.LabelDocument `json:"labels"`
	Unclear  []articles.LabelDocument `json:"unclear"`
}

// Run measures. It needs the configuration and no database.
func (c labelsMeasure) Run(_ context.Context, p *program) error {
	p.quiet()
	configuration, err := p.config()
	if err != nil {
		return err
	}
	labels := service.LabelsOf(configuration)
	cases, faults, err := readCases(labels, c.File)
	if err != nil {
		return err
	}
	m := measure(labels, cases, faults)
	if err := p.printMeasurement(c.JSON, m); err != nil {
		return err
	}
	if len(faults) > 0 {
		for _, fault := range faults {
			fmt.Fprintf(p.stderr, "%s: %v\n", c.File, fault)
		}
		return errReported
	}
	return nil
}

func readCases(labels articles.Labels, file string) ([]articles.Case, []error, error) {
	if len(labels.Regions) == 0 {
		return nil, nil, usagef("the configuration has no [[regions]]")
	}
	var in io.Reader = os.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, nil, err
		}
		defer f.Close()
		in = f
	}
	cases, faults := labels.ReadCases(in)
	if len(cases) == 0 && len(faults) == 0 {
		return nil, nil, fmt.Errorf("%s has no case; each line is a JSON object with title, text, language and regions", file)
	}
	return cases, faults, nil
}

func measure(labels articles.Labels, cases []articles.Case, faults []error) measurement {
	scores, mistakes := labels.Measure(cases)
	m := measurement{Cases: len(cases), Regions: []regionScore{}, Mistakes: []labelsMistake{}, Faults: []string{}, total: scores[articles.AllRegions]}
	m.Precision, m.Recall = rounded(m.total)
	for _, region := range labels.Regions {
		m.Regions = append(m.Regions, newRegionScore(region.Slug, scores[region.Slug]))
	}
	if kept, some := scores[articles.KeptCases]; some {
		score := newRegionScore("", kept)
		m.Kept = &score
	}
	for _, mistake := range mistakes {
		m.Mistakes = append(m.Mistakes, labelsMistake{
			mistake.Case.ID, mistake.Case.Title, append([]string{}, mistake.Case.Regions...), append([]string{}, mistake.Given...),
			articles.LabelDocuments(mistake.Labels, true), articles.LabelDocuments(mistake.Labels, false),
		})
	}
	for _, fault := range faults {
		m.Faults = append(m.Faults, fault.Error())
	}
	return m
}

func newRegionScore(region string, s articles.Score) regionScore {
	r := regionScore{Region: region, Score: s}
	r.Precision, r.Recall = rounded(s)
	return r
}

// rounded returns precision and recall with four digits after the point.
func rounded(s articles.Score) (precision, recall float64) {
	round := func(x float64) float64 { return float64(int(x*10_000+0.5)) / 10_000 }
	return round(s.Precision()), round(s.Recall())
}

// printMeasurement prints a row for each region, a row for all, and the mistakes.
func (p *program) printMeasurement(asJSON bool, m measurement) error {
	row := func(name string, s articles.Score) []string {
		precision, recall := rounded(s)
		return []string{
			name, strconv.Itoa(s.Right), strconv.Itoa(s.Wrong), strconv.Itoa(s.Missed), strconv.FormatFloat(precision, 'f', 3, 64), strconv.FormatFloat(recall, 'f', 3, 64),
		}
	}
	var rows [][]string
	for _, region := range m.Regions {
		rows = append(rows, row(region.Region, region.Score))
	}
	rows = append(rows, row("all", m.total))
	if m.Kept != nil {
		rows = append(rows, row("kept aside", m.Kept.Score))
	}
	if err := p.table(asJSON, m, []string{"region", "right", "wrong", "missed", "precision", "recall"}, rows); err != nil || asJSON {
		return err
	}
	for _, mistake := range m.Mistakes {
		fmt.Fprintf(p.stdout, "\n%s %s\n  expected: %s\n", mistake.ID, mistake.Title, orNone(mistake.Expected))
		fmt.Fprintf(p.stdout, "  given: %s\n", orNone(mistake.Given))
		for _, l := range append(mistake.Labels, mistake.Unclear...) {
			fmt.Fprintf(p.stdout, "  %s %.2f: %s\n", l.Label, l.Confidence, l.Reason)
		}
	}
	return nil
}

func orNone(slugs []string) string {
	if len(slugs) == 0 {
		return noLabels
	}
	return strings.Join(slugs, ", ")
}

type labelsExport struct {
	Out string `help:"File to write. Empty: standard output." placeholder:"FILE"`
}

// Run writes a case a line.
func (c labelsExport) Run(ctx context.Context, p *program) error {
	return withArticles(ctx, p, func(_ *service.Service, store *articles.Store) error {
		cases, err := store.Corrections(ctx)
		if err != nil {
			return err
		}
		return p.export(c.Out, "case", "cases", func(w io.Writer) (int, error) {
			e := json.NewEncoder(w)
			e.SetEscapeHTML(false)
			for _, c := range cases {
				if err := e.Encode(c); err != nil {
					return 0, err
				}
			}
			return len(cases), nil
		})
	})
}
