package deliveries

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"corridor/postgres"
)

// Deliveries in flight are stored in the row of their batch (batches.marks), which the sender
// must still hold. Updating the row locks it, so that no other sender can lease the batch in
// between. Batches are locked in the order of [Store.Renew].

// quickMarkSQL puts deliveries in flight as they were read with the lease, and results into
// the journal. It returns the asks whose batches are held, and the changes since a
// snapshot. On a newer schema it puts nothing in flight and still writes the results.
var quickMarkSQL = `
	WITH held AS (
		UPDATE batches b SET marks = f.marks::bigint[], marked_at = now()
		FROM (` + askedBatches + `) f
		WHERE ` + stillOurs + ` AND ` + postgres.SchemaIsOurs + `
		RETURNING f.ask
	), kept AS (
		INSERT INTO journal (batch_id, fence, n, results) SELECT unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[]), unnest($9::text[])
	)
	SELECT 'ask', ask FROM held
	UNION ALL (
		SELECT of, id FROM changes WHERE xid >= pg_snapshot_xmin($10::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, $10) LIMIT $11
	)`

const (
	askedBatches = `SELECT unnest($1::bigint[]) AS ask, unnest($2::bigint[]) AS batch_id, unnest($3::bigint[]) AS fence, unnest($4::text[]) AS marks`

	// stillOurs finds batches b by key, for any number of them.
	stillOurs = `b.id = ANY ($2::bigint[]) AND b.id = f.batch_id AND b.fence = f.fence AND b.leased_by = $5 AND b.lease_until > now()`
)

// fullMarkSQL reads editions, deliveries and readers again. It puts the deliveries in
// flight that are still wanted, and skips the others, which lose their in-flight mark. It
// returns the deliveries in flight, and those that it skipped because of a pause.
var fullMarkSQL = `
	WITH held AS MATERIALIZED (
		SELECT b.id, b.edition_id, f.ask, f.marks, ` + maySend + ` AS going
		FROM (` + askedBatches + `) f, batches b JOIN editions e ON e.id = b.edition_id
		WHERE ` + stillOurs + ` AND ` + postgres.SchemaIsOurs + `
		ORDER BY b.id FOR NO KEY UPDATE OF b
	), wanted AS MATERIALIZED (
		SELECT held.ask, held.edition_id, d.subscriber_id, d.variant_id, COALESCE(v.rendering_id, 0) AS rendering_id, m.attempt,
			s.email, s.domain, s.name, s.format, s.language, s.link_version, s.preference_set_id,
			CASE WHEN s.id IS NULL THEN 'erased' WHEN s.state <> 'active' THEN 'left' WHEN x.reason IS NOT NULL THEN 'suppressed' WHEN s.paused_until > now() THEN 'paused' END AS unwanted
		FROM (SELECT unnest($6::bigint[]) AS ask, unnest($7::bigint[]) AS subscriber_id, unnest($8::bigint[]) AS attempt) m
		JOIN held ON held.ask = m.ask AND held.going
		JOIN deliveries d ON d.edition_id = held.edition_id AND d.subscriber_id = m.subscriber_id AND d.batch_id = held.id
			AND d.state IN ('queued', 'deferred') AND d.attempt = m.attempt - 1
		JOIN variants v ON v.id = d.variant_id
		LEFT JOIN subscribers s ON s.id = m.subscriber_id
		LEFT JOIN suppressions x ON x.address_hash = sha256(convert_to(s.folded, 'UTF8'))
		WHERE NOT EXISTS (SELECT FROM bounce_events h WHERE h.edition_id = held.edition_id AND h.domain = s.domain AND h.held_at IS NOT NULL AND h.decided_at IS NULL)
	), marked AS (
		UPDATE batches b SET marked_at = now(),
			marks = f.marks::bigint[] || COALESCE((SELECT array_agg(ARRAY[w.subscriber_id, w.attempt]) FROM wanted w WHERE w.ask = f.ask AND w.unwanted IS NULL), '{}')
		FROM held f
		WHERE b.id = ANY ($2::bigint[]) AND b.id = f.id
	), skipped AS (
		UPDATE deliveries d SET state = 'skipped', reason = w.unwanted, due_at = NULL, last_at = now()
		FROM wanted w
		WHERE w.unwanted IS NOT NULL AND d.edition_id = w.edition_id AND d.subscriber_id = w.subscriber_id AND d.state IN ('queued', 'deferred')
		RETURNING d.subscriber_id, d.variant_id, d.reason
	)
	SELECT false, ask, subscriber_id, variant_id, rendering_id, email, domain, name, format, language, link_version, preference_set_id
	FROM wanted WHERE unwanted IS NULL
	UNION ALL
	SELECT true, 0, subscriber_id, variant_id, 0, '', '', '', '', '', 0, 0 FROM skipped WHERE reason = 'paused'`

