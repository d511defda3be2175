package main

import (
	"context"
	"fmt"

	"corridor/editions"
	"corridor/service"
)

// whyCommand explains why a reader did or did not get an article.
type whyCommand struct {
	Email   string `arg:"" help:"The reader's address."`
	Article string `arg:"" help:"The article's address or id."`
	JSON    bool   `name:"json" help:"Print one JSON document."`
}

// Run explains.
func (c whyCommand) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(_ *service.Service, store *editions.Store) error {
		why, err := store.Why(ctx, c.Email, c.Article, p.now())
		if err != nil {
			return err
		}
		if c.JSON {
			return p.printJSON(why)
		}
		answer := "did not get"
		if why.Got {
			answer = "got"
		}
		fmt.Fprintf(p.stdout, "%s %s %q (%s).\n", why.Email, answer, why.Title, why.Article)
		for _, reason := range why.Reasons {
			fmt.Fprintln(p.stdout, reason)
		}
		return nil
	})
}
