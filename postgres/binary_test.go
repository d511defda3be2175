package postgres_test

import (
	"math"
	"slices"
	"testing"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/testkit"

	"github.com/lib/pq"
)

// Values sent in binary arrive unchanged.
func TestBinaryArrays(t *testing.T) {
	testkit.Heavy(t)
	db := postgrestest.New(t)
	conn, closeConn, err := db.OpenBinary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer closeConn()
	for _, numbers := range []postgres.Int8s{nil, {0}, {math.MinInt64, -1, 1, math.MaxInt64}} {
		for _, texts := range []postgres.Texts{nil, {""}, {`a "quoted", {braced} \ one`, "Бакы", "NULL", "two\nlines"}} {
			var gotNumbers []int64
			var gotTexts []string
			var n int64
			if err := conn.QueryRowContext(t.Context(), `SELECT $1::bigint[], $2::text[], $3::bigint + 1`, numbers, texts, 41).
				Scan(pq.Array(&gotNumbers), pq.Array(&gotTexts), &n); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(gotNumbers, numbers) || !slices.Equal(gotTexts, texts) || n != 42 {
				t.Errorf("%v %q became %v %q, %d", numbers, texts, gotNumbers, gotTexts, n)
			}
		}
	}
}
