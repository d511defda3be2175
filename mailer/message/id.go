package message

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// IDs generates the Message-IDs of deliveries, their envelope senders and their addresses
// for leaving, and recognizes them. They are derived rather than stored: a delivery has the
// same ones at every attempt, so that mailboxes can recognize a repetition. Without the key
// those of other recipients cannot be guessed.
type IDs struct {
	key     []byte
	domain  string
	returns ReturnAddresses
}

// NewIDs returns the generator for a secret key. domain is that of publication.from.
func NewIDs(key []byte, domain string, returns ReturnAddresses) *IDs {
	return &IDs{key: key, domain: domain, returns: returns}
}

// Marks identify an email. A message of the outbox has edition 0, and its id in place of the
// reader's; it has another Message-ID in its header.
type Marks struct {
	MessageID string // in angle brackets
	Bounce    string // envelope sender; empty without a domain for addresses
	Leave     string // address for leaving; empty without a domain for addresses
}

// EnvelopeID identifies the email in delivery reports (RFC 3461 section 4.4): the
// Message-ID without its brackets.
func (m Marks) EnvelopeID() string { return m.MessageID[1 : len(m.MessageID)-1] }

// macSize is the size of a MAC in bytes: 64 bits, in 16 hexadecimal digits. The MACs of an
// email are disjoint parts of one HMAC, so that none of them is known from another.
const macSize = 8

// The parts of an HMAC.
const (
	messageMAC = iota
	bounceMAC
	leaveMAC
)

// SingleID is the id of a message of the outbox, for [Headers]: the Message-ID of reader
// number of edition 0, which does not exist.
func (m *IDs) SingleID(number int64) string { return m.ID(0, number) }

// ID is the Message-ID of an edition's email to a reader, in angle brackets.
func (m *IDs) ID(edition, subscriber int64) string {
	name := pair(edition, subscriber)
	return m.messageID(name, m.sum(name))
}

// Marks returns the marks of an edition's email to a reader.
func (m *IDs) Marks(edition, subscriber int64) Marks {
	name := pair(edition, subscriber)
	sum := m.sum(name)
	marks := Marks{MessageID: m.messageID(name, sum)}
	if m.returns.Domain != "" {
		marks.Bounce = m.returnAddress(bouncePrefix, name, part(sum, bounceMAC))
		marks.Leave = m.returnAddress(leavePrefix, name, part(sum, leaveMAC))
	}
	return marks
}

func (m *IDs) messageID(name string, sum [sha256.Size]byte) string {
	return "<" + name + "." + part(sum, messageMAC) + "@" + m.domain + ">"
}

// sum is the HMAC of an email's numbers.
func (m *IDs) sum(name string) (sum [sha256.Size]byte) {
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte(name))
	mac.Sum(sum[:0])
	return sum
}

// part is one MAC of an HMAC, in hexadecimal.
func part(sum [sha256.Size]byte, n int) string {
	return hex.EncodeToString(sum[n*macSize : (n+1)*macSize])
}

// pair is the numbers of an email, "edition.reader".
func pair(a, b int64) string {
	return strconv.FormatInt(a, 10) + "." + strconv.FormatInt(b, 10)
}
