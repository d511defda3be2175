package templates

// FeedsView is the list of all feeds.
type FeedsView struct {
	Title  string
	Groups []FeedGroup
}

// PageName is the page's file.
func (FeedsView) PageName() string { return "feeds" }

// FeedGroup is one kind of feeds.
type FeedGroup struct {
	Heading string
	Feeds   []FeedRow
}

// FeedRow is one feed with its formats.
type FeedRow struct {
	Name    string
	URL     string // its page
	Formats []Way
}

// FeedView is one feed, for people.
type FeedView struct {
	Title       string // of the publication
	Name        string
	Description string
	Formats     []Way
	Mail        string // the form for the same by mail; empty: there is none
	Latest      []Piece
}

// PageName is the page's file.
func (FeedView) PageName() string { return "feed" }
