package subscribers

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Erase removes everything we hold about the reader with that id. Two things stay: the
// counts of editions, and the hash of the address, so that an old list cannot bring
// them back; an earlier reason for not writing to it stays too. Only signing up and
// confirming lifts it.
func (s *Store) Erase(ctx context.Context, id int64, now time.Time) error {
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		r, err := lockTx(ctx, tx, id)
		if err != nil {
			return err
		}
		hash := addressHash(fold(r.Email))
		for _, step := range []struct {
			query string
			args  []any
		}{
			{`INSERT INTO suppressions (address_hash, reason, source, created_at) VALUES ($1, 'erased', 'reader', $2)
			  ON CONFLICT (address_hash) DO UPDATE SET email = NULL, subscriber_id = NULL, detail = ''`, []any{hash, now}},
			{`DELETE FROM reader_positions WHERE subscriber_id = $1`, []any{id}},
			{`DELETE FROM missed_deliveries WHERE subscriber_id = $1`, []any{id}},
			// A mail server's answer may quote the address.
			{`UPDATE deliveries d SET reply = NULL, relay = NULL
			  FROM editions e WHERE d.edition_id = e.id AND d.subscriber_id = $1`, []any{id}},
			{`DELETE FROM outbox WHERE recipient = $1 AND state <> 'sending'`, []any{r.Email}},
			{`DELETE FROM merged_readers WHERE subscriber_id = $1`, []any{id}},
			{`DELETE FROM subscribers WHERE id = $1`, []any{id}},
		} {
			if _, err := tx.ExecContext(ctx, step.query, step.args...); err != nil {
				return fmt.Errorf("subscribers: erasing a reader: %w", err)
			}
		}
		return nil
	})
}
