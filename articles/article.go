// Package articles knows the publication's articles: it gathers them from their sources,
// reads pages, labels them with programs and regions, keeps every version, and gives each
// a release number at the moment it becomes public here. Everything downstream asks for
// the articles released after number N, never for those dated after a day.
package articles

import (
	"time"

	"corridor/articles/reading"
)

// State of an article. Only released ones stand in feeds, digests and the archive.
type State string

// The states of an article.
const (
	Held      State = "held"
	Released  State = "released"
	Withdrawn State = "withdrawn"
)

// Article is a published article. Programs and Regions are sorted slugs; the zero
// time means that the page says no date.
type Article struct {
	ID          int64
	UID         string // the entry's id in feeds, a UUID, given once
	URL         string // canonical address
	GUID        string // a feed's id for it, if any
	Source      string // name of its source; empty when imported
	State       State
	Title       string
	Authors     []string
	Published   time.Time
	Updated     time.Time
	Programs    []string
	Regions     []string
	Summary     string
	ImageURL    string
	ImageCredit string
	ImageAlt    string // its alternative text
	Language    string // BCP 47
	Words       int
	ContentHTML string // sanitised, addresses absolute
	ContentText string
	Media       []reading.Media // what the text embeds, in its order
	Version     int
	Labels      []Label // of Programs and Regions; and what the text may be about without enough certainty

	Refused     string    // what the page answered when the text of the feed was taken instead; empty: nothing of the kind
	HeldReason  string    // why gathering holds it for staff; empty in any other state
	Newsworthy  bool      // false: in feeds and archive, but in no digest
	ReleaseNo   int64     // 0: never released
	ReleasedAt  time.Time // first release
	ChangedAt   time.Time // last change of anything a feed shows
	WithdrawnAt time.Time
	FirstSeenAt time.Time
	Date        time.Time // as pages and emails print it, PrintedDateSQL; Published is the page's word
}

// Program is one of the publication's programs.
type Program struct {
	Slug   string
	Name   string
	Labels []string // how the site writes it: texts of labels, parts of addresses
}

// Region is one of the publication's regions.
type Region struct {
	Slug      string
	Name      string
	Labels    []string
	Countries []string // an article about these is about the region
}

// Labels are the two dimensions that a publication sorts its work by, in the
// order the publication names them.
type Labels struct {
	Programs []Program
	Regions  []Region
}
