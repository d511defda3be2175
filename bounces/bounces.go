// Package bounces reads messages that come back after an email was sent: delivery reports
// (RFC 3464), reports of mail servers that follow no standard, complaints (RFC 5965), and
// automatic replies (RFC 3834). [Read] reads a message into a [Report]; it is pure.
//
// [Desk.Receive] finds the email that a message is about, and makes an [Event] of it.
// [Desk.Take] decides about an event and records its effect. A door that gets events rather
// than messages, such as a webhook, calls Take itself.
//
// The package owns the table unread_returns.
package bounces

import "time"

// Kind is the kind of a message that came back.
type Kind string

// The kinds.
const (
	Failed    Kind = "failed"    // a recipient did not get the email, and there will be no further attempt
	Delayed   Kind = "delayed"   // attempts continue
	Delivered Kind = "delivered" // delivered, relayed or expanded, RFC 3464 section 2.3.3
	Complaint Kind = "complaint" // a recipient reported the email as spam
	Leave     Kind = "leave"     // a recipient asks to leave
	Automatic Kind = "automatic" // out of office, a read receipt, a challenge, an answer of a list
	Personal  Kind = "personal"  // written by a person, or by a program that does not say so
	Unknown   Kind = "unknown"   // not understood
)

// Report is the content of a message.
type Report struct {
	Kind       Kind
	Date       time.Time   // of its header; zero without a valid one
	Recipients []Recipient // of a delivery report, at most maxRecipients; of a complaint at most one
	Reporter   string      // the reporting mail server or the complaint's user agent; may be empty
	Feedback   string      // the type of a complaint, like "abuse" or "not-spam"; else empty
	Original   Original
	To         []string // addresses that the message was sent to, as its header fields say, the surest first

	// AsksToLeave is whether the message leaves if it was sent to an address for leaving.
	// Reports and automatic replies do not.
	AsksToLeave bool
}

// Recipient is one group of fields of a delivery report.
type Recipient struct {
	Address  string // as the report writes it, without its type; may be empty
	Action   string // failed, delayed, delivered, relayed or expanded, RFC 3464 section 2.3.3
	Status   string // RFC 3463, like "5.1.1"; may be empty
	Code     int    // of the SMTP reply in the report; 0: the report has no reply
	Enhanced string // of that reply; may be empty
	Text     string // its words, at most maxText bytes; may be empty
}

// Original describes the email that a report is about, as far as the report quotes it.
type Original struct {
	MessageID string // with its angle brackets; empty: not quoted
	ID        string // value of the header field message.IDHeader; may be empty
	Envelope  string // the identifier of its envelope, RFC 3461 section 4.4; may be empty
	From      string // the envelope sender that the report names; may be empty
	ListID    string // without its angle brackets; may be empty
}

// Limits of one message. A message with more parts is not understood; a message beyond the
// other limits is read as far as they go.
const (
	MaxSize       = 2 << 20 // bytes of a message that are read
	maxParts      = 30
	maxDepth      = 4
	maxRecipients = 100
	maxText       = 1000
)
