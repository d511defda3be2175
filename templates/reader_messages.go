package templates

// Messages to one reader. The site names the publication; url is the signed link of the
// button.

// ConfirmMessage asks the owner of an address to confirm a sign-up. It does not contain the
// name from the form, so that a form cannot send text of its author to a stranger.
func ConfirmMessage(site Site, url string) Message {
	m := newMessage(site, "Please confirm your subscription to "+site.Title, "Confirm your subscription")
	m.Text = []string{"Someone, hopefully you, asked us to send the new articles of " + site.Title + " to this address. Click the button to subscribe."}
	m.Button, m.URL = "Confirm my subscription", url
	m.After = []string{"The button works for seven days. Wasn't you? Do nothing, and you will get no more emails from us."}
	return m
}

// KnownMessage answers a sign-up with the address of an active reader. url leads to the
// preferences.
func KnownMessage(site Site, url string) Message {
	m := newMessage(site, "You're already subscribed to "+site.Title, "You're already subscribed")
	m.Text = []string{"Someone, hopefully you, signed up with this address again. Nothing has changed: you still get what you chose. Here you can see it, change it, pause or unsubscribe."}
	m.Button, m.URL = "My preferences", url
	m.After = []string{"Wasn't you? Then you can ignore this email."}
	return m
}

// EditionLinkMessage sends the link of an edition that is not public to a reader of that
// edition.
func EditionLinkMessage(site Site, url string) Message {
	m := newMessage(site, "Your link to an edition of "+site.Title, "Here is your link")
	m.Text = []string{"Someone, hopefully you, asked for a link to an edition that we sent to this address. The link is yours alone."}
	m.Button, m.URL = "Read the edition", url
	m.After = []string{"Wasn't you? Then you can ignore this email."}
	return m
}

func newMessage(site Site, subject, heading string) Message {
	return Message{
		Language: site.Language, Title: site.Title, SiteURL: site.SiteURL, Address: site.Address,
		Subject: subject, Preheader: heading + ".", Heading: heading,
	}
}
