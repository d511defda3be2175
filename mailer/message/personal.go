package message

// Recipient is a delivery as far as its mail differs from others of the same variant.
type Recipient struct {
	EditionID       int64
	SubscriberID    int64
	VariantID       int64
	RenderingID     int64
	PreferenceSetID int64
	Address         string
	Name            string
	Format          string // html, text
	Language        string // BCP 47
	LinkVersion     int
}

// Personal are the values of a rendering's placeholders for one recipient, as plain text:
// {{corridor:name}}, {{corridor:greeting}}, {{corridor:why}},
// {{corridor:preferences_url}}, {{corridor:unsubscribe_url}}, {{corridor:view_url}}.
// OneClickURL goes into List-Unsubscribe (RFC 8058).
type Personal struct {
	Name           string
	Greeting       string
	Why            string
	PreferencesURL string
	UnsubscribeURL string
	OneClickURL    string
	ViewURL        string
}

// Personalise gives a recipient's values. It is called for every mail, by many
// goroutines, and must not wait for anything.
type Personalise func(Recipient) Personal
