package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"corridor/articles"
	"corridor/service"
)

// sourcesTest shows how a page or the newest entries of a source are read.
type sourcesTest struct {
	Target string `arg:"" help:"Address of a page, or name of a source." placeholder:"URL|NAME"`
	Source string `help:"The source that an address is tested for: its selectors apply. Default: the source that it fits." placeholder:"NAME"`
	Limit  int    `help:"Newest entries of a source that are tested." default:"3"`
	Text   bool   `help:"Print the whole text, and all that was cut."`
	JSON   bool   `name:"json" help:"Print one JSON document: an object for an address, an array for a source."`
}

// Run tests without storing anything. It fails when no article can be read.
func (c sourcesTest) Run(ctx context.Context, p *program) error {
	p.quiet()
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	g, err := s.Gatherer(ctx)
	if err != nil {
		return err
	}
	if strings.Contains(c.Target, "://") {
		return c.page(ctx, p, s, g)
	}
	source, err := p.sourceNamed(s, g, c.Target)
	if err != nil {
		return err
	}
	listed, err := g.TrySource(ctx, source, c.Limit)
	if err != nil {
		return err
	}
	documents := []articles.TrialDocument{}
	for _, t := range listed.Trials {
		documents = append(documents, t.Document(s.Zone))
	}
	if c.JSON {
		err = p.printJSON(documents)
	} else {
		fmt.Fprintf(p.stdout, "%s lists %d entries", source.Name, listed.Entries)
		if len(documents) > 0 {
			fmt.Fprintf(p.stdout, "; the newest %d", len(documents))
		}
		fmt.Fprintln(p.stdout)
		for _, d := range documents {
			fmt.Fprintln(p.stdout)
			c.print(p.stdout, d)
		}
	}
	switch {
	case err != nil:
		return err
	case listed.Err != nil:
		return fmt.Errorf("%s: %s", source.Name, articles.Failure{Err: listed.Err}.Reason())
	case listed.Entries == 0:
		return fmt.Errorf("%s lists nothing that matches; look at its url and match", source.Name)
	}
	return nil
}

func (c sourcesTest) page(ctx context.Context, p *program, s *service.Service, g *articles.Gatherer) error {
	source := g.SourceOf(c.Target)
	if c.Source != "" {
		var err error
		if source, err = p.sourceNamed(s, g, c.Source); err != nil {
			return err
		}
	}
	trial, err := g.TryPage(ctx, source, c.Target)
	if err != nil {
		return err
	}
	d := trial.Document(s.Zone)
	if c.JSON {
		err = p.printJSON(d)
	} else {
		c.print(p.stdout, d)
	}
	if err == nil && d.Error != "" {
		return fmt.Errorf("%s: %s", d.URL, d.Error)
	}
	return err
}

// sourceNamed returns a configured source, or a usage error that names those there are.
func (p *program) sourceNamed(s *service.Service, g *articles.Gatherer, name string) (articles.Source, error) {
	for _, source := range g.Sources {
		if source.Name == name {
			return source, nil
		}
	}
	return articles.Source{}, usagef("there is no source %q; %s names %s", name, p.globals.Config, sourceNames(s.Config))
}

// shownCuts is how many of the largest cuts are shown without --text.
const shownCuts = 10

// print prints a trial step by step: what was fetched, the verdict, each fact with its rule, what
// was cut, the labels, the text.
func (c sourcesTest) print(out io.Writer, d articles.TrialDocument) {
	fmt.Fprintln(out, d.URL)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(w, "  "+strings.Join(cells, "\t")) }
	if d.Source != "" {
		row("source", d.Source)
	}
	if d.Status != 0 {
		row("fetched", fetchedLine(d))
	}
	if d.Error != "" {
		row("error", d.Error)
	}
	if d.Verdict != "" {
		row("verdict", fmt.Sprintf("%s, confidence %.2f", strings.ReplaceAll(string(d.Verdict), "_", " "), d.Confidence))
	}
	for _, reason := range d.Reasons {
		row("", "the page "+reason)
	}
	row("known", knownLine(d))
	hasDate := false
	for _, f := range d.Facts {
		hasDate = hasDate || f.Name == "published"
		row(f.Name, excerpt(f.Value, 60), f.Rule, f.Element)
	}
	if d.Published != nil && !hasDate {
		row("published", *d.Published)
	}
	for _, l := range d.Labels {
		row(l.Kind, l.Label, fmt.Sprintf("%.2f", l.Confidence), l.Reason)
	}
	for _, l := range d.Unclear {
		row("unclear", l.Label, fmt.Sprintf("%.2f", l.Confidence), l.Reason)
	}
	for _, m := range d.Media {
		row("media", string(m.Kind), excerpt(m.Title, 60), m.URL)
	}
	cuts := slices.Clone(d.Cuts)
	slices.SortStableFunc(cuts, func(a, b articles.CutDocument) int { return b.Words - a.Words })
	for i, cut := range cuts {
		if i == shownCuts && !c.Text {
			row("cut", fmt.Sprintf("and %d more, with --text", len(cuts)-i))
			break
		}
		row("cut", fmt.Sprintf("%d words", cut.Words), cut.Rule, cut.Element)
	}
	_ = w.Flush()
	if d.ContentText != "" {
		text := d.ContentText
		if !c.Text {
			text = excerpt(text, 400)
		}
		fmt.Fprintf(out, "\n  %s\n", strings.ReplaceAll(text, "\n", "\n  "))
	}
}

func fetchedLine(d articles.TrialDocument) string {
	line := fmt.Sprintf("%d, %s, %d KB", d.Status, d.ContentType, (d.Bytes+1023)/1024)
	if d.Final != "" && d.Final != d.URL {
		line += ", at " + d.Final
	}
	return line
}

func knownLine(d articles.TrialDocument) string {
	if d.Known == nil {
		return "no, a gather would store it as new"
	}
	return fmt.Sprintf("article %d, %s", d.Known.ID, d.Known.State)
}

// excerpt is the beginning of a text, of that many characters at most.
func excerpt(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}
