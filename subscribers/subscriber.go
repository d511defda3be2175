// Package subscribers stores readers: their addresses, preferences, consent and
// suppressions. A reader is pending until the confirmation, then active, and left after
// unsubscribing. Links in emails are signed tokens, which are not stored.
package subscribers

import "time"

// State is the state of a subscriber. Pauses and suppressions are independent of it.
type State string

// The states of a subscriber.
const (
	Pending State = "pending"
	Active  State = "active"
	Left    State = "left"
)

// Preferences are the choices of a reader. Programs and Regions are sorted slugs; an empty
// list stands for all of that dimension.
type Preferences struct {
	Programs  []string
	Regions   []string
	Frequency string // instant, daily, weekly, monthly
	Format    string // html, text
	TimeZone  string // IANA name
	Language  string // BCP 47; empty: the publication's
}

// Subscriber is a reader.
type Subscriber struct {
	ID              int64
	Email           string
	Name            string
	State           State
	Preferences     Preferences
	PreferenceSetID int64
	PausedUntil     time.Time // zero: not paused
	Suppressed      Reason    // empty: not suppressed
	CreatedAt       time.Time
	ConfirmedAt     time.Time
	LeftAt          time.Time
	LinkVersion     int       // version of the address of the reader's own feed
	ChosenAt        time.Time // when programs or regions last changed
}
