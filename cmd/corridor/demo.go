package main

import (
	"context"

	"corridor/demo"
)

// demoCommand runs package demo.
type demoCommand struct {
	Listen string `help:"Address of the pages." default:"127.0.0.1:8080" placeholder:"ADDR"`
}

// Run starts the demo and serves until ctx ends.
func (c demoCommand) Run(ctx context.Context, p *program) error {
	p.quiet()
	return demo.Run(ctx, demo.Options{Listen: c.Listen, Data: p.globals.Data, Out: p.stdout, Log: p.log, Now: p.now})
}
