// Package message makes emails from renderings. It does not use the database.
//
// The emails of a rendering differ in few bytes. [Compose] makes a [Template] with go-mail
// once, and [Template.Splice] adds each recipient's headers and the values of the
// placeholders, and signs the result (DKIM, RFC 6376) if there is a [Signer]. A placeholder
// is written {{corridor:NAME}} in a rendering, at an offset that is stored with it; the
// same characters at other offsets are text (see [Segments]).
package message

// Rendering is the common part of a variant's emails. Placeholders, {{corridor:NAME}},
// begin at the offsets in its bodies; see [Segments].
type Rendering struct {
	ID         int64
	Kind       string // of its edition: digest or special
	List       string // of List-Id, when its readers are those of one program or region, like "central-asia.regions"
	Subject    string
	HTML       string
	HTMLPlaces []int64
	Text       string
	TextPlaces []int64
}

// Letterhead is the common part of all emails of the publication.
type Letterhead struct {
	From       string // display name and address, RFC 5322
	ReplyTo    string // may be empty
	Title      string // of the publication
	ListID     string // RFC 2919, without brackets, like "digest.example.org"; a rendering's List replaces its first label
	FeedbackID string // last field of Feedback-ID; see [FeedbackSender]
	Headers    Headers
}
