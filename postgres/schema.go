package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"time"

	"corridor/migrations"

	"github.com/lib/pq"
)

// NewerSchemaError says that the database has a schema newer than this program's. The
// rules of a newer schema are unknown here, so nothing may be done on it.
type NewerSchemaError struct{ Theirs, Ours int64 }

func (e *NewerSchemaError) Error() string {
	return fmt.Sprintf("the database has schema %d and this program knows %d at most; run the newer version of corridor that migrated it", e.Theirs, e.Ours)
}

// SchemaVersion is the number of the newest migration that this program has.
var SchemaVersion = sync.OnceValue(func() (newest int64) {
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		panic(err) // the pattern is constant
	}
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
})

// SchemaIsOurs is a condition in SQL that no migration is applied which this program does
// not have. A statement with it does nothing once a newer schema is visible.
var SchemaIsOurs = fmt.Sprintf(`NOT EXISTS (SELECT FROM goose_db_version WHERE version_id > %d)`, SchemaVersion())

// CheckSchema returns a [NewerSchemaError] when the schema is newer than the program's. A
// database without a schema is not.
func (db *DB) CheckSchema(ctx context.Context) error {
	var theirs int64
	err := db.GetContext(ctx, &theirs, `SELECT COALESCE(max(version_id), 0) FROM goose_db_version`)
	var e *pq.Error
	switch {
	case errors.As(err, &e) && e.Code == "42P01": // undefined_table
		return nil
	case err != nil:
		return fmt.Errorf("postgres: reading the schema's version: %w", err)
	case theirs > SchemaVersion():
		return &NewerSchemaError{theirs, SchemaVersion()}
	}
	return nil
}

// schemaLook is how often a schema is looked at while something works on it.
const schemaLook = time.Second

// WhileOurs returns a context for work on the schema: it ends, with a [NewerSchemaError]
// as its cause, when the schema becomes newer than the program's. An error of the
// database does not end it.
func (db *DB) WhileOurs(ctx context.Context) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancelCause(ctx)
	go func() {
		look := time.NewTicker(schemaLook)
		defer look.Stop()
		for {
			select {
			case <-work.Done():
				return
			case <-look.C:
			}
			var newer *NewerSchemaError
			if errors.As(db.CheckSchema(work), &newer) {
				cancel(newer)
			}
		}
	}()
	return work, func() { cancel(context.Canceled) }
}
