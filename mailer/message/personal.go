package message

// Recipient is the part of a delivery that differs between the emails of a variant.
type Recipient struct {
	EditionID       int64
	SubscriberID    int64
	VariantID       int64
	RenderingID     int64
	PreferenceSetID int64
	Address         string
	Name            string
	Format          string // html or text
	Language        string // BCP 47
	LinkVersion     int
}

// Personal is the values of a rendering's placeholders for one recipient, as plain text:
// {{corridor:name}}, {{corridor:greeting}}, {{corridor:why}}, {{corridor:preferences_url}},
// {{corridor:unsubscribe_url}}, {{corridor:view_url}}. OneClickURL is for List-Unsubscribe
// (RFC 8058).
type Personal struct {
	Name           string
	Greeting       string
	Why            string
	PreferencesURL string
	UnsubscribeURL string
	OneClickURL    string
	ViewURL        string
	LeaveAddress   string // unsubscribes by email, for List-Unsubscribe; may be empty
}

// Personalise returns a recipient's values. It is called for every email, concurrently, and
// must not block.
type Personalise func(Recipient) Personal
