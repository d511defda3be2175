package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"corridor/articles"
	"corridor/service"
)

// articlesCommand lists articles, and changes their state and labels.
type articlesCommand struct {
	List     articlesList     `cmd:"" help:"List articles, newest first."`
	Show     articlesShow     `cmd:"" help:"Show an article with its text."`
	Hold     articlesHold     `cmd:"" help:"Keep an article out of feeds and digests until it is released."`
	Release  articlesRelease  `cmd:"" help:"Release an article that is held or withdrawn."`
	Withdraw articlesWithdraw `cmd:"" help:"Remove an article from feeds, digests and archive."`
	Label    articlesLabel    `cmd:"" help:"Set the programs and regions of an article. They override the labels of its page until --reset."`
	Import   articlesImport   `cmd:"" help:"Import articles from HTML, Markdown or plain-text files."`
}

// withArticles runs fn on the opened store.
func withArticles(ctx context.Context, p *program, fn func(*service.Service, *articles.Store) error) error {
	p.quiet()
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	return fn(s, articles.NewStore(s.DB))
}

func (p *program) printArticles(asJSON bool, s *service.Service, list []articles.Article) error {
	documents, rows := []articles.Document{}, [][]string{}
	for _, a := range list {
		d := a.Document(s.Zone)
		documents = append(documents, d)
		date := ""
		title := d.Title
		if a.HeldReason != "" {
			title += " (held: the page " + a.HeldReason + ")"
		}
		if !a.Published.IsZero() {
			date = a.Published.In(s.Zone).Format("2006-01-02")
		}
		rows = append(rows, []string{
			strconv.FormatInt(a.ID, 10), string(d.State), date, strings.Join(append(append([]string{}, d.Programs...), d.Regions...), " "), title, d.URL,
		})
	}
	return p.table(asJSON, documents, []string{"id", "state", "date", "labels", "title", "address"}, rows)
}

type articlesList struct {
	State   string `help:"Only articles in this state: released, held or withdrawn." enum:",released,held,withdrawn" default:""`
	Program string `help:"Only articles of this program." placeholder:"SLUG"`
	Region  string `help:"Only articles of this region." placeholder:"SLUG"`
	Unclear bool   `help:"Only articles without a region that may be about one: label them by hand."`
	Limit   int    `help:"Maximum rows; 0: all." default:"0"`
	JSON    bool   `name:"json" help:"Print one JSON document."`
}

