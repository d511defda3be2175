package main

import (
	"context"
	"io"
	"os"

	"corridor/bench"
)

// benchCommand measures the product beside references, in one run.
type benchCommand struct {
	Feeds  benchFeeds  `cmd:"" help:"Feeds beside a bare server with the same bytes, and nginx where that is installed."`
	Send   benchSend   `cmd:"" help:"The sender beside smtp-source, or a bare client where that is not installed."`
	Gather benchGather `cmd:"" help:"Gathering: reading beside Readability and parsing alone, a thousand sources due at once, and a first gather."`
	Sink   benchSink   `cmd:"" hidden:""`
	Site   benchSite   `cmd:"" hidden:""`
}

type benchFeeds struct {
	bench.Feeds `embed:""`
	JSON        bool `name:"json" help:"Print one JSON document."`
}

// Run measures feeds.
func (c benchFeeds) Run(ctx context.Context, p *program) error {
	p.quiet()
	r, err := c.Measure(ctx, p.log)
	if err != nil {
		return err
	}
	return p.report(c.JSON, r)
}

type benchSend struct {
	bench.Send `embed:""`
	JSON       bool `name:"json" help:"Print one JSON document."`
}

// Run measures the sender.
func (c benchSend) Run(ctx context.Context, p *program) error {
	p.quiet()
	r, err := c.Measure(ctx, p.log)
	if err != nil {
		return err
	}
	return p.report(c.JSON, r)
}

type benchGather struct {
	bench.Gather `embed:""`
	JSON         bool `name:"json" help:"Print one JSON document."`
}

// Run measures gathering.
func (c benchGather) Run(ctx context.Context, p *program) error {
	p.quiet()
	r, err := c.Measure(ctx, p.log)
	if err != nil {
		return err
	}
	return p.report(c.JSON, r)
}

// report prints the result of a benchmark.
func (p *program) report(asJSON bool, r interface{ WriteText(w io.Writer) error }) error {
	if asJSON {
		return p.printJSON(r)
	}
	return r.WriteText(p.stdout)
}

// benchSink is the mail server of bench send.
type benchSink struct{}

// Run serves until standard input ends.
func (benchSink) Run(p *program) error { return bench.Sink(os.Stdin, p.stdout) }

// benchSite is the site of bench gather.
type benchSite struct{}

// Run serves until standard input ends.
func (benchSite) Run(p *program) error { return bench.Site(os.Stdin, p.stdout) }
