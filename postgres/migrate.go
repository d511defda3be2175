package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"corridor/migrations"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// MigrateUp applies every migration that is missing. Any number of processes may
// call it at once: one works under an advisory lock, the others wait for it. The error is
// a [NewerSchemaError] when the schema is newer than the program's.
func (db *DB) MigrateUp(ctx context.Context) error {
	apart, err := db.Apart(2, 0) // a migration may take long
	if err != nil {
		return err
	}
	defer apart.Close()
	p, err := apart.provider()
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("postgres: migrating: %w", err)
	}
	return db.CheckSchema(ctx)
}

// MigrateDown undoes the newest migration, and with it drops the data in its tables. It
// returns the name of the file, or "" when no migration was left.
func (db *DB) MigrateDown(ctx context.Context) (string, error) {
	apart, err := db.Apart(2, 0) // a migration may take long
	if err != nil {
		return "", err
	}
	defer apart.Close()
	p, err := apart.provider()
	if err != nil {
		return "", err
	}
	result, err := p.Down(ctx)
	switch {
	case errors.Is(err, goose.ErrNoNextVersion):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("postgres: migrating: %w", err)
	}
	return result.Source.Path, nil
}

// Migration is one file of the schema.
type Migration struct {
	Name      string
	AppliedAt time.Time // zero: not applied
}

// Migrations lists every file of the schema, in order, and behind them the migrations of
// a newer version that are applied.
func (db *DB) Migrations(ctx context.Context) ([]Migration, error) {
	p, err := db.provider()
	if err != nil {
		return nil, err
	}
	status, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("postgres: reading the schema's state: %w", err)
	}
	list := make([]Migration, len(status))
	for i, s := range status {
		list[i] = Migration{Name: s.Source.Path, AppliedAt: s.AppliedAt}
	}
	var newer []struct {
		Version int64     `db:"version_id"`
		Applied time.Time `db:"tstamp"`
	}
	if err := db.SelectContext(ctx, &newer, `
		SELECT version_id, tstamp FROM goose_db_version WHERE version_id > $1 ORDER BY version_id`, SchemaVersion()); err != nil {
		return nil, fmt.Errorf("postgres: reading the schema's state: %w", err)
	}
	for _, n := range newer {
		list = append(list, Migration{Name: fmt.Sprintf("%05d, of a newer version", n.Version), AppliedAt: n.Applied})
	}
	return list, nil
}

func (db *DB) provider() (*goose.Provider, error) {
	// Twice a second for a minute: a start-up waits for another process's migration.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db.DB.DB, migrations.Files, goose.WithSessionLocker(locker))
}

// Pending counts the migrations that are not applied.
func Pending(list []Migration) int {
	n := 0
	for _, m := range list {
		if m.AppliedAt.IsZero() {
			n++
		}
	}
	return n
}
