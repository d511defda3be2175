package smtp

import (
	"fmt"
	"strings"
	"time"
)

// Kind is the result of one attempt to send a message.
type Kind int

// Results of an attempt.
const (
	Accepted  Kind = iota // 250 after the final dot
	Deferred              // 4xx at any stage, or a 5xx that concerns the sender: to be tried again
	Rejected              // 5xx that concerns this message or recipient: final
	Bounced               // 5xx that says that the mailbox does not exist: final, and suppressed
	NotSent               // no answer: the connection was lost before the final dot was handed to the socket, or could not be opened
	Uncertain             // the message was handed over, the answer never came
)

// Outcome is the result of one attempt, with the relay's reply.
type Outcome struct {
	Kind     Kind
	Meaning  Meaning // of a refusal; empty: the attempt was not refused
	Stage    string  // connect, TLS, banner, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, dot
	Code     int     // RFC 5321; 0: no reply
	Enhanced string  // RFC 3463, like "5.1.1"; empty: the reply has none
	Text     string  // of the reply, or the error; see [Outcome.ReplyText]
	Relay    string  // host:port
	Bytes    int     // sent over the wire
	SlowDown bool    // 421: the recipient domain asks for a pause
	At       time.Time
}

// ConcernsSender tells whether the outcome is a final refusal of the sender (its address,
// reputation, quota or policy): the same message would be refused again.
func (o Outcome) ConcernsSender() bool {
	return o.Kind == Deferred && o.Meaning == Us && o.Code >= 500
}

// ConcernsAll tells whether the outcome is a final refusal that every message of an edition
// may meet: of the sender, of the message, or one whose text does not say why.
func (o Outcome) ConcernsAll() bool {
	return o.ConcernsSender() || o.Kind == Rejected && (o.Meaning == Unclear || o.Meaning == ThisMessage)
}

// BeforeMail tells whether the attempt ended before MAIL, while connecting. Such a refusal
// concerns the connection, which is opened again.
func (o Outcome) BeforeMail() bool { return beforeRecipient(o.Stage) && o.Stage != stageMAIL }

// ReplyLine is the reply on one line: code, enhanced code, text.
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

// ReplyText is the text of the reply as it is stored: valid UTF-8 without NUL, at most 500 bytes.
func (o Outcome) ReplyText() string { return storable(o.Text) }

// maxReply is how many bytes of a reply are stored.
const maxReply = 500

// storable makes a server's text fit for a text column of PostgreSQL.
func storable(s string) string { return clip(strings.ReplaceAll(s, "\x00", ""), maxReply) }
