// Package postgrestest gives each test a separate migrated database on one private server
// for the whole test binary. It is a copy of a template, made in some 25 ms where there is
// room for the server in memory.
// fsync is off: the data is worth nothing.
package postgrestest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"corridor/postgres"
)

var (
	start   sync.Once
	running *server
	failure error
	number  atomic.Int64
)

// New returns a fresh, migrated database that goes when the test ends.
func New(t testing.TB) *postgres.DB {
	t.Helper()
	return create(t, "TEMPLATE corridor_template")
}

// NewEmpty returns a database without a schema, for tests of migrations.
func NewEmpty(t testing.TB) *postgres.DB {
	t.Helper()
	return create(t, "")
}

// NewWith returns a database without a schema that CREATE DATABASE makes with these
// options, such as an encoding or a locale.
func NewWith(t testing.TB, options string) *postgres.DB {
	t.Helper()
	return create(t, "TEMPLATE template0 "+options)
}

// Turkish is the options of a database that compares text as Turkish does: lower('I')
// is "ı".
const Turkish = `LOCALE_PROVIDER icu ICU_LOCALE 'tr' LOCALE 'C.UTF-8' ENCODING 'UTF8'`

func create(t testing.TB, template string) *postgres.DB {
	t.Helper()
	start.Do(func() { running, failure = startServer() })
	if failure != nil {
		t.Fatalf("tests need a PostgreSQL server of their own: %v", failure)
	}
	name := fmt.Sprintf("test_%d", number.Add(1))
	// The default strategy would write the whole template into the log.
	administer(t, "CREATE DATABASE "+name+" "+template+" STRATEGY file_copy")
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := postgres.Open(ctx, running.url(name), 20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		db.Close()
		// A test may have left connections of other pools behind.
		administer(t, "DROP DATABASE "+name+" WITH (FORCE)")
	})
	return db
}

// administer runs one statement outside every test's database.
func administer(t testing.TB, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := running.admin.ExecContext(ctx, statement); err != nil {
		t.Fatal(err)
	}
}
