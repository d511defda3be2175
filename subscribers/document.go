package subscribers

import "time"

// Document is the JSON form of a reader. Times are RFC 3339; null for the zero time.
type Document struct {
	Email       string   `json:"email"`
	Name        string   `json:"name"`
	State       State    `json:"state"`
	PausedUntil *string  `json:"paused_until"`
	Suppressed  *Reason  `json:"suppressed"` // the reason; null: not suppressed
	Programs    []string `json:"programs"`
	Regions     []string `json:"regions"`
	Frequency   string   `json:"frequency"`
	Format      string   `json:"format"`
	TimeZone    string   `json:"time_zone"`
	Confirmed   *string  `json:"confirmed"`
	Created     string   `json:"created"`
}

// Document returns the JSON form of r, with times in zone.
func (r Subscriber) Document(zone *time.Location) Document {
	moment := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		text := t.In(zone).Format(time.RFC3339)
		return &text
	}
	d := Document{
		Email: r.Email, Name: r.Name, State: r.State, PausedUntil: moment(r.PausedUntil),
		Programs: r.Preferences.Programs, Regions: r.Preferences.Regions, Frequency: r.Preferences.Frequency,
		Format: r.Preferences.Format, TimeZone: r.Preferences.TimeZone, Confirmed: moment(r.ConfirmedAt), Created: r.CreatedAt.In(zone).Format(time.RFC3339),
	}
	if r.Suppressed != "" {
		d.Suppressed = &r.Suppressed
	}
	return d
}

// SuppressedDocument is the JSON form of a suppressed address.
type SuppressedDocument struct {
	Email  *string `json:"email"` // null: erased
	Reason string  `json:"reason"`
	Detail string  `json:"detail"`
	Source string  `json:"source"`
	Event  string  `json:"event"`
	At     string  `json:"at"`
}

// Document returns the JSON form of s, with its time in zone.
func (s Suppressed) Document(zone *time.Location) SuppressedDocument {
	d := SuppressedDocument{Reason: s.Reason, Detail: s.Detail, Source: s.Source, Event: s.Event, At: s.At.In(zone).Format(time.RFC3339)}
	if s.Email.Valid {
		d.Email = &s.Email.String
	}
	return d
}
