package deliveries

import (
	"testing"

	"corridor/postgres/postgrestest"
)

// An upgrade keeps every suppression with its reason and date, and records its source.
func TestAnUpgradeKeepsSuppressions(t *testing.T) {
	db, old := postgrestest.NewOld(t)
	type row struct {
		Email  *string `db:"email"`
		Reason string  `db:"reason"`
		At     string  `db:"at"`
	}
	read := func() (rows []row) {
		t.Helper()
		if err := db.Select(&rows, `SELECT email, reason, created_at::text AS at FROM suppressions ORDER BY created_at, email`); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	before := read()
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := read()
	if len(old.Suppressed) == 0 || len(after) != len(before) {
		t.Fatalf("%d suppressions before, %d after", len(before), len(after))
	}
	for i := range after {
		if after[i].Reason != before[i].Reason || after[i].At != before[i].At {
			t.Errorf("%v became %v", before[i], after[i])
		}
	}
	var unknown, held int
	if err := db.Get(&unknown, `SELECT count(*) FROM suppressions WHERE source = '' AND reason <> 'complaint'`); err != nil || unknown != 0 {
		t.Errorf("%d have no source, %v", unknown, err)
	}
	if err := New(db, Resend{}, testEvents(), nil).brakeBounces(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Get(&held, `SELECT count(*) FROM editions WHERE state = 'held'`); err != nil || held != 0 {
		t.Errorf("%d editions are held by the upgrade, %v", held, err)
	}
}
