package postgres_test

import (
	"context"
	"database/sql"
	"testing"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
)

// Commits wait for the disk under any default of the database, the role or the address,
// and nothing stronger is made weaker. A transaction may still opt out.
func TestCommitsWaitForTheDisk(t *testing.T) {
	for setting, want := range map[string]string{
		"off": "on", "local": "on", "remote_write": "on", "on": "on", "remote_apply": "remote_apply",
	} {
		for where, set := range map[string]func(db *postgres.DB) string{
			"database": func(db *postgres.DB) string {
				var name string
				if err := db.Get(&name, `SELECT current_database()`); err != nil {
					t.Fatal(err)
				}
				if _, err := db.Exec(`ALTER DATABASE ` + name + ` SET synchronous_commit = ` + setting); err != nil {
					t.Fatal(err)
				}
				return db.URL
			},
			"role in the database": func(db *postgres.DB) string {
				var name string
				if err := db.Get(&name, `SELECT format('%I IN DATABASE %I', current_user, current_database())`); err != nil {
					t.Fatal(err)
				}
				if _, err := db.Exec(`ALTER ROLE ` + name + ` SET synchronous_commit = ` + setting); err != nil {
					t.Fatal(err)
				}
				return db.URL
			},
			"address": func(db *postgres.DB) string { return db.URL + " options='-c synchronous_commit=" + setting + "'" },
		} {
			address := set(postgrestest.New(t))
			db, err := postgres.Open(t.Context(), address, 2)
			if err != nil {
				t.Fatal(err)
			}
			if got := commits(t, db.DB); got != want {
				t.Errorf("%s says %s: the pool's is %s, want %s", where, setting, got, want)
			}
			conn, closeConn, err := db.OpenBinary(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := commits(t, conn); got != want {
				t.Errorf("%s says %s: the sender's is %s, want %s", where, setting, got, want)
			}
			var within string
			if err := conn.QueryRowContext(t.Context(), `SELECT set_config('synchronous_commit', 'off', true)`).Scan(&within); err != nil || within != "off" {
				t.Errorf("a transaction cannot opt out: %q, %v", within, err)
			}
			if got := commits(t, conn); got != want {
				t.Errorf("%s says %s: after a transaction that opted out it is %s, want %s", where, setting, got, want)
			}
			closeConn()
			db.Close()
		}
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
