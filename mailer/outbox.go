package mailer

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// PostTx puts a single message into the outbox: a confirmation, test, alert or notice.
// message is complete (RFC 5322) with its Message-ID. It is sent before any edition.
func PostTx(ctx context.Context, tx sqlx.ExtContext, kind, recipient string, message []byte, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO outbox (kind, recipient, message, state, due_at, created_at) VALUES ($1, $2, $3, 'queued', $4, $4)`,
		kind, recipient, message, now); err != nil {
		return fmt.Errorf("mailer: writing to the outbox: %w", err)
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_notify('mail', '')`)
	return err
}
