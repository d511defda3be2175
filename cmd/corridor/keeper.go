package main

import (
	"context"

	"corridor/postgres/private"
)

// keeperCommand is the hidden process that owns the private PostgreSQL server.
type keeperCommand struct {
	Data string `arg:"" help:"Data folder."`
}

// Run keeps the server until no process uses it.
func (c *keeperCommand) Run(ctx context.Context) error { return private.Keep(ctx, c.Data) }
