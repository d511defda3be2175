package editions

import (
	"context"
	"fmt"
	"time"

	"corridor/mailer"
	"corridor/mailer/deliveries"
	"corridor/postgres"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Failures are counted for each reader when they happen. Whether an email has arrived since
// is read from deliveries at the next failure, so that an email that arrives costs no write.

const (
	// longStanding is the number of emails that arrived after which one hard bounce is not
	// believed.
	longStanding = "3"

	// failedAt is the time of the failure of delivery d.
	failedAt = `COALESCE(` + reportedAt + `, now())`

	// arrivedSince is the condition that an email has arrived at the reader of k after the
	// time k.at. A retried edition has no end, or a new one.
	arrivedSince = `EXISTS (
		SELECT FROM editions e CROSS JOIN LATERAL (
			SELECT FROM deliveries x WHERE x.edition_id = e.id AND x.subscriber_id = k.subscriber_id AND x.state = 'sent' AND x.last_at > k.at OFFSET 0
		) x
		WHERE e.finished_at IS NULL OR e.finished_at >= k.at)`
)

// bouncedTx suppresses readers whose mailboxes do not exist. A reader of long standing is
// suppressed by a second bounce only, because a server errs at times.
func bouncedTx(ctx context.Context, tx postgres.Tx, bounces []deliveries.Bounce) (int64, error) {
	facts, err := bounceFactsTx(ctx, tx, bounces)
	if err != nil {
		return 0, err
	}
	list := make([]subscribers.Bounce, len(bounces))
	for i, b := range bounces {
		f := facts[b.SubscriberID]
		list[i] = subscribers.Bounce{
			SubscriberID: b.SubscriberID, Reply: b.Reply, Event: b.Event, Source: b.Source,
			At: f.At, Doubted: f.Long && !b.Decided, Afresh: f.Afresh,
		}
	}
	return subscribers.SuppressBouncedTx(ctx, tx, list)
}

// bounceFacts are the facts about a reader that bounced.
type bounceFacts struct {
	Reader int64     `db:"subscriber_id"`
	At     time.Time `db:"at"`
	Long   bool      `db:"long"`
	Afresh bool      `db:"afresh"`
}

// bounceFactsTx reads the facts about readers that bounced.
func bounceFactsTx(ctx context.Context, tx postgres.Tx, bounces []deliveries.Bounce) (map[int64]bounceFacts, error) {
	readers, editions := make([]int64, len(bounces)), make([]int64, len(bounces))
	for i, b := range bounces {
		readers[i], editions[i] = b.SubscriberID, b.Edition
	}
	var rows []bounceFacts
	if err := sqlx.SelectContext(ctx, tx, &rows, `
		SELECT d.subscriber_id, `+failedAt+` AS at,
			`+longStanding+` = (
				SELECT count(*) FROM (
					SELECT FROM editions e CROSS JOIN LATERAL (
						SELECT FROM deliveries x WHERE x.edition_id = e.id AND x.subscriber_id = d.subscriber_id AND x.state = 'sent' OFFSET 0
					) x
					WHERE e.created_at >= s.created_at ORDER BY e.id DESC LIMIT `+longStanding+`
				) arrived) AS long,
			EXISTS (SELECT FROM (SELECT h.subscriber_id, h.first_at AS at FROM hard_bounces h WHERE h.subscriber_id = d.subscriber_id) k WHERE `+arrivedSince+`) AS afresh
		FROM unnest($1::bigint[], $2::bigint[]) AS b (reader, edition)
		JOIN deliveries d ON d.edition_id = b.edition AND d.subscriber_id = b.reader
		JOIN subscribers s ON s.id = d.subscriber_id`, pq.Array(readers), pq.Array(editions)); err != nil {
		return nil, fmt.Errorf("editions: reading about readers that bounced: %w", err)
	}
	facts := map[int64]bounceFacts{}
	for _, f := range rows {
		facts[f.Reader] = f
	}
	return facts, nil
}

// countFailuresTx counts the failures that are about their readers. missed is ordered by
// reader.
func countFailuresTx(ctx context.Context, tx postgres.Tx, readers, variants []int64) error {
	var failed []struct {
		Reader   int64     `db:"subscriber_id"`
		Edition  int64     `db:"edition_id"`
		Stage    string    `db:"stage"`
		Code     int       `db:"code"`
		Enhanced string    `db:"enhanced"`
		Reply    string    `db:"reply"`
		At       time.Time `db:"at"`
		Afresh   bool      `db:"afresh"`
	}
	if err := sqlx.SelectContext(ctx, tx, &failed, `
		SELECT d.subscriber_id, d.edition_id, d.stage, COALESCE(d.code, 0) AS code, COALESCE(d.enhanced, '') AS enhanced, COALESCE(d.reply, '') AS reply, `+failedAt+` AS at,
			EXISTS (SELECT FROM (SELECT b.subscriber_id, b.last_at AS at FROM soft_bounces b WHERE b.subscriber_id = d.subscriber_id) k WHERE `+arrivedSince+`) AS afresh
		FROM unnest($1::bigint[], $2::bigint[]) AS m (reader, variant)
		JOIN variants v ON v.id = m.variant
		JOIN deliveries d ON d.edition_id = v.edition_id AND d.subscriber_id = m.reader
		WHERE d.state = 'failed' AND d.stage IS NOT NULL
		ORDER BY d.subscriber_id, d.edition_id`, pq.Array(readers), pq.Array(variants)); err != nil {
		return fmt.Errorf("editions: reading failures: %w", err)
	}
	var counted []subscribers.SoftBounce
	for _, f := range failed {
		if !mailer.IsSoftBounce(f.Stage, f.Code, f.Enhanced, f.Reply) {
			continue
		}
		if n := len(counted); n > 0 && counted[n-1].SubscriberID == f.Reader {
			counted = counted[:n-1] // two editions in one transaction count once
		}
		counted = append(counted, subscribers.SoftBounce{SubscriberID: f.Reader, Edition: f.Edition, At: f.At, Afresh: f.Afresh})
	}
	return subscribers.CountSoftBouncesTx(ctx, tx, counted)
}
