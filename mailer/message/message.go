// Package message makes emails out of renderings. It reads and writes no database.
//
// The emails of one rendering differ in few bytes: [Compose] makes a [Template] with go-mail
// once, and [Template.Splice] puts in each recipient's headers and the values of the
// placeholders, and signs the result (DKIM, RFC 6376) if there is a [Signer]. Placeholders
// stand in a rendering as {{corridor:NAME}}, at offsets that are stored with it; the same
// characters elsewhere are text (see [Segments]).
package message

// Rendering is the common part of a variant's emails. Its bodies have placeholders,
// {{corridor:NAME}}, which begin at the offsets; see [Segments].
type Rendering struct {
	ID         int64
	Subject    string
	HTML       string
	HTMLPlaces []int64
	Text       string
	TextPlaces []int64
}

// Letterhead is the common part of all emails of the publication.
type Letterhead struct {
	From       string // display name and address, RFC 5322
	ReplyTo    string // empty: none
	Title      string // of the publication
	ListID     string // RFC 2919, without brackets, like "digest.example.org"
	FeedbackID string // prefix of the Feedback-ID header; the edition follows
}
