package postgres

import (
	"context"
	"fmt"

	"corridor/migrations"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// MigrateUp applies every migration that is missing. Any number of processes may
// call it at once: one works under an advisory lock, the others wait for it.
func (db *DB) MigrateUp(ctx context.Context) error {
	p, err := db.provider()
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("postgres: migrating: %w", err)
	}
	return nil
}

func (db *DB) provider() (*goose.Provider, error) {
	// Twice a second for a minute: a start-up waits for another process's migration.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db.DB.DB, migrations.Files, goose.WithSessionLocker(locker))
}
