package subscribers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Ask calls write for the reader with an address from a public form. It does not call
// write for an unknown or suppressed address, or when public forms have caused
// [messagesAnHour] messages to the reader within an hour. write puts a message into the
// outbox, or returns false to send no message. The caller must give the same answer
// in every case, so that the form does not reveal readers. The error may be [Invalid].
func (s *Store) Ask(ctx context.Context, email string, now time.Time, write func(ctx context.Context, tx *sqlx.Tx, r Subscriber) (written bool, err error)) error {
	r, err := s.Find(ctx, email)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		r, err := lockTx(ctx, tx, r.ID)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil || r.Suppressed != "" {
			return err
		}
		asked, err := askedTx(ctx, tx, r.ID)
		if err != nil || since(asked, now.Add(-time.Hour)) >= messagesAnHour {
			return err
		}
		written, err := write(ctx, tx, r)
		if err != nil || !written {
			return err
		}
		return rememberAskedTx(ctx, tx, r.ID, now)
	})
}

// rememberAskedTx records that a public form caused a message to a reader.
func rememberAskedTx(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE subscribers SET asked_at = (COALESCE(asked_at, '{}') || $2::timestamptz)[GREATEST(1, COALESCE(cardinality(asked_at), 0) - 3):]
		WHERE id = $1`, id, now)
	if err != nil {
		return fmt.Errorf("subscribers: recording a requested message: %w", err)
	}
	return nil
}
