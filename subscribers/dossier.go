package subscribers

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Dossier is all data that Corridor has about a reader.
type Dossier struct {
	Email       string          `json:"email"`
	Name        string          `json:"name"`
	State       State           `json:"state"`
	Programs    []string        `json:"programs"`
	Regions     []string        `json:"regions"`
	Frequency   string          `json:"frequency"`
	Format      string          `json:"format"`
	TimeZone    string          `json:"time_zone"`
	Language    string          `json:"language"`
	PausedUntil *time.Time      `json:"paused_until"`
	Suppressed  *Reason         `json:"suppressed"`
	Created     time.Time       `json:"created"`
	Confirmed   *time.Time      `json:"confirmed"`
	Left        *time.Time      `json:"left"`
	Consent     json.RawMessage `json:"consent"`           // when, how and from which network address
	Requested   json.RawMessage `json:"requested"`         // a sign-up after leaving, not confirmed yet
	SignUps     json.RawMessage `json:"sign_ups_answered"` // times of the last messages that public forms caused
	Failures    Failures        `json:"failures"`          // what counts against the reader
	SeenRelease *int64          `json:"seen_release"`      // release number up to which digests considered the reader
	Deliveries  []DossierMail   `json:"deliveries"`
}

// DossierMail is one edition that was planned for a reader.
type DossierMail struct {
	Edition    int64      `json:"edition" db:"edition_id"`
	Subject    string     `json:"subject" db:"subject"`
	State      string     `json:"state" db:"state"`
	At         *time.Time `json:"at" db:"last_at"`
	Reply      *string    `json:"reply" db:"reply"`              // last reply of the mail server
	Bounced    *time.Time `json:"bounced" db:"bounced_at"`       // a mail server reported that the accepted email was not delivered
	Complained *time.Time `json:"complained" db:"complained_at"` // the reader reported the email as unwanted
}

// Dossier returns all data about the reader with the given id.
func (s *Store) Dossier(ctx context.Context, id int64) (Dossier, error) {
	r, err := s.FindByID(ctx, id)
	if err != nil {
		return Dossier{}, err
	}
	p := r.Preferences
	d := Dossier{
		Email: r.Email, Name: r.Name, State: r.State, Programs: p.Programs, Regions: p.Regions,
		Frequency: p.Frequency, Format: p.Format, TimeZone: p.TimeZone, Language: p.Language, Created: r.CreatedAt,
		PausedUntil: orNil(r.PausedUntil), Confirmed: orNil(r.ConfirmedAt), Left: orNil(r.LeftAt), Deliveries: []DossierMail{},
	}
	if r.Suppressed != "" {
		d.Suppressed = &r.Suppressed
	}
	err = s.db.QueryRowContext(ctx, `
		SELECT consent, COALESCE(requested, 'null'), to_jsonb(COALESCE(asked_at, '{}'))
		FROM subscribers
		WHERE id = $1`, id).Scan(&d.Consent, &d.Requested, &d.SignUps)
	if err != nil {
		return Dossier{}, notFound(err, "gathering what we hold")
	}
	if d.Failures, err = s.Failures(ctx, id); err != nil {
		return Dossier{}, err
	}
	if err := s.events.Disclosed(ctx, s.db, id, &d); err != nil {
		return Dossier{}, fmt.Errorf("subscribers: gathering what others hold: %w", err)
	}
	return d, nil
}

func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
