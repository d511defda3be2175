package mailer

import (
	"context"
	"fmt"

	"corridor/mailer/deliveries"
	"corridor/postgres"
)

// ForgetReaderTx deletes a reader's data in deliveries and the outbox: the replies of mail
// servers, which may quote the address, and single messages. A message in flight stays
// until it has its result.
func ForgetReaderTx(ctx context.Context, tx postgres.Tx, subscriber int64, email string) error {
	err := deliveries.ForgetTx(ctx, tx, subscriber)
	if err == nil {
		_, err = tx.ExecContext(ctx, `DELETE FROM outbox WHERE recipient = $1 AND state <> 'sending'`, email)
	}
	if err != nil {
		return fmt.Errorf("mailer: forgetting a reader: %w", err)
	}
	return nil
}
