package subscribers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// ErrKnown is the error for an address that already has a reader.
var ErrKnown = errors.New("subscribers: a reader with this address is known")

// Add adds an active reader for staff, who are responsible for the consent. The error may
// be [ErrKnown] or [Invalid]; a suppressed address is [Invalid].
func (s *Store) Add(ctx context.Context, email, name string, p Preferences, now time.Time) (Subscriber, error) {
	u, err := s.rules.CheckSignUp(SignUp{Email: email, Name: name, Preferences: p})
	if err != nil {
		return Subscriber{}, err
	}
	evidence, err := json.Marshal(consent{At: &now, How: "staff"})
	if err != nil {
		return Subscriber{}, err
	}
	reason, err := s.Suppression(ctx, u.Email)
	if err != nil {
		return Subscriber{}, err
	}
	if reason != "" {
		return Subscriber{}, Invalid{{"email", fmt.Sprintf("this address must not be written to (%s); 'corridor subscribers suppress %s --lift' allows it again", reason, u.Email)}}
	}
	var r Subscriber
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		set, err := InternTx(ctx, tx, u.Preferences.Programs, u.Preferences.Regions)
		if err != nil {
			return err
		}
		var id int64
		err = tx.GetContext(ctx, &id, `
			INSERT INTO subscribers (email, folded, name, state, frequency, format, time_zone, language, preference_set_id, created_at, confirmed_at, consent)
			VALUES ($1, $10, $2, 'active', $3, $4, $5, $6, $7, $8, $8, $9)
			RETURNING id`, u.Email, u.Name, u.Preferences.Frequency, u.Preferences.Format, u.Preferences.TimeZone,
			u.Preferences.Language, set, now, string(evidence), fold(u.Email))
		if postgres.Constraint(err) == "subscribers_email" {
			return ErrKnown
		}
		if err != nil {
			return fmt.Errorf("subscribers: adding a reader: %w", err)
		}
		r, err = lockTx(ctx, tx, id)
		return err
	})
	return r, err
}
