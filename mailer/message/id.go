package message

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// IDs generates the Message-IDs of deliveries. They are derived rather than stored: a
// delivery has the same Message-ID at every attempt, so that mailboxes can recognize a
// repetition. Without the key the Message-IDs of other recipients cannot be guessed.
type IDs struct {
	key    []byte
	domain string
}

// NewIDs returns the generator for a secret key. domain is that of publication.from.
func NewIDs(key []byte, domain string) *IDs { return &IDs{key: key, domain: domain} }

// SingleID is the id of a message of the outbox, for [Headers]: the Message-ID of reader
// number of edition 0, which does not exist.
func (m *IDs) SingleID(number int64) string { return m.ID(0, number) }

// ID is the Message-ID of an edition's email to a reader, in angle brackets.
func (m *IDs) ID(edition, subscriber int64) string {
	name := strconv.FormatInt(edition, 10) + "." + strconv.FormatInt(subscriber, 10)
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte(name))
	sum := mac.Sum(nil)
	return "<" + name + "." + hex.EncodeToString(sum[:8]) + "@" + m.domain + ">"
}
