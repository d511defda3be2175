package postgres

import (
	"database/sql"
	"time"
)

// NullTime returns t for a column, and null for the zero time.
func NullTime(t time.Time) sql.NullTime { return sql.NullTime{Time: t, Valid: !t.IsZero()} }
