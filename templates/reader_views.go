package templates

import "time"

// ArticleEntry is an article in a list.
type ArticleEntry struct {
	Title   string
	URL     string
	Authors []string
	Date    time.Time // zero if unknown
	Labels  []string  // names of its programs and regions
	Summary string
}

// HomeView is the front page: the publication's offer, the latest articles and the sign-up
// form.
type HomeView struct {
	Title    string
	SiteURL  string
	Programs []string
	Regions  []string
	Form     ReaderForm
	Latest   []ArticleEntry
	Feeds    []Link
}

// PageName names the file in pages/.
func (HomeView) PageName() string { return "home" }

// SignedUpView answers a sign-up, the same for known and unknown addresses.
type SignedUpView struct{ From string }

// PageName names the file in pages/.
func (SignedUpView) PageName() string { return "signed_up" }

// ConfirmView shows the button that confirms, or says that the subscription is confirmed.
type ConfirmView struct {
	Email     string
	Summary   string // of the preferences: "One digest a week, with everything new."
	Confirmed bool   // the subscription is active
	Links     ReaderLinks
}

// PageName names the file in pages/.
func (ConfirmView) PageName() string { return "confirm" }

// ReaderLinks are a reader's signed links.
type ReaderLinks struct {
	Preferences string
	Unsubscribe string
	Feed        string // without the format; empty without feeds
}

// PreferencesView is everything that a reader can change.
type PreferencesView struct {
	Action      string // the page's own address
	Email       string
	State       string    // pending, active, left
	PausedUntil time.Time // in the reader's zone
	Form        ReaderForm
	Stopped     string // reason why an active reader gets no email; else empty
	Retry       bool   // the reader can lift the suppression
	Meaning     string // effect of the preferences in the last days; empty if unknown
	Done        string // confirms the last action
	PauseError  string
	EarliestDay string // of a pause, 2006-01-02
	LatestDay   string
	Erase       bool // the second step of erasure
	Links       ReaderLinks
}

// PageName names the file in pages/.
func (PreferencesView) PageName() string { return "preferences" }

// UnsubscribeView shows the button that unsubscribes, or says that it is done.
type UnsubscribeView struct {
	Action      string
	Email       string
	Left        bool
	Frequency   string
	LessOften   bool // offer a less frequent digest
	Preferences string
}

// PageName names the file in pages/.
func (UnsubscribeView) PageName() string { return "unsubscribe" }

// ErasedView says that the reader's data has been erased.
type ErasedView struct{}

// PageName names the file in pages/.
func (ErasedView) PageName() string { return "erased" }
