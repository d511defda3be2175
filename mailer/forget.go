package mailer

import (
	"context"
	"fmt"

	"corridor/postgres"
)

// ForgetReaderTx deletes what deliveries and the outbox have of a reader: the replies of
// mail servers, which may quote the address, and single messages to it. A message in flight
// stays until it has its result.
func ForgetReaderTx(ctx context.Context, tx postgres.Tx, subscriber int64, email string) error {
	// The query goes by edition, because the index of deliveries begins with the edition. It
	// locks deliveries in the order in which their results are posted.
	_, err := tx.ExecContext(ctx, `
		WITH its AS MATERIALIZED (
			SELECT d.edition_id FROM editions e JOIN deliveries d ON d.edition_id = e.id AND d.subscriber_id = $1 ORDER BY e.id FOR NO KEY UPDATE OF d
		)
		UPDATE deliveries d SET reply = NULL, relay = NULL FROM its WHERE d.edition_id = its.edition_id AND d.subscriber_id = $1`, subscriber)
	if err == nil {
		_, err = tx.ExecContext(ctx, `DELETE FROM outbox WHERE recipient = $1 AND state <> 'sending'`, email)
	}
	if err != nil {
		return fmt.Errorf("mailer: forgetting a reader: %w", err)
	}
	return nil
}
