package templates

import "time"

// Piece is an article in a list.
type Piece struct {
	Title   string
	URL     string
	Authors []string
	Date    time.Time // zero: none said
	Labels  []string  // names of its programs and regions
	Summary string
}

// HomeView is the front page: what this is, and how to get it.
type HomeView struct {
	Title    string
	SiteURL  string
	Programs []string
	Regions  []string
	Form     ReaderForm
	Latest   []Piece
	Feeds    []Way
}

// PageName is the page's file.
func (HomeView) PageName() string { return "home" }

// SignedUpView answers a sign-up, the same whether the address is known or not.
type SignedUpView struct{ From string }

// PageName is the page's file.
func (SignedUpView) PageName() string { return "signed_up" }

// ConfirmView asks for the one click that confirms.
type ConfirmView struct {
	Email     string
	Summary   string // what will be sent: "Energy, a digest every week"
	Confirmed bool   // it is done
	Links     ReaderLinks
}

// PageName is the page's file.
func (ConfirmView) PageName() string { return "confirm" }

// ReaderLinks are a reader's signed links.
type ReaderLinks struct {
	Preferences string
	Unsubscribe string
	Feed        string // without its ending; empty: there are no feeds
}

// PreferencesView is everything a reader can change.
type PreferencesView struct {
	Action      string // the page's own address
	Email       string
	State       string    // pending, active, left
	PausedUntil time.Time // in the reader's zone
	Form        ReaderForm
	Stopped     string // why nothing is sent although they read; empty: it is
	Retry       bool   // pressing a button may start it again
	Meaning     string // what the choice meant in the last days; empty: unknown
	Done        string // what has just been done
	PauseError  string
	EarliestDay string // of a pause, 2006-01-02
	LatestDay   string
	Erase       bool // the second step of erasure
	Links       ReaderLinks
}

// PageName is the page's file.
func (PreferencesView) PageName() string { return "preferences" }

// UnsubscribeView asks for the click that leaves, or says that it is done.
type UnsubscribeView struct {
	Action      string
	Email       string
	Left        bool
	Frequency   string
	LessOften   bool // a rarer digest can be offered
	Preferences string
}

// PageName is the page's file.
func (UnsubscribeView) PageName() string { return "unsubscribe" }

// ErasedView says that nothing is held any more.
type ErasedView struct{}

// PageName is the page's file.
func (ErasedView) PageName() string { return "erased" }
