package mailer

import (
	"context"
	"fmt"

	"corridor/postgres"
)

// CountWaiting counts the messages of the outbox that wait to be sent, due now or later.
func CountWaiting(ctx context.Context, db *postgres.DB) (n int64, err error) {
	if err := db.GetContext(ctx, &n, `SELECT count(*) FROM outbox WHERE due_at IS NOT NULL`); err != nil {
		return 0, fmt.Errorf("mailer: counting the messages that wait: %w", err)
	}
	return n, nil
}
