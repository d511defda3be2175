package main

import "context"

// migrateCommand changes the database schema.
type migrateCommand struct {
	Up migrateUpCommand `cmd:"" help:"Apply every migration that is missing."`
}

type migrateUpCommand struct{}

// Run applies every migration that is missing.
func (migrateUpCommand) Run(ctx context.Context, p *program) error {
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	s.Close()
	return nil
}
