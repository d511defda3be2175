package deliveries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Recipient returns the present address of the reader of a delivery. known is false if
// there is no such delivery, or if it or the reader was deleted.
func (s *Store) Recipient(ctx context.Context, edition, subscriber int64) (address string, known bool, err error) {
	err = s.db.GetContext(ctx, &address, `
		SELECT s.email FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id WHERE d.edition_id = $1 AND d.subscriber_id = $2`, edition, subscriber)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("deliveries: reading the recipient of a delivery: %w", err)
	}
	return address, true, nil
}
