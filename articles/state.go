package articles

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// releaseTx makes an article public with the next release number. The counter's row
// stays locked until the transaction ends, so that numbers become visible in their
// order; it is therefore the last lock that a transaction takes.
func releaseTx(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time) error {
	var no int64
	if err := tx.GetContext(ctx, &no, `UPDATE release_counter SET last_no = last_no + 1 RETURNING last_no`); err != nil {
		return fmt.Errorf("articles: taking a release number: %w", err)
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE articles
		SET state = 'released', held_reason = '', release_no = $2, released_at = COALESCE(released_at, $3), numbered_at = $3, changed_at = $3, withdrawn_at = NULL, missing_since = NULL
		WHERE id = $1`, id, no, now)
	if err != nil {
		return fmt.Errorf("articles: releasing: %w", err)
	}
	_, err = tx.ExecContext(ctx, `SELECT pg_notify('articles', $1::text), pg_notify('releases', $2::text)`, id, no)
	return err
}

// touchTx records that something which feeds or pages show has changed, and tells
// every process.
func touchTx(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE articles SET changed_at = $2 WHERE id = $1`, id, now)
	if err == nil {
		_, err = tx.ExecContext(ctx, `SELECT pg_notify('articles', $1::text)`, id)
	}
	if err != nil {
		return fmt.Errorf("articles: recording a change: %w", err)
	}
	return nil
}

// change runs fn on the locked article and returns it as it is afterwards.
func (s *Store) change(ctx context.Context, id int64, fn func(tx *sqlx.Tx, a Article) error) (Article, error) {
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		a, err := scanArticle(tx.QueryRowContext(ctx, `SELECT `+articleColumns+` FROM articles WHERE id = $1 FOR UPDATE`, id))
		if err != nil {
			return err
		}
		return fn(tx, a)
	})
	if err != nil {
		return Article{}, err
	}
	return s.Get(ctx, id)
}

// Hold takes an article back from feeds, digests and archive until staff release it.
func (s *Store) Hold(ctx context.Context, id int64, now time.Time) (Article, error) {
	return s.change(ctx, id, func(tx *sqlx.Tx, _ Article) error {
		return setStateTx(ctx, tx, id, Held, true, now)
	})
}

// Release makes a held or withdrawn article public, with a new release number, so that
// readers get it unless they have had it. A released article stays as it is.
func (s *Store) Release(ctx context.Context, id int64, now time.Time) (Article, error) {
	return s.change(ctx, id, func(tx *sqlx.Tx, a Article) error {
		if _, err := tx.ExecContext(ctx, `UPDATE articles SET staff_state = false WHERE id = $1`, id); err != nil {
			return fmt.Errorf("articles: releasing: %w", err)
		}
		if a.State == Released {
			return nil
		}
		if err := newsTx(ctx, tx, id, now); err != nil {
			return err
		}
		return releaseTx(ctx, tx, id, now)
	})
}

// Withdraw takes an article back permanently; gathering does not bring it back.
func (s *Store) Withdraw(ctx context.Context, id int64, now time.Time) (Article, error) {
	return s.change(ctx, id, func(tx *sqlx.Tx, _ Article) error {
		return setStateTx(ctx, tx, id, Withdrawn, true, now)
	})
}

func setStateTx(ctx context.Context, tx *sqlx.Tx, id int64, state State, byStaff bool, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE articles
		SET state = $2, staff_state = $3, held_reason = '', compared = compared AND $2 <> 'withdrawn', withdrawn_at = CASE WHEN $2 = 'withdrawn' THEN COALESCE(withdrawn_at, $4) END
		WHERE id = $1`, id, state, byStaff, now)
	if err != nil {
		return fmt.Errorf("articles: setting a state: %w", err)
	}
	return touchTx(ctx, tx, id, now)
}

// missingFor is how long an address must answer 404, from the first to another, before
// its article counts as gone: sites are down for a night.
const missingFor = 24 * time.Hour

// isMissedFor reports whether an article that is missing since a time counts as gone.
func isMissedFor(since, now time.Time) bool { return now.Sub(since) >= missingFor }

// missing records that an article's address answers 404 (or 410: gone), and withdraws
// the article when it has done so for a day. It reports whether it was withdrawn.
func (s *Store) missing(ctx context.Context, id int64, gone bool, now time.Time) (bool, error) {
	withdrawn := false
	_, err := s.change(ctx, id, func(tx *sqlx.Tx, a Article) error {
		var since time.Time
		if err := tx.GetContext(ctx, &since, `
			UPDATE articles SET missing_since = COALESCE(missing_since, $2), checked_at = $2 WHERE id = $1 RETURNING missing_since`, id, now); err != nil {
			return fmt.Errorf("articles: recording a missing page: %w", err)
		}
		if a.State != Released || !gone && !isMissedFor(since, now) {
			return nil
		}
		withdrawn = true
		return setStateTx(ctx, tx, id, Withdrawn, false, now)
	})
	return withdrawn, err
}
