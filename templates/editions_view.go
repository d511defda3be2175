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
	ID    int64
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
