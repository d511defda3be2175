package templates

// FeedsView is the list of all feeds.
type FeedsView struct {
	Title  string
	Groups []FeedGroup
}

// PageName names the file in pages/.
func (FeedsView) PageName() string { return "feeds" }

// FeedGroup is one kind of feeds.
type FeedGroup struct {
	Heading string
	Feeds   []FeedRow
}

// FeedRow is one feed with its formats.
type FeedRow struct {
	Name    string
	URL     string // of its page
	Formats []Link
}

// FeedView is a feed's page for people.
type FeedView struct {
	Title       string // of the publication
	Name        string
	Description string
	Formats     []Link
	Mail        string // sign-up form with the same choice; empty for an author's feed
	Latest      []ArticleEntry
}

// PageName names the file in pages/.
func (FeedView) PageName() string { return "feed" }
