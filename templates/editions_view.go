package templates

import "time"

// EditionsView is the archive: past editions, newest first.
type EditionsView struct {
	Editions []EditionEntry
	Older    string // address of the next page; empty on the last page
}

// PageName names the file in pages/.
func (EditionsView) PageName() string { return "editions" }

// EditionEntry is an edition in the archive.
type EditionEntry struct {
	URL      string
	Name     string
	Dateline string // "Daily digest · 23 November 2026"
	Sent     time.Time
	Count    int // of articles
}

// EditionView is an edition with all its articles.
type EditionView struct {
	Name     string
	Dateline string
	Sent     time.Time
	Digest   bool // readers receive different articles of it
	Intro    []string
	Sections []MailSection
}

// PageName names the file in pages/.
func (EditionView) PageName() string { return "edition" }

// EditionLinkView is the form that requests the link of an edition for named readers, and
// the answer to it, which is the same for every address.
type EditionLinkView struct {
	Action string
	Email  string
	Errors map[string]string // by field
	Sent   bool
	From   string // the sender address of our emails
}

// PageName names the file in pages/.
func (EditionLinkView) PageName() string { return "edition_link" }
