package main

import (
	"context"

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
