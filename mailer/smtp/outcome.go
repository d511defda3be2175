package smtp

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind is the result of one attempt to send a message.
type Kind int

// Results of an attempt.
const (
	Accepted  Kind = iota // 250 after the final dot
	Deferred              // 4xx at any stage, or 5xx about the sender: try again
	Rejected              // 5xx about this message or recipient: final
	Bounced               // 5xx because the mailbox does not exist: final, and the address is suppressed
	NotSent               // no reply: the connection failed before the socket took the final dot
	Uncertain             // the socket took the final dot, and no reply came
)

// Outcome is the result of one attempt, with the relay's reply.
type Outcome struct {
	Kind     Kind
	Meaning  Meaning // of a refusal; else empty
	Stage    string  // connect, TLS, banner, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, dot
	Code     int     // RFC 5321; 0 without a reply
	Enhanced string  // RFC 3463, like "5.1.1"; may be empty
	Text     string  // of the reply or the error; see [Outcome.ReplyText]
	Relay    string  // host:port
	Bytes    int     // written to the connection
	SlowDown bool    // 421: the recipient domain asks for a pause
	At       time.Time

	Repeated bool     // a failure to connect during the pause after another one
	Earlier  *Outcome // of the relay that was tried before in the same attempt; nil: none
}

// ConcernsSender reports whether the outcome is a final refusal of the sender (address,
// reputation, quota or policy). The relay would refuse the same message again.
func (o Outcome) ConcernsSender() bool {
	return o.Kind == Deferred && o.Meaning == Us && o.Code >= 500
}

// ConcernsAll reports whether the outcome is a final refusal that may apply to every
// message of an edition: of the sender, of the message, or without a clear reason.
func (o Outcome) ConcernsAll() bool {
	return o.ConcernsSender() || o.Kind == Rejected && (o.Meaning == Unclear || o.Meaning == ThisMessage)
}

// RefusesUs reports whether the relay refuses the sender with a final code, or cannot be
// used as configured: it offers no TLS, its certificate is invalid, or it offers no common
// authentication mechanism.
func (o Outcome) RefusesUs() bool {
	return o.Meaning == Us && (o.Code >= 500 || o.Code == 0) && o.Kind != Accepted
}

// SlowsUs reports whether the relay refuses the sender for now: 4xx because of a quota or
// another reason that does not depend on the recipient.
func (o Outcome) SlowsUs() bool {
	return o.Kind == Deferred && o.Meaning == Us && o.Code >= 400 && o.Code < 500 && (beforeRecipient(o.Stage) || !o.SlowDown)
}

// IsBeyond reports whether an attempt on a relay that refused us at a stage shows that the
// relay refuses us no longer: the message was accepted, or its refusal is of a later stage
// and does not concern us.
func (o Outcome) IsBeyond(stage string) bool {
	if o.Kind == Accepted {
		return true
	}
	return o.Code != 0 && o.Meaning != Us && slices.Index(stages, o.Stage) > slices.Index(stages, stage)
}

// BeforeRecipient reports whether the attempt ended before RCPT. Such a refusal does not
// depend on the recipient.
func (o Outcome) BeforeRecipient() bool { return beforeRecipient(o.Stage) }

// BeforeMail reports whether the attempt ended before MAIL, while connecting. Such a
// refusal concerns the connection only.
func (o Outcome) BeforeMail() bool { return beforeRecipient(o.Stage) && o.Stage != stageMAIL }

// ReplyLine is the reply as one line: code, enhanced code, text.
func (o Outcome) ReplyLine() string {
	text := o.Text
	if o.Enhanced != "" {
		text = o.Enhanced + " " + text
	}
	if o.Code != 0 {
		text = fmt.Sprint(o.Code, " ", text)
	}
	return storable(text)
}

// ReplyText is the text of the reply as it is stored: valid UTF-8 without NUL, at most 500
// bytes.
func (o Outcome) ReplyText() string { return storable(o.Text) }

// maxReply is the number of bytes of a reply that are stored.
const maxReply = 500

// storable makes a server's text valid for a text column of PostgreSQL.
func storable(s string) string { return clip(strings.ReplaceAll(s, "\x00", ""), maxReply) }
