package mailbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"corridor/postgres"

	"github.com/emersion/go-imap/v2"
	"github.com/lib/pq"
)

// position is what has been read of a mailbox, in the database.
type position struct {
	db   *postgres.DB
	name string
}

// last returns the last UID that was read, and 0 for a folder that was made anew, whose
// UIDs mean other messages.
func (p position) last(ctx context.Context, validity uint32) (imap.UID, error) {
	var uid int64
	err := p.db.GetContext(ctx, &uid, `SELECT last_uid FROM mailbox_positions WHERE mailbox = $1 AND uid_validity = $2`, p.name, int64(validity))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("reading the position: %w", err)
	}
	return imap.UID(uid), nil //nolint:gosec // stored from a UID, which has 32 bits
}

// store stores the last UID that was read.
func (p position) store(ctx context.Context, validity uint32, last imap.UID) error {
	if _, err := p.db.ExecContext(ctx, `
		INSERT INTO mailbox_positions (mailbox, uid_validity, last_uid) VALUES ($1, $2, $3)
		ON CONFLICT (mailbox) DO UPDATE SET uid_validity = EXCLUDED.uid_validity, last_uid = EXCLUDED.last_uid`,
		p.name, int64(validity), int64(last)); err != nil {
		return fmt.Errorf("storing the position: %w", err)
	}
	return nil
}

// readOf returns the unique-ids of a list that have been read.
func (p position) readOf(ctx context.Context, list []listed) (map[string]bool, error) {
	var ids []string
	if err := p.db.SelectContext(ctx, &ids, `
		SELECT unique_id FROM mailbox_messages WHERE mailbox = $1 AND unique_id = ANY($2)`, p.name, pq.Array(idsOf(list))); err != nil {
		return nil, fmt.Errorf("reading the position: %w", err)
	}
	read := make(map[string]bool, len(ids))
	for _, id := range ids {
		read[id] = true
	}
	return read, nil
}

// add stores unique-ids as read.
func (p position) add(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := p.db.ExecContext(ctx, `
		INSERT INTO mailbox_messages (mailbox, unique_id) SELECT $1, id FROM unnest($2::text[]) AS id
		ON CONFLICT DO NOTHING`, p.name, pq.Array(ids)); err != nil {
		return fmt.Errorf("storing the position: %w", err)
	}
	return nil
}

// keepOnly forgets the unique-ids of messages that are no longer in the mailbox.
func (p position) keepOnly(ctx context.Context, list []listed) error {
	if _, err := p.db.ExecContext(ctx, `
		DELETE FROM mailbox_messages WHERE mailbox = $1 AND NOT unique_id = ANY($2)`, p.name, pq.Array(idsOf(list))); err != nil {
		return fmt.Errorf("storing the position: %w", err)
	}
	return nil
}

func idsOf(list []listed) []string {
	ids := make([]string, len(list))
	for i, message := range list {
		ids[i] = message.id
	}
	return ids
}
