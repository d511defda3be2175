package subscribers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Ask calls write for the reader with an address from a public form. A suppressed
// address is left out, and so is one that got [lettersAnHour] letters within an hour
// because of such forms. write puts a letter into the outbox, or returns false when the
// reader gets none. The caller must give the same answer in every case; the error may be
// [Invalid].
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
		if err != nil || since(asked, now.Add(-time.Hour)) >= lettersAnHour {
			return err
		}
		written, err := write(ctx, tx, r)
		if err != nil || !written {
			return err
		}
		return rememberAskedTx(ctx, tx, r.ID, now)
	})
}

// rememberAskedTx records that a reader got a letter because of a public form.
func rememberAskedTx(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE subscribers SET asked_at = (COALESCE(asked_at, '{}') || $2::timestamptz)[GREATEST(1, COALESCE(cardinality(asked_at), 0) - 3):]
		WHERE id = $1`, id, now)
	if err != nil {
		return fmt.Errorf("subscribers: remembering a letter that was asked for: %w", err)
	}
	return nil
}
