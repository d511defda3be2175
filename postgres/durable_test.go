package postgres_test

import (
	"context"
	"database/sql"
	"testing"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

// Commits wait for the disk under any default of the database, the role or the address,
// and nothing stronger is made weaker. A transaction may still opt out.
func TestCommitsWaitForTheDisk(t *testing.T) {
	testkit.Heavy(t)
	settings := map[string]string{"off": "on", "local": "on", "remote_write": "on", "on": "on", "remote_apply": "remote_apply"}
	for where, set := range map[string]func(db *postgres.DB, setting string) (address string){
		"database": func(db *postgres.DB, setting string) string {
			var name string
			if err := db.Get(&name, `SELECT current_database()`); err != nil {
				t.Fatal(err)
			}
			db.MustExec(`ALTER DATABASE ` + name + ` SET synchronous_commit = ` + setting)
			return db.URL
		},
		"role in the database": func(db *postgres.DB, setting string) string {
			var name string
			if err := db.Get(&name, `SELECT format('%I IN DATABASE %I', current_user, current_database())`); err != nil {
				t.Fatal(err)
			}
			db.MustExec(`ALTER ROLE ` + name + ` SET synchronous_commit = ` + setting)
			return db.URL
		},
		"address": func(db *postgres.DB, setting string) string {
			return db.URL + " options='-c synchronous_commit=" + setting + "'"
		},
	} {
		db := postgrestest.New(t)
		for setting, want := range settings {
			holdsCommits(t, where+" says "+setting, set(db, setting), want)
		}
	}
}

// holdsCommits opens both kinds of connections at an address. Both must have this
// synchronous_commit, and a transaction may opt out.
func holdsCommits(t *testing.T, name, address, want string) {
	t.Helper()
	db, err := postgres.Open(t.Context(), address, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if got := commits(t, db.DB); got != want {
		t.Errorf("%s: the pool's is %s, want %s", name, got, want)
	}
	conn, closeConn, err := db.OpenBinary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer closeConn()
	if got := commits(t, conn); got != want {
		t.Errorf("%s: the sender's is %s, want %s", name, got, want)
	}
	var within string
	if err := conn.QueryRowContext(t.Context(), `SELECT set_config('synchronous_commit', 'off', true)`).Scan(&within); err != nil || within != "off" {
		t.Errorf("a transaction cannot opt out: %q, %v", within, err)
	}
	if got := commits(t, conn); got != want {
		t.Errorf("%s: after a transaction that opted out it is %s, want %s", name, got, want)
	}
}

func commits(t *testing.T, on interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
},
) (setting string) {
	t.Helper()
	if err := on.QueryRowContext(t.Context(), `SELECT current_setting('synchronous_commit')`).Scan(&setting); err != nil {
		t.Fatal(err)
	}
	return setting
}
