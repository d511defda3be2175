package mailer

import (
	"context"
	"fmt"

	"corridor/postgres"
)

// Waiting is the messages of the outbox that are not sent yet.
type Waiting struct {
	Messages int64   `db:"messages"`
	Oldest   float64 `db:"oldest"` // age of the oldest, in seconds
}

// CountWaiting counts the messages of the outbox that wait to be sent, due now or later.
func CountWaiting(ctx context.Context, db *postgres.DB) (w Waiting, err error) {
	if err := db.GetContext(ctx, &w, `
		SELECT count(*) AS messages, COALESCE(EXTRACT(epoch FROM now() - min(created_at)), 0) AS oldest FROM outbox WHERE due_at IS NOT NULL`); err != nil {
		return w, fmt.Errorf("mailer: counting the messages that wait: %w", err)
	}
	return w, nil
}
