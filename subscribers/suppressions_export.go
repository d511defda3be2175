package subscribers

import (
	"context"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"time"
)

// ExportSuppressions writes all suppressions as CSV, oldest first, and returns their number.
// [Store.ImportSuppressions] suppresses the same addresses in another installation. A
// suppression without an address has the hash of the address. Times are RFC 3339.
func (s *Store) ExportSuppressions(ctx context.Context, w io.Writer) (int, error) {
	zone, err := time.LoadLocation(s.rules.timeZone)
	if err != nil {
		return 0, err
	}
	out := csv.NewWriter(w)
	if err := out.Write(suppressionColumns); err != nil {
		return 0, err
	}
	total := 0
	last := exportedSuppression{Hash: []byte{}}
	for n := pageRows; n == pageRows; total += n {
		var page []exportedSuppression
		if err := s.db.SelectContext(ctx, &page, `
			SELECT email, reason, detail, source, event, created_at, address_hash, former FROM suppressions
			WHERE (created_at, address_hash) > ($1, $2) ORDER BY created_at, address_hash LIMIT $3`, last.At, last.Hash, pageRows); err != nil {
			return total, fmt.Errorf("subscribers: exporting suppressions: %w", err)
		}
		for _, x := range page {
			if err := out.Write(x.row(zone)); err != nil {
				return total, err
			}
		}
		if n = len(page); n > 0 {
			last = page[n-1]
		}
	}
	out.Flush()
	return total, out.Error()
}

// exportedSuppression is a suppression with its hash.
type exportedSuppression struct {
	Suppressed
	Hash   []byte `db:"address_hash"`
	Former bool   `db:"former"`
}

// row returns the columns of an export.
func (x exportedSuppression) row(zone *time.Location) []string {
	hash := ""
	if !x.Email.Valid {
		hash = hashMark + hex.EncodeToString(x.Hash)
		if x.Former {
			hash = formerMark + hex.EncodeToString(x.Hash)
		}
	}
	row := []string{x.Email.String, x.Reason, x.Detail, x.Source, x.Event, x.At.In(zone).Format(time.RFC3339Nano), hash}
	for i, cell := range row {
		row[i] = neutral(cell)
	}
	return row
}
