package templates

// ErrorView is the page for whatever went wrong: what, and a way on.
type ErrorView struct {
	Heading string
	Text    string
	Ways    []Way
}

// PageName is the page's file.
func (ErrorView) PageName() string { return "error" }

// Way is a link that leads on.
type Way struct{ Label, URL string }
