package mailer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"corridor/mailer/message"
	"corridor/postgres"
)

// LoadMessageIDs returns the generator of Message-IDs with the installation's key, which it
// creates if there is none. domain is that of publication.from.
func LoadMessageIDs(ctx context.Context, db *postgres.DB, domain string, returns message.ReturnAddresses) (*message.IDs, error) {
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // crypto/rand does not fail
	text, err := db.EnsureFact(ctx, "message_id_key", hex.EncodeToString(fresh))
	if err != nil {
		return nil, fmt.Errorf("mailer: reading the key of Message-IDs: %w", err)
	}
	key, err := hex.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("mailer: the key of Message-IDs is broken: %w", err)
	}
	return message.NewIDs(key, domain, returns), nil
}
