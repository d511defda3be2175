// Package migrations holds the database schema as numbered SQL files. They are embedded in
// the program. Package postgres applies them with goose, in the order of their numbers.
package migrations

import "embed"

// Files holds the migrations, named NNNNN_subject.sql.
//
//go:embed *.sql
var Files embed.FS
