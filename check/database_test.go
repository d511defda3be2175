package check

import (
	"strings"
	"testing"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
)

func TestDurabilityIsJudged(t *testing.T) {
	for _, tt := range []struct {
		d      durability
		state  State
		reason string
	}{
		{durability{"on", "on", "on"}, OK, "synchronous_commit is on"},
		{durability{"on", "on", "remote_apply"}, OK, "synchronous_commit is remote_apply"},
		{durability{"on", "on", "off"}, OK, "synchronous_commit is off by default"},
		{durability{"on", "on", "local"}, OK, "synchronous_commit is local by default"},
		{durability{"off", "on", "on"}, Wrong, "fsync is off"},
		{durability{"on", "off", "on"}, Warn, "full_page_writes is off"},
		{durability{"off", "off", "off"}, Wrong, "fsync and full_page_writes are off"},
	} {
		got := judgeDurability(tt.d)
		if got.State != tt.state || !strings.Contains(got.Reason, tt.reason) || strings.Contains(got.Reason, "\n") || (got.State == OK) != (got.Remedy == "") {
			t.Errorf("%v: %+v", tt.d, got)
		}
	}
}

// The server of the tests does not sync.
func TestDurabilityIsReadFromTheServer(t *testing.T) {
	db := postgrestest.New(t)
	if got := checkDurability(t.Context(), db); got.State != Wrong || !strings.HasPrefix(got.Reason, "fsync") {
		t.Errorf("%+v", got)
	}
	gone, err := postgres.Open(t.Context(), db.URL, 1)
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	if got := checkDurability(t.Context(), gone); got.State != Wrong {
		t.Errorf("of a closed database: %+v", got)
	}
}
