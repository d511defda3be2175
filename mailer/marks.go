package mailer

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"

	"corridor/postgres"
)

// Marks are stored in the row of their batch, whose lease must still be ours. The update
// locks the row, which prevents a takeover in between. Batches are locked in the same order
// as in renew.

// quickMarkSQL marks deliveries as they were read with the lease, and puts results into the
// journal. It returns the asks whose batches are held, and the changes since that snapshot.
// On a newer schema it marks nothing and still writes the results.
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

	// stillOurs finds batches b by key, for any number of batches.
	stillOurs = `b.id = ANY ($2::bigint[]) AND b.id = f.batch_id AND b.fence = f.fence AND b.leased_by = $5 AND b.lease_until > now()`
)

// fullMarkSQL reads editions, deliveries and readers again. It marks the deliveries that
// are still wanted, removes the marks of the others and skips them. It returns the marked
// deliveries, and those skipped because their readers paused.
var fullMarkSQL = `
	WITH held AS MATERIALIZED (
		SELECT b.id, b.edition_id, f.ask, f.marks, e.state = 'sending' AS going
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

// record writes marks, and results into the journal. It returns the marked deliveries of
// each ask, in the order of the asks, of which a lease has at most one. Repeating it,
// completely or in part, changes nothing.
func (s *Store) record(ctx context.Context, sender int64, results []result, asks []*ask) ([][]marked, error) {
	answers := make([][]marked, len(asks))
	look := make([]bool, len(asks)) // asks with readers who must be read again
	var quick []int
	for i, a := range asks {
		if look[i] = slices.ContainsFunc(a.want, func(j job) bool { return j.doubtful }); !look[i] {
			quick = append(quick, i)
		}
	}
	entries := journalEntries(results)
	if len(quick)+len(entries.results) > 0 {
		if err := s.markQuick(ctx, sender, entries, asks, quick, answers, look); err != nil {
			return nil, fmt.Errorf("mailer: writing marks: %w", err)
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
			return nil, fmt.Errorf("mailer: writing marks: %w", err)
		}
	}
	return answers, nil
}

// mostChanges is the largest number of changes that are compared. With more, everything is
// read again.
const mostChanges = 1000

// markQuick marks the given asks, and sets look for those whose data must be read again.
func (s *Store) markQuick(ctx context.Context, sender int64, entries journal, asks []*ask, quick []int, answers [][]marked, look []bool) error {
	a := newMarkArgs(asks, quick)
	var held []int64
	changed := map[string]map[int64]bool{"subscriber": {}, "variant": {}, "edition": {}}
	changes := 0
	snapshot, most := a.changes()
	err := s.marking.run(ctx, quickMarkSQL, append(a.values(sender), entries.batch, entries.fence, entries.n, entries.results, snapshot, most), func(rows *sql.Rows) error {
		var of string
		var id int64
		if err := rows.Scan(&of, &id); err != nil {
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
		if look[i] = changes >= mostChanges || changed["edition"][k.lease.edition] || slices.ContainsFunc(k.want, func(j job) bool {
			return changed["subscriber"][j.SubscriberID] || changed["variant"][j.VariantID]
		}); look[i] {
			continue
		}
		for _, j := range k.want {
			m := marked{j, k.lease}
			m.attempt++
			answers[i] = append(answers[i], m)
		}
	}
	return nil
}

// markFull marks the given asks.
func (s *Store) markFull(ctx context.Context, sender int64, asks []*ask, full []int, answers [][]marked) error {
	a := newMarkArgs(asks, full)
	for n, i := range a.ask {
		a.marks[n] = marksArray(asks[i].lease.inFlight, nil)
	}
	for _, i := range full {
		answers[i] = nil
	}
	return s.marking.inTx(ctx, func(tx ownTx) error {
		var paused []Missed
		err := tx.run(ctx, fullMarkSQL, append(a.values(sender), a.of, a.reader, a.attempt), func(rows *sql.Rows) error {
			var skipped bool
			var i int
			var m marked
			if err := rows.Scan(&skipped, &i, &m.SubscriberID, &m.VariantID, &m.RenderingID,
				&m.Address, &m.domain, &m.Name, &m.Format, &m.Language, &m.LinkVersion, &m.PreferenceSetID); err != nil {
				return err
			}
			if skipped {
				paused = append(paused, Missed{m.SubscriberID, m.VariantID})
				return nil
			}
			j := asks[i].job(m.SubscriberID)
			m.lease, m.EditionID, m.place, m.attempt, m.first, m.resent = asks[i].lease, asks[i].lease.edition, j.place, j.attempt+1, j.first, j.resent
			answers[i] = append(answers[i], m)
			return nil
		})
		if err != nil || len(paused) == 0 {
			return err
		}
		slices.SortFunc(paused, func(x, y Missed) int { return cmp.Compare(x.SubscriberID, y.SubscriberID) })
		return s.events.Undelivered(ctx, tx, paused)
	})
}

// markArgs are the statements' arrays: of batches, and of new marks.
type markArgs struct {
	ask, batch, fence   postgres.Int8s // a batch that was lost and leased again may occur twice
	marks               postgres.Texts // a batch's marks as an array literal
	of, reader, attempt postgres.Int8s

	oldest *lease
}

func newMarkArgs(asks []*ask, which []int) *markArgs {
	which = slices.Clone(which)
	slices.SortFunc(which, func(i, j int) int { return cmp.Compare(asks[i].lease.batch, asks[j].lease.batch) }) // in the order of renew's locks
	a := &markArgs{}
	for _, i := range which {
		k := asks[i]
		if a.oldest == nil || k.lease.read.Before(a.oldest.read) {
			a.oldest = k.lease
		}
		a.ask, a.batch, a.fence = append(a.ask, int64(i)), append(a.batch, k.lease.batch), append(a.fence, k.lease.fence)
		a.marks = append(a.marks, marksArray(k.lease.inFlight, k.want))
		for _, j := range k.want {
			a.of, a.reader, a.attempt = append(a.of, int64(i)), append(a.reader, j.SubscriberID), append(a.attempt, int64(j.attempt+1))
		}
	}
	return a
}

// values are the first arguments of both statements.
func (a *markArgs) values(sender int64) []any {
	return []any{a.ask, a.batch, a.fence, a.marks, sender}
}

// changes returns the snapshot of the earliest lease, after which changes count, and their
// largest number.
func (a *markArgs) changes() (snapshot string, most int) {
	if a.oldest == nil { // no asks
		return "1:1:", 0
	}
	return a.oldest.snapshot, mostChanges
}

// marksArray writes the old and new marks of a batch as the literal of batches.marks.
func marksArray(had []inFlight, want []job) string {
	b := []byte{'{'}
	add := func(subscriber int64, attempt int) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, '{'), subscriber, 10)
		b = append(strconv.AppendInt(append(b, ','), int64(attempt), 10), '}')
	}
	for _, m := range had {
		add(m.subscriber, m.attempt)
	}
	for _, j := range want {
		add(j.SubscriberID, j.attempt+1)
	}
	return string(append(b, '}'))
}
