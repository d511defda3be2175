package templates

import "time"

// MailsView lists captured emails.
type MailsView struct {
	Total int
	Mails []MailRow
	Older string // address of the next page; empty on the last page
}

// PageName names the file in pages/.
func (MailsView) PageName() string { return "mails" }

// MailRow is a captured email in the list.
type MailRow struct {
	URL, To, Subject string
	Date             time.Time
}

// MailView is a captured email.
type MailView struct {
	Subject string
	Headers []MailHeader
	Text    string
	HTMLURL string // empty if the email has no HTML part
	RawURL  string
}

// PageName names the file in pages/.
func (MailView) PageName() string { return "mail" }

// MailHeader is a decoded header field.
type MailHeader struct{ Name, Value string }
