package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"corridor/articles"
	"corridor/config"
	"corridor/service"

	"golang.org/x/term"
)

// sourcesCommand lists and tests sources, and lets waiting changes through.
type sourcesCommand struct {
	List   sourcesList   `cmd:"" help:"List sources with their state."`
	Show   sourcesShow   `cmd:"" help:"Show what a gather of a source would change and waits for staff."`
	Test   sourcesTest   `cmd:"" help:"Show step by step how a page, or the newest entries of a source, are read. Nothing is stored."`
	Accept sourcesAccept `cmd:"" help:"Let through what waits for staff, and gather at once."`
}

// sourceDocument is the JSON form of a source. Times are RFC 3339.
type sourceDocument struct {
	Name     string  `json:"name"`
	Kind     string  `json:"kind"`
	State    string  `json:"state"` // ok, failing, braked
	LastDone *string `json:"last_done"`
	NextDue  *string `json:"next_due"`
	Error    string  `json:"error"`
	Articles int     `json:"articles"`
}

// withSources runs fn on the opened service and the documents of all configured sources.
func withSources(ctx context.Context, p *program, fn func(*service.Service, *articles.Store, []sourceDocument) error) error {
	return withArticles(ctx, p, func(s *service.Service, store *articles.Store) error {
		states, err := store.SourceStates(ctx)
		if err != nil {
			return err
		}
		counts, err := store.CountBySource(ctx)
		if err != nil {
			return err
		}
		documents := []sourceDocument{}
		for _, source := range s.Config.Sources {
			documents = append(documents, documentOf(source, states[source.Name], counts[source.Name], s.Zone))
		}
		return fn(s, store, documents)
	})
}

func documentOf(source config.Source, state articles.SourceState, count int, zone *time.Location) sourceDocument {
	moment := func(t sql.NullTime) *string {
		if !t.Valid {
			return nil
		}
		text := t.Time.In(zone).Format(time.RFC3339)
		return &text
	}
	d := sourceDocument{source.Name, source.Kind, "ok", moment(state.LastDone), moment(state.Due), state.LastError, count}
	switch {
	case state.BrakedAt.Valid:
		d.State = "braked"
		if d.Error == "" {
			d.Error = "a gather waits for staff since " + *moment(state.BrakedAt)
		}
	case state.FailingSince.Valid:
		d.State = "failing"
	}
	return d
}

type sourcesList struct {
	JSON bool `name:"json" help:"Print one JSON document."`
}

// Run lists the configured sources.
func (c sourcesList) Run(ctx context.Context, p *program) error {
	return withSources(ctx, p, func(_ *service.Service, _ *articles.Store, documents []sourceDocument) error {
		var rows [][]string
		for _, d := range documents {
			rows = append(rows, []string{d.Name, d.Kind, d.State, strconv.Itoa(d.Articles), orNever(d.LastDone), orNever(d.NextDue), d.Error})
		}
		return p.table(c.JSON, documents, []string{"name", "kind", "state", "articles", "last done", "next due", "error"}, rows)
	})
}

func orNever(text *string) string {
	if text == nil {
		return "-"
	}
	return *text
}

// sourceNamed returns the document of a configured source, or a usage error.
func sourceNamed(s *service.Service, p *program, documents []sourceDocument, name string) (sourceDocument, error) {
	i := slices.IndexFunc(documents, func(d sourceDocument) bool { return d.Name == name })
	if i < 0 {
		return sourceDocument{}, usagef("there is no source %q; %s names %s", name, p.globals.Config, sourceNames(s.Config))
	}
	return documents[i], nil
}

type sourcesShow struct {
	Name string `arg:"" help:"Source."`
	JSON bool   `name:"json" help:"Print one JSON document."`
}

// Run shows a source and the changes that wait for staff.
func (c sourcesShow) Run(ctx context.Context, p *program) error {
	return withSources(ctx, p, func(s *service.Service, store *articles.Store, documents []sourceDocument) error {
		d, err := sourceNamed(s, p, documents, c.Name)
		if err != nil {
			return err
		}
		changes, err := store.Changes(ctx, c.Name)
		if err != nil {
			return err
		}
		refused, err := store.Refused(ctx, c.Name)
		if err != nil {
			return err
		}
		if c.JSON {
			return p.printJSON(struct {
				sourceDocument
				Changes []articles.Change  `json:"changes"`
				Refused []articles.Refused `json:"refused"`
			}{d, changes, refused})
		}
		fmt.Fprintf(p.stdout, "%s: %s, %s, %s\n", d.Name, d.Kind, d.State, number(d.Articles, "article", "articles"))
		for _, line := range [][2]string{{"Last done", orNever(d.LastDone)}, {"Next due", orNever(d.NextDue)}, {"Error", d.Error}} {
			if line[1] != "" {
				fmt.Fprintf(p.stdout, "%s: %s\n", line[0], line[1])
			}
		}
		if err := p.printChanges(changes); err != nil {
			return err
		}
		return p.printRefused(refused)
	})
}

