package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"corridor/articles/reading"

	"corridor/articles"
	"corridor/service"
)

type articlesImport struct {
	Paths   []string `arg:"" name:"path" help:"Files, or folders of them: .html, .md (with front matter) or .txt."`
	Program []string `help:"The program it stands under, instead of what the text says; may be repeated." placeholder:"SLUG"`
	Region  []string `help:"The region it is about, instead of what the text says; may be repeated." placeholder:"SLUG"`
	URL     string   `help:"The article's own address; for one file." placeholder:"URL"`
	News    bool     `help:"Let it into the next digests, however old it is."`
	JSON    bool     `name:"json" help:"Print one JSON document."`
}

// Run imports. A file that cannot be read is reported, and the others are imported.
func (c articlesImport) Run(ctx context.Context, p *program) error {
	return withArticles(ctx, p, func(s *service.Service, _ *articles.Store) error {
		if err := knownLabels(s, c.Program, c.Region); err != nil {
			return err
		}
		files, failed := c.files(p)
		if c.URL != "" && len(files) > 1 {
			return usagef("--url names one article's address, but there are %d files", len(files))
		}
		if c.URL != "" {
			if _, err := reading.CanonicalURL(c.URL); err != nil {
				return usagef("--url %q is not an address; write it like https://www.example.org/the-article", c.URL)
			}
		}
		g, err := s.Gatherer(ctx)
		if err != nil {
			return err
		}
		documents, rows := []gatherDocument{}, [][]string{}
		for _, file := range files {
			row, err := g.Import(ctx, file, articles.ImportOptions{Programs: c.Program, Regions: c.Region, URL: c.URL, News: c.News})
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				failed = true
				fmt.Fprintf(p.stderr, "%s: %s\n", file, importProblem(err))
				continue
			}
			d := gatherDocument{articleDocument: newArticleDocument(s, row.Article), Outcome: string(row.Outcome)}
			documents, rows = append(documents, d), append(rows, []string{d.Outcome, d.Title, d.URL})
		}
		if err := p.table(c.JSON, documents, []string{"outcome", "title", "address"}, rows); err != nil {
			return err
		}
		if failed {
			return errReported
		}
		return nil
	})
}

// files lists what the paths name, and tells whether one of them names nothing.
func (c articlesImport) files(p *program) (files []string, failed bool) {
	for _, path := range c.Paths {
		found, err := articles.Files(path)
		if err == nil && len(found) == 0 {
			err = errors.New("the folder holds no .html, .md or .txt file")
		}
		if err != nil {
			failed = true
			fmt.Fprintf(p.stderr, "%s: %v\n", path, err)
			continue
		}
		files = append(files, found...)
	}
	return files, failed
}

func importProblem(err error) string {
	text := strings.TrimPrefix(err.Error(), "articles: ")
	return strings.TrimPrefix(text, reading.ErrNoArticle.Error()+": ")
}
