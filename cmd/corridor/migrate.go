package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// migrateCommand changes the database schema.
type migrateCommand struct {
	Up     migrateUpCommand     `cmd:"" help:"Apply every migration that is missing."`
	Down   migrateDownCommand   `cmd:"" help:"Undo the newest migration, and delete the data of its tables."`
	Status migrateStatusCommand `cmd:"" help:"List the migrations."`
}

type migrateUpCommand struct{}

// Run applies every migration that is missing.
func (migrateUpCommand) Run(ctx context.Context, p *program) error {
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = fmt.Fprintln(p.stdout, "the schema is up to date")
	return err
}

type migrateDownCommand struct{}

// Run undoes the newest migration.
func (migrateDownCommand) Run(ctx context.Context, p *program) error {
	s, err := p.connect(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.DB.CheckSchema(ctx); err != nil {
		return err
	}
	name, err := s.DB.MigrateDown(ctx)
	if err == nil && name == "" {
		return errors.New("there is no migration to undo")
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, "undid "+name)
	return err
}

type migrateStatusCommand struct {
	JSON bool `name:"json" help:"Print one JSON document."`
}

// Run lists the migrations, also those of a newer version of the program.
func (c *migrateStatusCommand) Run(ctx context.Context, p *program) error {
	s, err := p.connect(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	list, err := s.DB.Migrations(ctx)
	if err != nil {
		return err
	}
	type line struct {
		Name      string     `json:"name"`
		AppliedAt *time.Time `json:"applied"`
	}
	lines, rows := []line{}, [][]string{}
	for _, m := range list {
		applied := "missing"
		l := line{Name: m.Name}
		if !m.AppliedAt.IsZero() {
			at := m.AppliedAt.In(s.Zone)
			l.AppliedAt, applied = &at, at.Format(time.RFC3339)
		}
		lines, rows = append(lines, l), append(rows, []string{m.Name, applied})
	}
	return p.table(c.JSON, lines, []string{"migration", "applied"}, rows)
}
