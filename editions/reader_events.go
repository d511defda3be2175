package editions

import (
	"context"
	"fmt"

	"corridor/mailer"
	"corridor/postgres"
	"corridor/subscribers"
)

// ReaderEvents returns the functions with which editions and mailer write down what a store
// of readers tells them.
func ReaderEvents() subscribers.Events {
	return subscribers.Events{Erased: erasedTx, Returned: forgetPositionTx}
}

// erasedTx deletes what editions and mailer have of a reader.
func erasedTx(ctx context.Context, tx postgres.Tx, id int64, email string) error {
	if err := forgetPositionTx(ctx, tx, id); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM missed_deliveries WHERE subscriber_id = $1`, id); err != nil {
		return fmt.Errorf("editions: forgetting missed deliveries: %w", err)
	}
	return mailer.ForgetReaderTx(ctx, tx, id, email)
}

// forgetPositionTx lets the next digest of a reader be like the first one.
func forgetPositionTx(ctx context.Context, tx postgres.Tx, id int64) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM reader_positions WHERE subscriber_id = $1`, id); err != nil {
		return fmt.Errorf("editions: forgetting a position: %w", err)
	}
	return nil
}
