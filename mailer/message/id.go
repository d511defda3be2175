package message

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// IDs makes the Message-IDs of deliveries. They are derived, not stored: a delivery has the
// same one at every attempt, by which a mailbox recognizes a repetition, and without the key
// the Message-IDs of other readers cannot be guessed.
type IDs struct {
	key    []byte
	domain string
}

// NewIDs returns the Message-IDs of a secret key; domain is that of publication.from.
func NewIDs(key []byte, domain string) *IDs { return &IDs{key: key, domain: domain} }

// ID is the Message-ID of an edition's email to a reader, with its angle brackets.
func (m *IDs) ID(edition, subscriber int64) string {
	name := strconv.FormatInt(edition, 10) + "." + strconv.FormatInt(subscriber, 10)
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte(name))
	sum := mac.Sum(nil)
	return "<" + name + "." + hex.EncodeToString(sum[:8]) + "@" + m.domain + ">"
}
