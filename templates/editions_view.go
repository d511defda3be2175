package templates

import "time"

// EditionsView is the archive: past editions, newest first.
type EditionsView struct {
	Editions []EditionEntry
	Older    string // address of the next page; empty: this is the last
}

// PageName is the page's file.
func (EditionsView) PageName() string { return "editions" }

// EditionEntry is one of them.
type EditionEntry struct {
	URL   string
	Name  string
	Line  string // "Daily digest · 23 November 2026"
	Sent  time.Time
	Count int // pieces
}

// EditionView is one edition with all its pieces.
type EditionView struct {
	Name     string
	Line     string
	Sent     time.Time
	Digest   bool // each reader gets another part of it
	Intro    []string
	Sections []MailSection
}

// PageName is the page's file.
func (EditionView) PageName() string { return "edition" }

// EditionLinkView is the form that mails the link of an edition for named readers, and
// its answer, the same for every address.
type EditionLinkView struct {
	Action string
	Email  string
	Errors map[string]string // by field
	Sent   bool
	From   string // the address our emails come from
}

// PageName is the page's file.
func (EditionLinkView) PageName() string { return "edition_link" }