// Run lists.
func (c articlesList) Run(ctx context.Context, p *program) error {
	return withArticles(ctx, p, func(s *service.Service, store *articles.Store) error {
		if err := knownLabels(s, nonEmpty(c.Program), nonEmpty(c.Region)); err != nil {
			return err
		}
		f := articles.Filter{Program: c.Program, Region: c.Region, Unclear: c.Unclear, Limit: c.Limit}
		if c.State != "" {
			f.States = []articles.State{articles.State(c.State)}
		}
		list, err := store.List(ctx, f)
		if err != nil {
			return err
		}
		return p.printArticles(c.JSON, s, list)
	})
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// knownLabels returns a usage error for a slug that is not configured.
func knownLabels(s *service.Service, programs, regions []string) error {
	known := s.Labels()
	var names []string
	for _, p := range known.Programs {
		names = append(names, p.Slug)
	}
	if err := knownSlugs("program", programs, names); err != nil {
		return err
	}
	names = nil
	for _, r := range known.Regions {
		names = append(names, r.Slug)
	}
	return knownSlugs("region", regions, names)
}

func knownSlugs(what string, slugs, known []string) error {
	for _, slug := range slugs {
		found := false
		for _, k := range known {
			found = found || k == slug
		}
		if !found {
			return usagef("there is no %s %q; known are %s", what, slug, strings.Join(known, ", "))
		}
	}
	return nil
}

type articlesShow struct {
	Article string `arg:"" help:"Address or id."`
	JSON    bool   `name:"json" help:"Print one JSON document."`
}

// Run shows one article.
func (c articlesShow) Run(ctx context.Context, p *program) error {
	return withArticles(ctx, p, func(s *service.Service, store *articles.Store) error {
		a, err := store.Find(ctx, c.Article)
		if err != nil {
			return err
		}
		versions, err := store.Versions(ctx, a.ID)
		if err != nil {
			return err
		}
		d := a.FullDocument(s.Zone, versions)
		if c.JSON {
			return p.printJSON(d)
		}
		fmt.Fprintf(p.stdout, "%s\n%s\n", a.Title, a.URL)
		for _, line := range [][2]string{
			{"Authors", strings.Join(a.Authors, ", ")},
			{"Programs", strings.Join(a.Programs, ", ")},
			{"Regions", strings.Join(a.Regions, ", ")},
			{"Image", a.ImageURL},
			{"Image credit", a.ImageCredit},
			{"State", string(a.State)},
			{"Held because the page", a.HeldReason},
			{"Text of the feed, because the page", a.Refused},
			{"Words", strconv.Itoa(a.Words)},
		} {
			if line[1] != "" {
				fmt.Fprintf(p.stdout, "%s: %s\n", line[0], line[1])
			}
		}
		for _, l := range a.Labels {
			fmt.Fprintln(p.stdout, l)
		}
		for _, m := range a.Media {
			fmt.Fprintf(p.stdout, "Embeds a %s: %s\n", m.Kind, strings.TrimSpace(m.Title+" "+m.URL))
		}
		for _, v := range versions {
			fmt.Fprintf(p.stdout, "In another language: %s %s\n", v.Language, v.URL)
		}
		if d.Published != nil {
			fmt.Fprintf(p.stdout, "Published: %s\n", *d.Published)
		}
		_, err = fmt.Fprintf(p.stdout, "\n%s\n", a.ContentText)
		return err
	})
}

type articlesHold struct {
	Article string `arg:"" help:"Address or id."`
	JSON    bool   `name:"json" help:"Print one JSON document."`
}

// Run holds an article.
func (c articlesHold) Run(ctx context.Context, p *program) error {
	return changeArticle(ctx, p, c.Article, c.JSON, (*articles.Store).Hold)
}

type articlesRelease struct {
	Article string `arg:"" help:"Address or id."`
	JSON    bool   `name:"json" help:"Print one JSON document."`
}

// Run releases an article.
func (c articlesRelease) Run(ctx context.Context, p *program) error {
	return changeArticle(ctx, p, c.Article, c.JSON, (*articles.Store).Release)
}

type articlesWithdraw struct {
	Article string `arg:"" help:"Address or id."`
	JSON    bool   `name:"json" help:"Print one JSON document."`
}

// Run withdraws an article.
func (c articlesWithdraw) Run(ctx context.Context, p *program) error {
	return changeArticle(ctx, p, c.Article, c.JSON, (*articles.Store).Withdraw)
}

// changeArticle changes one article and prints it.
func changeArticle(ctx context.Context, p *program, key string, asJSON bool, change func(*articles.Store, context.Context, int64, time.Time) (articles.Article, error)) error {
	return withArticles(ctx, p, func(s *service.Service, store *articles.Store) error {
		a, err := store.Find(ctx, key)
		if err != nil {
			return err
		}
		if a, err = change(store, ctx, a.ID, p.now()); err != nil {
			return err
		}
		return p.printArticles(asJSON, s, []articles.Article{a})
	})
}

type articlesLabel struct {
	Article string   `arg:"" help:"Address or id."`
	Program []string `help:"A program of the article; may be repeated. Without it the programs stay; none removes all." placeholder:"SLUG"`
	Region  []string `help:"A region of the article; may be repeated. Without it the regions stay; none removes all." placeholder:"SLUG"`
	Reset   bool     `help:"Return to the labels of the page."`
	JSON    bool     `name:"json" help:"Print one JSON document."`
}

// Run labels an article.
func (c articlesLabel) Run(ctx context.Context, p *program) error {
	if emptyLabel(c.Program) || emptyLabel(c.Region) {
		return usagef("the name of a label is empty; --program none and --region none remove all labels")
	}
	programs, regions := givenLabels(c.Program), givenLabels(c.Region)
	switch named := programs != nil || regions != nil; {
	case c.Reset && named:
		return usagef("--reset returns to the labels of the page; give either --reset, or --program and --region")
	case !c.Reset && !named:
		return usagef("name labels with --program and --region, or return to the labels of the page with --reset")
	}
	return withArticles(ctx, p, func(s *service.Service, store *articles.Store) error {
		if err := knownLabels(s, programs, regions); err != nil {
			return err
		}
		a, err := store.Find(ctx, c.Article)
		if err != nil {
			return err
		}
		known := true
		if c.Reset {
			a, known, err = store.ResetLabels(ctx, a.ID, p.now())
		} else {
			a, err = store.Label(ctx, a.ID, programs, regions, p.now())
		}
		if err != nil {
			return err
		}
		if !known {
			fmt.Fprintln(p.stderr, "the labels of the page are not stored; the next gather reads them")
		}
		return p.printArticles(c.JSON, s, []articles.Article{a})
	})
}

// noLabels is the value of a flag that removes all labels of its kind.
const noLabels = "none"

// emptyLabel reports whether a flag has an empty value, such as a variable of a script that
// is not set.
func emptyLabel(flag []string) bool {
	return flag != nil && len(flag) == 0 || slices.Contains(flag, "")
}

// givenLabels returns nil for a flag that is not given, and an empty list for "none".
func givenLabels(flag []string) []string {
	if slices.Equal(flag, []string{noLabels}) {
		return []string{}
	}
	return flag
}
