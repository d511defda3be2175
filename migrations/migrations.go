// Package migrations holds the database schema as numbered SQL files, one for
// each package that owns tables. They are embedded in the program and applied
// by package postgres, with goose, in the order of their numbers.
package migrations

import "embed"

// Files holds every migration, named NNNNN_subject.sql.
//
//go:embed *.sql
var Files embed.FS
