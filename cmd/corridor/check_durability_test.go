package main

import (
	"strings"
	"testing"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
)

func TestDurabilityIsJudged(t *testing.T) {
	for _, tt := range []struct {
		d      durability
		state  findingState
		reason string
	}{
		{durability{"on", "on", "on"}, isOK, "synchronous_commit is on"},
		{durability{"on", "on", "remote_apply"}, isOK, "synchronous_commit is remote_apply"},
		{durability{"on", "on", "off"}, isOK, "synchronous_commit is off by default here"},
		{durability{"on", "on", "local"}, isOK, "synchronous_commit is local by default here"},
		{durability{"off", "on", "on"}, isWrong, "fsync is off"},
		{durability{"on", "off", "on"}, isWarn, "full_page_writes is off"},
		{durability{"off", "off", "off"}, isWrong, "fsync and full_page_writes are off"},
	} {
		got := judgeDurability(tt.d)
		if got.State != tt.state || !strings.Contains(got.Reason, tt.reason) || strings.Contains(got.Reason, "\n") || (got.State == isOK) != (got.Remedy == "") {
			t.Errorf("%v: %+v", tt.d, got)
		}
	}
}

// The server of the tests does not sync.
func TestDurabilityIsReadFromTheServer(t *testing.T) {
	db := postgrestest.New(t)
	if got := checkDurability(t.Context(), db); got.State != isWrong || !strings.HasPrefix(got.Reason, "fsync") {
		t.Errorf("%+v", got)
	}
	gone, err := postgres.Open(t.Context(), db.URL, 1)
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	if got := checkDurability(t.Context(), gone); got.State != isWrong {
		t.Errorf("of a closed database: %+v", got)
	}
}