// Record puts deliveries in flight, and results into the journal. It returns the deliveries
// that may be sent for each ask, in the order of the asks: all that were asked for, or
// fewer if readers unsubscribed or the lease is lost. [Number] was called with the results.
// Repeating a call, completely or in part, changes nothing.
func (s *Store) Record(ctx context.Context, sender int64, results []Result, asks []Ask) ([][]Delivery, error) {
	answers := make([][]Delivery, len(asks))
	look := make([]bool, len(asks)) // asks with readers who must be read again
	var quick []int
	for i, a := range asks {
		if look[i] = slices.ContainsFunc(a.Want, func(d Delivery) bool { return d.doubtful }); !look[i] {
			quick = append(quick, i)
		}
	}
	rows := journalRows(results)
	if len(quick)+len(rows.results) > 0 {
		if err := s.markQuick(ctx, sender, rows, asks, quick, answers, look); err != nil {
			return nil, fmt.Errorf("deliveries: recording: %w", err)
		}
	}
	var full []int
	for i, again := range look {
		if again {
			full = append(full, i)
		}
	}
	if len(full) > 0 {
		if err := s.markFull(ctx, sender, asks, full, answers); err != nil {
			return nil, fmt.Errorf("deliveries: recording: %w", err)
		}
	}
	return answers, nil
}

// mostChanges is the largest number of changes that are compared. With more, all deliveries
// are read again.
const mostChanges = 1000

// markQuick puts the given asks in flight, and sets look for asks that must be read again.
func (s *Store) markQuick(ctx context.Context, sender int64, rows journal, asks []Ask, quick []int, answers [][]Delivery, look []bool) error {
	a := newMarkArgs(asks, quick)
	var held []int64
	changed := map[string]map[int64]bool{"subscriber": {}, "variant": {}, "edition": {}}
	changes := 0
	snapshot, most := a.changes()
	err := s.recording.run(ctx, quickMarkSQL, append(a.values(sender), rows.batch, rows.fence, rows.n, rows.results, snapshot, most), func(answer *sql.Rows) error {
		var of string
		var id int64
		if err := answer.Scan(&of, &id); err != nil {
			return err
		}
		if of == "ask" {
			held = append(held, id)
			return nil
		}
		changed[of][id] = true
		changes++
		return nil
	})
	if err != nil {
		return err
	}
	for _, i := range held {
		k := asks[i]
		if look[i] = changes >= mostChanges || changed["edition"][k.Flight.lease.Edition] || slices.ContainsFunc(k.Want, func(d Delivery) bool {
			return changed["subscriber"][d.SubscriberID] || changed["variant"][d.VariantID]
		}); look[i] {
			continue
		}
		for _, d := range k.Want {
			d.Attempt++
			answers[i] = append(answers[i], d)
		}
	}
	return nil
}

// markFull puts the given asks in flight.
func (s *Store) markFull(ctx context.Context, sender int64, asks []Ask, full []int, answers [][]Delivery) error {
	a := newMarkArgs(asks, full)
	for n, i := range a.ask {
		a.marks[n] = marksArray(asks[i].Flight.inFlight, nil)
	}
	for _, i := range full {
		answers[i] = nil
	}
	return s.recording.inTx(ctx, func(tx ownTx) error {
		var paused []Missed
		err := tx.run(ctx, fullMarkSQL, append(a.values(sender), a.of, a.reader, a.attempt), func(rows *sql.Rows) error {
			var skipped bool
			var i int
			var d Delivery
			if err := rows.Scan(&skipped, &i, &d.SubscriberID, &d.VariantID, &d.RenderingID,
				&d.Address, &d.Domain, &d.Name, &d.Format, &d.Language, &d.LinkVersion, &d.PreferenceSetID); err != nil {
				return err
			}
			if skipped {
				paused = append(paused, Missed{d.SubscriberID, d.VariantID})
				return nil
			}
			asked := asks[i].wanted(d.SubscriberID)
			d.EditionID, d.Attempt, d.First, d.Resent = asked.EditionID, asked.Attempt+1, asked.First, asked.Resent
			answers[i] = append(answers[i], d)
			return nil
		})
		if err != nil || len(paused) == 0 {
			return err
		}
		slices.SortFunc(paused, func(x, y Missed) int { return cmp.Compare(x.SubscriberID, y.SubscriberID) })
		return s.events.Undelivered(ctx, tx, paused)
	})
}
