package mailer

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"corridor/postgres"
)

// MessageIDs makes the Message-IDs of deliveries. They are derived, not stored: a
// delivery has the same one at every attempt, by which a mailbox tells a repeat, and
// nobody outside can guess those of others.
type MessageIDs struct {
	key    []byte
	domain string
}

// LoadMessageIDs reads the installation's key, and makes it when there is none.
// domain is that of publication.from.
func LoadMessageIDs(ctx context.Context, db *postgres.DB, domain string) (*MessageIDs, error) {
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails, crypto/rand
	text, err := db.EnsureFact(ctx, "message_id_key", hex.EncodeToString(fresh))
	if err != nil {
		return nil, fmt.Errorf("mailer: reading the key of Message-IDs: %w", err)
	}
	key, err := hex.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("mailer: the key of Message-IDs is broken: %w", err)
	}
	return &MessageIDs{key: key, domain: domain}, nil
}

// ID is the Message-ID of an edition's mail to a reader, with its angle brackets.
func (m *MessageIDs) ID(edition, subscriber int64) string {
	name := strconv.FormatInt(edition, 10) + "." + strconv.FormatInt(subscriber, 10)
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte(name))
	sum := mac.Sum(nil)
	return "<" + name + "." + hex.EncodeToString(sum[:8]) + "@" + m.domain + ">"
}
