package service

import (
	"log/slog"
	"testing"

	"corridor/config"
	"corridor/postgres/postgrestest"
)

// readersConfig is a small publication.
const readersConfig = `
[publication]
title   = "Test Review"
from    = "Test Review <news@example.org>"
address = "1 Example Street"
time_zone = "Asia/Baku"
[[programs]]
slug = "eep"
name = "Energy"
[[programs]]
slug = "spp"
name = "Security"
[[regions]]
slug = "central-asia"
name = "Central Asia"
`

// open opens the service of a configuration on the test's own database.
func open(t *testing.T, text string) *Service {
	t.Helper()
	db := postgrestest.New(t)
	c, err := config.Parse("corridor.toml", []byte(text), func(string) (string, bool) { return "", false },
		config.Flags{Data: t.TempDir(), DatabaseURL: db.URL})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
