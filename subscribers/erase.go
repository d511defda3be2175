package subscribers

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Erase removes all personal data of the reader with the given id. Two things stay: the
// reader's deliveries without replies, for the counts of editions, and a suppression with
// the hash of the address, so that an import of an old list does not bring the reader back.
// An earlier suppression keeps its reason. [Store.Confirm] lifts a suppression with the
// reason erased, and [Store.Lift] any.
func (s *Store) Erase(ctx context.Context, id int64, now time.Time) error {
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		r, err := lockTx(ctx, tx, id)
		if err != nil {
			return err
		}
		// First, because a result that is posted meanwhile locks its delivery before it suppresses
		// the reader.
		err = s.events.Erased(ctx, tx, id, r.Email)
		if err == nil {
			err = forgetBouncesTx(ctx, tx, forgetHardSQL, fold(r.Email))
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `
				INSERT INTO suppressions (address_hash, reason, source, created_at) VALUES ($1, 'erased', 'reader', $2)
				ON CONFLICT (address_hash) DO UPDATE SET email = NULL, subscriber_id = NULL, detail = ''`, addressHash(fold(r.Email)), now)
		}
		if err == nil {
			err = forgetBouncesTx(ctx, tx, forgetSoftSQL, fold(r.Email))
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `DELETE FROM merged_readers WHERE subscriber_id = $1`, id)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `DELETE FROM subscribers WHERE id = $1`, id)
		}
		if err != nil {
			return fmt.Errorf("subscribers: erasing a reader: %w", err)
		}
		return nil
	})
}
