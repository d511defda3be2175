package subscribers

import (
	"context"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Bounce is a mail server's reply that a reader's mailbox does not exist.
type Bounce struct {
	SubscriberID int64
	Reply        string // of the mail server
	Event        string // bounces that can be lifted together, "edition:domain"
	Source       string // "smtp", or where a late report came from

	At      time.Time
	Doubted bool // the reader has read us for long: only a second bounce, a day later, is believed
	Afresh  bool // an email has arrived since the first bounce
}

// SuppressBouncedTx suppresses the addresses of readers that bounced, and returns the number
// of those that were not suppressed. The first bounce that is doubted is only noted. Erased
// readers are left out.
func SuppressBouncedTx(ctx context.Context, tx postgres.Tx, bounces []Bounce) (int64, error) {
	again, err := noteDoubtedTx(ctx, tx, bounces)
	if err != nil {
		return 0, err
	}
	var ids []int64
	var replies, events, sources []string
	for _, b := range bounces {
		if !b.Doubted || again[b.SubscriberID] {
			ids, replies, events, sources = append(ids, b.SubscriberID), append(replies, b.Reply), append(events, b.Event), append(sources, b.Source)
		}
	}
	if len(ids) == 0 {
		return 0, nil
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

// noteDoubtedTx notes the first bounce of readers, and returns those with a second one a day
// later or more. Repeating a call changes nothing.
func noteDoubtedTx(ctx context.Context, tx postgres.Tx, bounces []Bounce) (again map[int64]bool, err error) {
	var ids []int64
	var events, times []string
	var afresh []bool
	for _, b := range bounces {
		if b.Doubted {
			ids, events, times, afresh = append(ids, b.SubscriberID), append(events, b.Event), append(times, b.At.Format(time.RFC3339Nano)), append(afresh, b.Afresh)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var second []int64
	if err := sqlx.SelectContext(ctx, tx, &second, `
		WITH b AS MATERIALIZED (
			SELECT u.* FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::bool[]) AS u (id, event, at, afresh) JOIN subscribers s ON s.id = u.id
		), noted AS (
			INSERT INTO hard_bounces AS h (subscriber_id, first_at, event) SELECT id, at, event FROM b ORDER BY id
			ON CONFLICT (subscriber_id) DO UPDATE SET first_at = EXCLUDED.first_at, event = EXCLUDED.event
			WHERE h.subscriber_id IN (SELECT id FROM b WHERE afresh)
		)
		SELECT b.id FROM b JOIN hard_bounces h ON h.subscriber_id = b.id AND NOT b.afresh AND b.at >= h.first_at + interval '1 day'`,
		pq.Array(ids), pq.Array(events), pq.Array(times), pq.Array(afresh)); err != nil {
		return nil, fmt.Errorf("subscribers: noting first bounces: %w", err)
	}
	again = map[int64]bool{}
	for _, id := range second {
		again[id] = true
	}
	return again, nil
}
