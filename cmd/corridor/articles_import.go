package main

import (
	"context"

	"corridor/articles/reading"

	"corridor/articles"
	"corridor/service"
)

type articlesImport struct {
	Paths   []string `arg:"" name:"path" help:"Files, or folders of them: .html, .md (with front matter), .txt or .pdf."`
	Program []string `help:"A program of the articles, instead of those in the file; may be repeated." placeholder:"SLUG"`
	Region  []string `help:"A region of the articles, instead of those in the file; may be repeated." placeholder:"SLUG"`
	URL     string   `help:"The address of the article; for one file." placeholder:"URL"`
	News    bool     `help:"Include the articles in the next digests, also when they are old."`
	JSON    bool     `name:"json" help:"Print one JSON document."`
}

// Run imports. A file that cannot be read is reported, and the others are imported.
func (c articlesImport) Run(ctx context.Context, p *program) error {
	return withArticles(ctx, p, func(s *service.Service, _ *articles.Store) error {
		if err := knownLabels(s, c.Program, c.Region); err != nil {
			return err
		}
		files, missing := articles.Files(c.Paths...)
		if c.URL != "" && len(files) > 1 {
			return usagef("--url names the address of one article, but there are %d files", len(files))
		}
		if _, err := reading.CanonicalURL(c.URL); c.URL != "" && err != nil {
			return usagef("--url %q is not an address; write it like https://www.example.org/the-article", c.URL)
		}
		g, err := s.Gatherer(ctx)
		if err != nil {
			return err
		}
		rows, failures, err := g.ImportFiles(ctx, files, articles.ImportOptions{Programs: c.Program, Regions: c.Region, URL: c.URL, News: c.News})
		if err != nil {
			return err
		}
		return p.printRows(c.JSON, s, rows, append(missing, failures...))
	})
}
