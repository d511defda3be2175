package templates

// DemoView is the demo's first page: one way in to everything that the product does.
type DemoView struct {
	SiteURL  string
	Articles int
	Readers  int
	Mails    int    // captured
	MailsURL string // all of them
	Pictures []DemoMail
	Feeds    []Way
	Reader   DemoReader
	Editions []DemoEdition
	Commands []DemoCommand
}

// PageName is the page's file.
func (DemoView) PageName() string { return "demo" }

// DemoMail is a captured mail, shown as the picture that its reader sees.
type DemoMail struct {
	What    string // "The weekly digest", ...
	To      string
	Subject string
	URL     string // the whole message
	HTMLURL string // its HTML part alone
}

// DemoReader is one of the sample readers, with their links.
type DemoReader struct {
	Email          string
	Chose          string
	PreferencesURL string
	UnsubscribeURL string
	FeedURL        string
}

// DemoEdition is an edition with what became of its mails.
type DemoEdition struct {
	ID                                int64
	Kind, Subject, State              string
	Planned, Sent, Deferred, Bounced  int
	Failed, Skipped, Uncertain, Queue int // Queue: queued and sending
}

// DemoCommand is something to try in a second terminal.
type DemoCommand struct{ Line, What string }
