package editions

import (
	"context"
	"fmt"

	"corridor/mailer"
	"corridor/postgres"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
)

// ReaderEvents returns the functions with which editions and mailer record the events of
// readers.
func ReaderEvents() subscribers.Events {
	return subscribers.Events{Erased: erasedTx, Returned: forgetPositionTx, Disclosed: disclose, MovedIn: startTx, Had: had}
}

// erasedTx deletes a reader's data in editions and mailer.
func erasedTx(ctx context.Context, tx postgres.Tx, id int64, email string) error {
	// Deliveries are locked first, as by a sender that applies results.
	if err := mailer.ForgetReaderTx(ctx, tx, id, email); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM missed_deliveries WHERE subscriber_id = $1`, id); err != nil {
		return fmt.Errorf("editions: forgetting missed deliveries: %w", err)
	}
	return forgetPositionTx(ctx, tx, id)
}

// forgetPositionTx lets the next digest of a reader be like the first one.
func forgetPositionTx(ctx context.Context, tx postgres.Tx, id int64) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM reader_positions WHERE subscriber_id = $1`, id); err != nil {
		return fmt.Errorf("editions: forgetting a position: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM reader_starts WHERE subscriber_id = $1`, id); err != nil {
		return fmt.Errorf("editions: forgetting a start: %w", err)
	}
	return nil
}

// disclose adds a reader's position and deliveries to its dossier.
func disclose(ctx context.Context, tx postgres.Tx, id int64, d *subscribers.Dossier) error {
	var seen []int64
	if err := sqlx.SelectContext(ctx, tx, &seen, `SELECT seen_release_no FROM reader_positions WHERE subscriber_id = $1`, id); err != nil {
		return fmt.Errorf("editions: reading a position: %w", err)
	}
	if len(seen) > 0 {
		d.SeenRelease = &seen[0]
	}
	// The query goes by edition, because the index of deliveries begins with the edition.
	if err := sqlx.SelectContext(ctx, tx, &d.Deliveries, `
		SELECT d.edition_id, e.subject, d.state, d.last_at, d.reply, d.bounced_at, d.complained_at
		FROM editions e
		CROSS JOIN LATERAL (SELECT edition_id, state, last_at, reply, bounced_at, complained_at FROM deliveries WHERE edition_id = e.id AND subscriber_id = $1 OFFSET 0) d
		ORDER BY d.edition_id`, id); err != nil {
		return fmt.Errorf("editions: reading the deliveries of a reader: %w", err)
	}
	return nil
}
