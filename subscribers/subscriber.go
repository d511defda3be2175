// Package subscribers keeps the readers: who they are, what they chose, how they
// consented, and whom we must not write to. A reader is pending until they confirm,
// active until they leave. Links in mails are signed tokens; there is no row for them.
package subscribers

import "time"

// State of a subscriber. Being paused or suppressed stands beside it.
type State string

// The states of a subscriber.
const (
	Pending State = "pending"
	Active  State = "active"
	Left    State = "left"
)

// Preferences are what a reader chose. Programs and Regions are sorted slugs; an
// empty list means all of that dimension.
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
	Suppressed      string    // reason; empty: may be written to
	CreatedAt       time.Time
	ConfirmedAt     time.Time
	LeftAt          time.Time
	LinkVersion     int       // of the reader's own feed's address
	ChosenAt        time.Time // when programs or regions last changed
}
