package subscribers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Ask calls write for the reader with an address that somebody typed, when we may write
// to it: it is not suppressed, and what strangers asked for has not brought it many
// letters lately. write puts a letter on its way, or tells that there is none to be
// written. The caller must answer the same whatever happens; the error may be [Invalid].
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

// rememberAskedTx records that somebody's asking made us write to a reader.
func rememberAskedTx(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE subscribers SET asked_at = (COALESCE(asked_at, '{}') || $2::timestamptz)[GREATEST(1, COALESCE(cardinality(asked_at), 0) - 3):]
		WHERE id = $1`, id, now)
	if err != nil {
		return fmt.Errorf("subscribers: remembering a letter that was asked for: %w", err)
	}
	return nil
}
