package subscribers

import (
	"context"
	"fmt"

	"corridor/postgres"

	"github.com/lib/pq"
)

// Bounce is a mail server's reply that a reader's mailbox does not exist.
type Bounce struct {
	SubscriberID int64
	Reply        string // of the mail server
	Event        string // bounces that can be lifted together, "edition:domain"
	Source       string // "smtp", or where a late report came from
}

// SuppressBouncedTx suppresses the addresses of readers that bounced, and returns the number
// of those that were not suppressed. Erased readers are left out.
func SuppressBouncedTx(ctx context.Context, tx postgres.Tx, bounces []Bounce) (int64, error) {
	ids, replies, events, sources := make([]int64, len(bounces)), make([]string, len(bounces)), make([]string, len(bounces)), make([]string, len(bounces))
	for i, b := range bounces {
		ids[i], replies[i], events[i], sources[i] = b.SubscriberID, b.Reply, b.Event, b.Source
	}
	// All transactions insert the addresses in the same order, so that none waits for another
	// in a circle.
	result, err := tx.ExecContext(ctx, `
		INSERT INTO suppressions (address_hash, email, subscriber_id, reason, detail, source, event, created_at)
		SELECT sha256(convert_to(s.folded, 'UTF8')), s.email, s.id, 'hard_bounce', b.reply, b.source, b.event, now()
		FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS b (id, reply, event, source) JOIN subscribers s ON s.id = b.id
		ORDER BY s.folded
		ON CONFLICT (address_hash) DO NOTHING`, pq.Array(ids), pq.Array(replies), pq.Array(events), pq.Array(sources))
	if err != nil {
		return 0, fmt.Errorf("subscribers: suppressing readers that bounced: %w", err)
	}
	return result.RowsAffected()
}
