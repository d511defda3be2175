package templates

// ErrorView is the page for an error, with links to go on with.
type ErrorView struct {
	Heading string
	Text    string
	Links   []Link
}

// PageName names the file in pages/.
func (ErrorView) PageName() string { return "error" }

// Link is a link with its text.
type Link struct{ Label, URL string }
