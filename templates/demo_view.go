package templates

// DemoView is the demo's first page: an entry to everything that the product does.
type DemoView struct {
	SiteURL  string
	Articles int
	Readers  int
	Mails    int    // captured
	MailsURL string // the list of them
	Pictures []DemoMail
	Feeds    []Link
	Reader   DemoReader
	Editions []DemoEdition
	Commands []DemoCommand
}

// PageName names the file in pages/.
func (DemoView) PageName() string { return "demo" }

// DemoMail is a captured email, shown in a frame.
type DemoMail struct {
	What    string // "The weekly digest", ...
	To      string
	Subject string
	URL     string // the message's page
	HTMLURL string // its HTML part
}

// DemoReader is a sample reader with the links of their emails.
type DemoReader struct {
	Email          string
	Chose          string
	PreferencesURL string
	UnsubscribeURL string
	FeedURL        string
}

// DemoEdition is an edition with the counts of its deliveries.
type DemoEdition struct {
	ID                                int64
	Kind, Subject, State              string
	Planned, Sent, Deferred, Bounced  int
	Failed, Skipped, Uncertain, Queue int // Queue: queued and sending
}

// DemoCommand is a command to try in a second terminal.
type DemoCommand struct{ Line, What string }
