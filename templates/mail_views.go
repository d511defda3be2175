package templates

import "time"

// MailsView lists captured mail.
type MailsView struct {
	Total int
	Mails []MailRow
	Older string // empty: no more
}

// PageName is the page's file.
func (MailsView) PageName() string { return "mails" }

// MailRow is one captured mail.
type MailRow struct {
	URL, To, Subject string
	Date             time.Time
}

// MailView is one captured mail.
type MailView struct {
	Subject string
	Headers []MailHeader
	Text    string
	HTMLURL string // empty: text alone
	RawURL  string
}

// PageName is the page's file.
func (MailView) PageName() string { return "mail" }

// MailHeader is a header, decoded.
type MailHeader struct{ Name, Value string }
