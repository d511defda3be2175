package subscribers

import "time"

// KeyDocument is a key of signed links as JSON.
type KeyDocument struct {
	Key               uint16   `json:"key"`
	State             KeyState `json:"state"`      // signs, waits, verifies, unsubscribe
	Kept              string   `json:"kept"`       // database, file
	Created           *string  `json:"created"`    // RFC 3339; null: unknown
	SignsFrom         *string  `json:"signs_from"` // of a key that waits
	SignedUnsubscribe bool     `json:"signed_unsubscribe"`
}

// Document returns the key as JSON, with times in the given zone.
func (k KeyInfo) Document(zone *time.Location) KeyDocument {
	moment := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		text := t.In(zone).Format(time.RFC3339)
		return &text
	}
	d := KeyDocument{Key: k.ID, State: k.State, Kept: "database", Created: moment(k.CreatedAt), SignsFrom: moment(k.SignsAt), SignedUnsubscribe: k.Direct}
	if k.InFile {
		d.Kept = "file"
	}
	return d
}
