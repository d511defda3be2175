package postgres_test

import (
	"testing"

	"corridor/postgres/postgrestest"
)

// A program that is stopped in the middle of a transaction must not hold up others.
func TestTransactionsDoNotWaitForever(t *testing.T) {
	db := postgrestest.New(t)
	conn, closeConn, err := db.OpenBinary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer closeConn()
	const query = `SHOW idle_in_transaction_session_timeout`
	for name, row := range map[string]interface{ Scan(...any) error }{"pool": db.QueryRow(query), "binary": conn.QueryRowContext(t.Context(), query)} {
		var patience string
		if err := row.Scan(&patience); err != nil || patience != "30s" {
			t.Errorf("%s: %q, %v", name, patience, err)
		}
	}
}
