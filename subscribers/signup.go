package subscribers

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// SignUp is the content of a sign-up form. The owner of the address has not confirmed it
// yet.
type SignUp struct {
	Email       string
	Name        string
	Choice      string // all, these or empty; see [Choose]
	Preferences Preferences
	How         string // form, json
	Network     string // the client's network address, for the evidence of consent
}

// CheckSignUp returns u in the form that is stored. The error is nil or an [Invalid] with
// all invalid fields.
func (r *Rules) CheckSignUp(u SignUp) (SignUp, error) {
	var wrong Invalid
	email, err := ParseAddress(u.Email)
	if err != nil {
		wrong = append(wrong, FieldError{"email", err.Error()})
	}
	name, err := ParseName(u.Name)
	if err != nil {
		wrong = append(wrong, FieldError{"name", err.Error()})
	}
	var more Invalid
	p, err := Choose(u.Choice, u.Preferences)
	if errors.As(err, &more) {
		wrong = append(wrong, more...)
	}
	p, err = r.Check(p)
	if errors.As(err, &more) {
		wrong = append(wrong, more...)
	}
	if wrong != nil {
		return u, wrong
	}
	u.Email, u.Name, u.Preferences = email, name, p
	return u, nil
}

// Message is the kind of the email that answers a sign-up.
type Message string

// The answers to a sign-up: a link to confirm it; for an active reader, the link to the
// preferences; or no message, because the address is suppressed or has reached its limit.
const (
	MessageConfirm  Message = "confirm"
	MessageKnown    Message = "known"
	MessageWithheld Message = ""
)

// Limits of the messages that public forms can cause to one address. The owner of the
// address may be a stranger to the person at the form.
const (
	messagesAnHour      = 3
	bouncedMessageEvery = 7 * 24 * time.Hour
)

// standing are the facts that decide about the answer to a sign-up.
type standing struct {
	State      State
	Suppressed Reason
	Asked      []time.Time // times of the last messages that public forms caused
}

// chooseMessage returns the answer to a sign-up. An address that bounced may work again, so
// it gets one message a week. An address that complained, asked for no email or was suppressed by
// staff gets no message, because a stranger could repeat the sign-up without end. Its owner
// can write to the publication.
func chooseMessage(k standing, now time.Time) Message {
	switch k.Suppressed {
	case Complaint, Asked, ByStaff:
		return MessageWithheld
	case HardBounce, SoftBounces:
		if since(k.Asked, now.Add(-bouncedMessageEvery)) > 0 {
			return MessageWithheld
		}
	}
	if since(k.Asked, now.Add(-time.Hour)) >= messagesAnHour {
		return MessageWithheld
	}
	if k.State == Active && k.Suppressed == "" {
		return MessageKnown
	}
	return MessageConfirm
}

// since counts the times after start.
func since(times []time.Time, start time.Time) int {
	n := 0
	for _, t := range times {
		if t.After(start) {
			n++
		}
	}
	return n
}

// WriteMessage puts a message of kind m to r into the outbox, in the transaction of the
// sign-up.
type WriteMessage func(ctx context.Context, tx *sqlx.Tx, m Message, r Subscriber) error

// consent is the evidence that a reader asked for emails.
type consent struct {
	At               *time.Time `json:"at,omitempty"`
	How              string     `json:"how,omitempty"`
	From             string     `json:"from,omitempty"` // the tool that an import is from
	Network          string     `json:"network,omitempty"`
	ConfirmedAt      *time.Time `json:"confirmed_at,omitempty"`
	ConfirmedNetwork string     `json:"confirmed_network,omitempty"`
}

// request is the content of a sign-up by a reader that has left. It applies when the reader
// confirms.
type request struct {
	Name        string      `json:"name"`
	Preferences Preferences `json:"preferences"`
	Consent     consent     `json:"consent"`
}

// Subscribe stores a sign-up and calls write for the message that answers it, if there is
// one. An unknown address becomes a pending reader. The caller must give the same answer in
// every case, so that the form does not reveal readers. The error may be [Invalid].
func (s *Store) Subscribe(ctx context.Context, u SignUp, now time.Time, write WriteMessage) error {
	u, err := s.rules.CheckSignUp(u)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := adoptHashTx(ctx, tx, fold(u.Email)); err != nil {
			return err
		}
		set, err := InternTx(ctx, tx, u.Preferences.Programs, u.Preferences.Regions)
		if err != nil {
			return err
		}
		id, err := signUpTx(ctx, tx, u, set, now)
		if err != nil {
			return err
		}
		reader, err := lockTx(ctx, tx, id)
		if err != nil {
			return err
		}
		asked, err := askedTx(ctx, tx, id)
		if err != nil {
			return err
		}
		message := chooseMessage(standing{reader.State, reader.Suppressed, asked}, now)
		if message == MessageWithheld {
			return nil
		}
		if err := rememberAskedTx(ctx, tx, id, now); err != nil {
			return err
		}
		return write(ctx, tx, message, reader)
	})
}

// askedTx returns the times of the last messages to a reader that public forms caused.
func askedTx(ctx context.Context, tx *sqlx.Tx, id int64) ([]time.Time, error) {
	var seconds pq.Int64Array
	err := tx.GetContext(ctx, &seconds, `
		SELECT COALESCE(array_agg(extract(epoch FROM a)::bigint), '{}')
		FROM subscribers, unnest(asked_at) AS a
		WHERE id = $1`, id)
	if err != nil {
		return nil, fmt.Errorf("subscribers: reading earlier sign-ups: %w", err)
	}
	asked := make([]time.Time, len(seconds))
	for i, s := range seconds {
		asked[i] = time.Unix(s, 0)
	}
	return asked, nil
}