// printChanges prints the number of changes of each kind, and a row for each change.
func (p *program) printChanges(changes []articles.Change) error {
	if len(changes) == 0 {
		return nil
	}
	counts := map[articles.ChangeKind]int{}
	var rows [][]string
	for _, ch := range changes {
		counts[ch.Kind]++
		title, kept, words := ch.Title, "", strconv.Itoa(ch.Words)
		if ch.Former != "" && ch.Former != ch.Title {
			title = ch.Former + " → " + ch.Title
		}
		if ch.ArticleID != 0 {
			kept, words = fmt.Sprintf("%.0f %%", 100*ch.Kept), fmt.Sprintf("%d → %d", ch.WasWords, ch.Words)
		}
		rows = append(rows, []string{string(ch.Kind), kept, words, title, ch.URL})
	}
	fmt.Fprintf(p.stdout, "\nChanges: %d\n", len(changes))
	for _, kind := range articles.ChangeKinds {
		if counts[kind] > 0 {
			fmt.Fprintf(p.stdout, "  %s: %d\n", kind, counts[kind])
		}
	}
	fmt.Fprintln(p.stdout)
	return p.table(false, nil, []string{"change", "text kept", "words", "title", "address"}, rows)
}

// printRefused prints the pages of known articles that are no articles at present.
func (p *program) printRefused(refused []articles.Refused) error {
	if len(refused) == 0 {
		return nil
	}
	var rows [][]string
	for _, r := range refused {
		rows = append(rows, []string{r.Title, r.URL, r.Reason})
	}
	fmt.Fprintf(p.stdout, "\nKnown articles that stay as they are, because of their pages: %d\n\n", len(refused))
	return p.table(false, nil, []string{"title", "address", "why"}, rows)
}

type sourcesAccept struct {
	Name   string `arg:"" help:"Source."`
	Reread bool   `help:"Read the known articles again by the present rules, show what differs, and take it over."`
	Yes    bool   `help:"With --reread: do not ask for confirmation."`
	JSON   bool   `name:"json" help:"Print one JSON document."`
}

// Run lets the waiting changes of a source through, and gathers it.
func (c sourcesAccept) Run(ctx context.Context, p *program) error {
	return withSources(ctx, p, func(s *service.Service, store *articles.Store, documents []sourceDocument) error {
		if _, err := sourceNamed(s, p, documents, c.Name); err != nil {
			return err
		}
		if c.Reread {
			return c.reread(ctx, p, s)
		}
		n, err := store.Accept(ctx, c.Name)
		if err != nil {
			return err
		}
		if n == 0 {
			fmt.Fprintf(p.stderr, "nothing waits for staff at the source %s\n", c.Name)
			if c.JSON {
				return p.printJSON([]articles.RowDocument{})
			}
			return nil
		}
		return p.gather(ctx, s, c.JSON, c.Name)
	})
}

// reread shows the changes that the present rules make to known articles, and makes them when
// they are confirmed.
func (c sourcesAccept) reread(ctx context.Context, p *program, s *service.Service) error {
	g, err := s.Gatherer(ctx)
	if err != nil {
		return err
	}
	work, stop := s.DB.WhileOurs(ctx)
	defer stop()
	confirmed := false
	rows, failures, err := g.Reread(work, c.Name, func(changes []articles.Change) (bool, error) {
		if c.JSON && !c.Yes {
			return false, p.printJSON(changes)
		}
		if !c.JSON {
			if err := p.printChanges(changes); err != nil {
				return false, err
			}
		}
		confirmed = c.Yes || len(changes) == 0 || p.confirms("Take these changes over?")
		return confirmed, nil
	})
	if err := service.Outdated(work); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	if !confirmed {
		fmt.Fprintln(p.stderr, "nothing was changed; --yes takes the changes over")
	}
	if c.JSON && !c.Yes {
		return p.reportFailures(failures)
	}
	return p.printRows(c.JSON, s, rows, failures)
}

// confirms asks on a terminal; anywhere else the answer is no.
func (p *program) confirms(question string) bool {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return false
	}
	fmt.Fprintf(p.stderr, "%s [y/N] ", question)
	answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	return slices.Contains([]string{"y", "yes"}, strings.ToLower(strings.TrimSpace(answer)))
}
