package subscribers

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"
)

// SetPreferences replaces the preferences of a reader. The reader's position and deliveries
// stay, so that the new preferences bring no repeats. The error may be [Invalid].
func (s *Store) SetPreferences(ctx context.Context, id int64, p Preferences) error {
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error { return s.SetPreferencesTx(ctx, tx, id, p) })
}

// SetPreferencesTx is SetPreferences in the caller's transaction.
func (s *Store) SetPreferencesTx(ctx context.Context, tx *sqlx.Tx, id int64, p Preferences) error {
	p, err := s.rules.Check(p)
	if err != nil {
		return err
	}
	set, err := InternTx(ctx, tx, p.Programs, p.Regions)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `
		UPDATE subscribers
		SET preference_set_id = $2, frequency = $3, format = $4, time_zone = $5, language = $6
		WHERE id = $1`, id, set, p.Frequency, p.Format, p.TimeZone, p.Language)
	return one(res, err, "setting preferences")
}

// SetNameTx replaces a reader's name. The error may be [Invalid].
func (s *Store) SetNameTx(ctx context.Context, tx *sqlx.Tx, id int64, name string) error {
	name, err := ParseName(name)
	if err != nil {
		return Invalid{{"name", err.Error()}}
	}
	res, err := tx.ExecContext(ctx, `UPDATE subscribers SET name = $2 WHERE id = $1`, id, name)
	return one(res, err, "setting a name")
}

// Update replaces the name and the preferences of a reader in one transaction. The error
// may be [Invalid].
func (s *Store) Update(ctx context.Context, id int64, name string, p Preferences) error {
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var wrong Invalid
		for _, err := range []error{s.SetNameTx(ctx, tx, id, name), s.SetPreferencesTx(ctx, tx, id, p)} {
			var invalid Invalid
			if errors.As(err, &invalid) {
				wrong = append(wrong, invalid...)
			} else if err != nil {
				return err
			}
		}
		if wrong != nil {
			return wrong
		}
		return nil
	})
}

// Pause stops emails to a reader until the given time; the zero time resumes. The first
// digest after the pause contains the articles since the last one.
func (s *Store) Pause(ctx context.Context, id int64, until time.Time) error {
	var at *time.Time
	if !until.IsZero() {
		at = &until
	}
	res, err := s.db.ExecContext(ctx, `UPDATE subscribers SET paused_until = $2 WHERE id = $1`, id, at)
	return one(res, err, "pausing")
}

// RenewFeed makes the address of a reader's own feed invalid and returns the version for
// signing the new address.
func (s *Store) RenewFeed(ctx context.Context, id int64) (int, error) {
	var version int
	err := s.db.GetContext(ctx, &version, `
		UPDATE subscribers SET link_version = link_version + 1 WHERE id = $1 RETURNING link_version`, id)
	return version, notFound(err, "renewing a feed's address")
}

// Leave ends a subscription. A repeated call keeps the time of the first.
func (s *Store) Leave(ctx context.Context, id int64, now time.Time) error {
	res, err := s.db.ExecContext(ctx, `
		UPDATE subscribers
		SET state = 'left', left_at = CASE WHEN state = 'left' THEN left_at ELSE $2 END, paused_until = NULL
		WHERE id = `+signedID, id, now)
	return one(res, err, "leaving")
}