// signUpTx stores a sign-up and returns the reader's id. A pending reader gets the new
// preferences. For a reader that has left, the sign-up is kept until the reader confirms.
// An active reader does not change, because the sign-up may come from a stranger.
func signUpTx(ctx context.Context, tx *sqlx.Tx, u SignUp, set int64, now time.Time) (int64, error) {
	evidence := consent{At: &now, How: u.How, Network: u.Network}
	consentJSON, err := json.Marshal(evidence)
	if err != nil {
		return 0, err
	}
	requestJSON, err := json.Marshal(request{u.Name, u.Preferences, evidence})
	if err != nil {
		return 0, err
	}
	p := u.Preferences
	var id int64
	err = tx.GetContext(ctx, &id, `
		INSERT INTO subscribers AS s (email, name, state, frequency, format, time_zone, language, preference_set_id, created_at, consent, folded)
		VALUES ($1, $2, 'pending', $3, $4, $5, $6, $7, $8, $9, $11)
		ON CONFLICT (folded) DO UPDATE SET
			name = CASE WHEN s.state = 'pending' THEN excluded.name ELSE s.name END,
			frequency = CASE WHEN s.state = 'pending' THEN excluded.frequency ELSE s.frequency END,
			format = CASE WHEN s.state = 'pending' THEN excluded.format ELSE s.format END,
			time_zone = CASE WHEN s.state = 'pending' THEN excluded.time_zone ELSE s.time_zone END,
			language = CASE WHEN s.state = 'pending' THEN excluded.language ELSE s.language END,
			preference_set_id = CASE WHEN s.state = 'pending' THEN excluded.preference_set_id ELSE s.preference_set_id END,
			consent = CASE WHEN s.state = 'pending' THEN excluded.consent ELSE s.consent END,
			requested = CASE WHEN s.state = 'left' THEN $10::jsonb END
		RETURNING id`,
		u.Email, u.Name, p.Frequency, p.Format, p.TimeZone, p.Language, set, now, string(consentJSON), string(requestJSON), fold(u.Email))
	if err != nil {
		return 0, fmt.Errorf("subscribers: storing a sign-up: %w", err)
	}
	return id, nil
}

// Confirm makes a reader active. A confirmation link proves that its holder owns the
// address, so Confirm applies a sign-up after leaving, and lifts a suppression for a hard
// bounce or an erasure. It may be repeated.
func (s *Store) Confirm(ctx context.Context, id int64, network string, now time.Time) (Subscriber, error) {
	var r Subscriber
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) (err error) {
		if r, err = lockTx(ctx, tx, id); err != nil {
			return err
		}
		if r.State == Active && r.Suppressed == "" {
			return nil
		}
		if err := s.applyRequestTx(ctx, tx, id); err != nil {
			return err
		}
		if err := s.activateTx(ctx, tx, r, network, now); err != nil {
			return err
		}
		folded := fold(r.Email)
		if err := forgetBouncesTx(ctx, tx, forgetHardSQL, folded); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			DELETE FROM suppressions WHERE address_hash = $1 AND reason IN ('hard_bounce', 'soft_bounces', 'erased')`, addressHash(folded)); err != nil {
			return fmt.Errorf("subscribers: lifting a suppression: %w", err)
		}
		if err := forgetBouncesTx(ctx, tx, forgetSoftSQL, folded); err != nil {
			return err
		}
		r, err = lockTx(ctx, tx, id)
		return err
	})
	return r, err
}

// applyRequestTx applies the sign-up that a reader made after leaving, if there is one.
func (s *Store) applyRequestTx(ctx context.Context, tx *sqlx.Tx, id int64) error {
	var raw sql.NullString
	err := tx.GetContext(ctx, &raw, `SELECT requested FROM subscribers WHERE id = $1`, id)
	if err != nil || !raw.Valid {
		return notFound(err, "reading a sign-up")
	}
	var req request
	if err := json.Unmarshal([]byte(raw.String), &req); err != nil {
		return fmt.Errorf("subscribers: reading a sign-up: %w", err)
	}
	if err := s.SetPreferencesTx(ctx, tx, id, req.Preferences); err != nil {
		return err
	}
	evidence, err := json.Marshal(req.Consent)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE subscribers SET name = CASE WHEN $2 = '' THEN name ELSE $2 END, consent = $3, requested = NULL
		WHERE id = $1`, id, req.Name, string(evidence))
	if err != nil {
		return fmt.Errorf("subscribers: applying a sign-up: %w", err)
	}
	return nil
}

// forgotten is the time after leaving at which a reader's position is deleted. The first
// digest after a longer absence contains the articles of its period and not of the months
// between.
const forgotten = 31 * 24 * time.Hour

func (s *Store) activateTx(ctx context.Context, tx *sqlx.Tx, r Subscriber, network string, now time.Time) error {
	evidence, err := json.Marshal(consent{ConfirmedAt: &now, ConfirmedNetwork: network})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE subscribers
		SET state = 'active', confirmed_at = $2, left_at = NULL, paused_until = NULL, requested = NULL, consent = consent || $3
		WHERE id = $1`, r.ID, now, string(evidence))
	if err != nil {
		return fmt.Errorf("subscribers: confirming: %w", err)
	}
	if r.State == Left && r.LeftAt.Before(now.Add(-forgotten)) {
		if err := s.events.Returned(ctx, tx, r.ID); err != nil {
			return fmt.Errorf("subscribers: forgetting a position: %w", err)
		}
	}
	return nil
}
