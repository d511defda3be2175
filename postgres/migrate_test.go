package postgres_test

import (
	"testing"

	"corridor/postgres/postgrestest"
)

func TestMigratedDatabaseHasNoReleases(t *testing.T) {
	db := postgrestest.New(t)
	var n int64
	if err := db.Get(&n, `SELECT last_no FROM release_counter`); err != nil || n != 0 {
		t.Fatalf("release counter is %d, %v; want 0", n, err)
	}
}
