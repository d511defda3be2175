package postgres_test

import (
	"testing"

	"corridor/postgres/postgrestest"
)

func TestAFactIsStoredOnce(t *testing.T) {
	db := postgrestest.New(t)
	if value, found, err := db.Fact(t.Context(), "colour"); value != "" || found || err != nil {
		t.Errorf("before it is stored: %q, %v, %v", value, found, err)
	}
	for _, value := range []string{"blue", "red"} {
		if stored, err := db.EnsureFact(t.Context(), "colour", value); stored != "blue" || err != nil {
			t.Errorf("storing %s: %q, %v", value, stored, err)
		}
	}
	if value, found, err := db.Fact(t.Context(), "colour"); value != "blue" || !found || err != nil {
		t.Errorf("after it is stored: %q, %v, %v", value, found, err)
	}
	db.Close()
	if _, err := db.EnsureFact(t.Context(), "colour", "red"); err == nil {
		t.Error("a closed database stores a fact")
	}
	if _, _, err := db.Fact(t.Context(), "colour"); err == nil {
		t.Error("a closed database has a fact")
	}
}
