package mailer

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"corridor/postgres"
)

// The ledger's statement writes results and marks together. It has two forms, because
// hardly any mail needs the whole of it, and what a statement might do costs even when
// it does not do it.
//
// Results: an attempt that is over. Normally its delivery is as the mark found it. It
// may also come late, after another sender has taken the batch and called it uncertain,
// or queued it once more; or its mail was called off when it was already on the wire: a
// late answer is the truth, fence or no fence.
// What is still to be tried of an edition that was cancelled meanwhile is settled when
// the batch is handed back.
//
// Marks stand in the row of their batch, which must still be ours, in an edition that
// is going out; and the reader must still want it. Updating that row locks it, so that
// no takeover comes in between. Each table is read by its key, however many batches
// there are: hence LATERAL, and the batch's place that it finds. Batches are locked in
// the order in which renew locks them.
const (
	resultsSQL = `
	WITH r AS (
		SELECT unnest($1::bigint[]) AS edition_id, unnest($2::bigint[]) AS subscriber_id, unnest($3::bigint[]) AS attempt, unnest($4::text[]) AS state,
			unnest($5::bigint[]) AS wait, unnest($6::bigint[]) AS code, unnest($7::text[]) AS enhanced, unnest($8::text[]) AS reply,
			unnest($9::bigint[]) AS relay, unnest($10::bigint[]) AS bytes, unnest($11::bigint[]) AS age, unnest($12::bigint[]) AS rendering_id
	), done AS (
		UPDATE deliveries d SET
			state = r.state, attempt = r.attempt, due_at = $20::timestamptz + NULLIF(r.wait, -1) * interval '1 millisecond', code = NULLIF(r.code, 0), enhanced = NULLIF(r.enhanced, ''), reply = NULLIF(r.reply, ''),
			relay = ($21::text[])[r.relay], bytes = d.bytes + r.bytes, reason = NULL, rendering_id = COALESCE(NULLIF(r.rendering_id, 0), d.rendering_id),
			first_at = COALESCE(d.first_at, $20::timestamptz - NULLIF(r.age, -1) * interval '1 millisecond'), last_at = COALESCE($20 - NULLIF(r.age, -1) * interval '1 millisecond', d.last_at)
		FROM r
		WHERE d.edition_id = r.edition_id AND d.subscriber_id = r.subscriber_id
			AND (d.attempt = r.attempt - 1 AND (d.state IN ('queued', 'deferred') OR ` + calledOff + ` AND r.state NOT IN ('queued', 'deferred'))
				OR d.attempt = r.attempt AND (d.state = 'uncertain' OR d.state = 'queued' AND r.state = 'sent'))`

	heldSQL = `), found AS MATERIALIZED (
		SELECT b.place, f.ask, f.fence, f.marks
		FROM (SELECT unnest($22::bigint[]) AS ask, unnest($13::bigint[]) AS batch_id, unnest($14::bigint[]) AS fence, unnest($15::text[]) AS marks) f
		CROSS JOIN LATERAL (SELECT ctid AS place, edition_id FROM batches WHERE id = f.batch_id OFFSET 0) b
		JOIN editions e ON e.id = b.edition_id AND e.state = 'sending'
		ORDER BY f.batch_id
	), held AS (
		UPDATE batches b SET marks = f.marks::bigint[], marked_at = now()
		FROM found f
		WHERE b.ctid = f.place AND b.fence = f.fence AND b.leased_by = $19 AND b.lease_until > now()
		RETURNING f.ask, b.id, b.edition_id
	)`

	markedColumns = `held.ask, d.subscriber_id, d.variant_id, COALESCE(v.rendering_id, 0) AS rendering_id,
		s.email, s.domain, s.name, s.format, s.language, s.link_version, s.preference_set_id`

	markedTables = `
		FROM (SELECT unnest($16::bigint[]) AS ask, unnest($17::bigint[]) AS subscriber_id, unnest($18::bigint[]) AS attempt) m
		JOIN held ON held.ask = m.ask
		JOIN deliveries d ON d.edition_id = held.edition_id AND d.subscriber_id = m.subscriber_id AND d.batch_id = held.id
			AND d.state IN ('queued', 'deferred') AND d.attempt = m.attempt - 1
		JOIN variants v ON v.id = d.variant_id`

	// quickRecordSQL takes results that have no consequences, and leaves deliveries that
	// their readers no longer want as they are: for a moment their marks stand for nothing.
	quickRecordSQL = resultsSQL + heldSQL + `
	SELECT ` + markedColumns + markedTables + `
		JOIN subscribers s ON s.id = m.subscriber_id AND s.state = 'active' AND (s.paused_until IS NULL OR s.paused_until <= now())
		LEFT JOIN suppressions x ON x.subscriber_id = s.id
	WHERE x.subscriber_id IS NULL`

	// fullRecordSQL takes everything.
	fullRecordSQL = resultsSQL + `
		RETURNING d.subscriber_id, d.variant_id, d.state, d.reply` + heldSQL + `, wanted AS (
		SELECT ` + markedColumns + `, held.edition_id,
			CASE WHEN s.id IS NULL THEN 'erased' WHEN s.state <> 'active' THEN 'left' WHEN x.reason IS NOT NULL THEN 'suppressed' WHEN s.paused_until > now() THEN 'paused' END AS unwanted` +
		markedTables + `
		LEFT JOIN subscribers s ON s.id = m.subscriber_id
		LEFT JOIN suppressions x ON x.address_hash = sha256(convert_to(lower(s.email), 'UTF8'))
	), skipped AS (
		UPDATE deliveries d SET state = 'skipped', reason = w.unwanted, due_at = NULL, last_at = now()
		FROM wanted w
		WHERE w.unwanted IS NOT NULL AND d.edition_id = w.edition_id AND d.subscriber_id = w.subscriber_id AND d.state IN ('queued', 'deferred')
		RETURNING d.subscriber_id, d.variant_id, d.reason
	), suppressed AS (
		INSERT INTO suppressions (address_hash, email, subscriber_id, reason, detail, created_at)
		SELECT DISTINCT ON (lower(s.email)) sha256(convert_to(lower(s.email), 'UTF8')), s.email, s.id, 'hard_bounce', COALESCE(done.reply, ''), now()
		FROM done JOIN subscribers s ON s.id = done.subscriber_id WHERE done.state = 'bounced'
		ON CONFLICT (address_hash) DO NOTHING
	), missed AS (
		INSERT INTO missed_deliveries (subscriber_id, variant_id)
		SELECT subscriber_id, variant_id FROM done WHERE state IN ('failed', 'bounced')
		UNION SELECT subscriber_id, variant_id FROM skipped WHERE reason = 'paused'
		ON CONFLICT (subscriber_id, variant_id) DO NOTHING
	)
	SELECT ask, subscriber_id, variant_id, rendering_id, email, domain, name, format, language, link_version, preference_set_id
	FROM wanted WHERE unwanted IS NULL`

	// calledOff is a delivery d whose mail was found to have nothing left to say. It may
	// have been on the wire by then.
	calledOff = `d.state = 'skipped' AND d.reason = 'cancelled'`
)

// record writes results and marks, and returns what each ask got, in the order of the
// asks. A worker has one ask under way at a time, so that a lease has at most one.
// Repeating it, whole or in part, changes nothing.
func (s *Store) record(ctx context.Context, sender int64, results []result, asks []*ask) (answers [][]marked, err error) {
	statements, err := s.recordStatements(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.forgetStatements()
		}
	}()
	for _, r := range results {
		if r.state == "failed" || r.state == "bounced" {
			return statements.run(ctx, statements.full, sender, results, asks)
		}
	}
	if answers, err = statements.run(ctx, statements.quick, sender, results, asks); err != nil {
		return nil, err
	}
	var short []*ask // somebody no longer wants it, or the lease is lost
	var places []int
	for i, a := range asks {
		if len(answers[i]) < len(a.want) {
			short, places = append(short, a), append(places, i)
		}
	}
	if len(short) == 0 {
		return answers, nil
	}
	again, err := statements.run(ctx, statements.full, sender, nil, short)
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		answers[place] = again[i]
	}
	return answers, nil
}

// run executes one form of the ledger's statement.
func (*recordStatements) run(ctx context.Context, stmt *sql.Stmt, sender int64, results []result, asks []*ask) ([][]marked, error) {
	rows, err := stmt.QueryContext(ctx, newRecordArgs(time.Now(), results, asks).values(sender)...)
	if err != nil {
		return nil, fmt.Errorf("mailer: writing results: %w", err)
	}
	defer rows.Close()
	answers := make([][]marked, len(asks))
	for rows.Next() {
		var ask int
		var m marked
		if err := rows.Scan(&ask, &m.SubscriberID, &m.VariantID, &m.RenderingID,
			&m.Address, &m.domain, &m.Name, &m.Format, &m.Language, &m.LinkVersion, &m.PreferenceSetID); err != nil {
			return nil, fmt.Errorf("mailer: reading marks: %w", err)
		}
		m.EditionID, m.job = asks[ask].lease.edition, asks[ask].job(m.SubscriberID)
		answers[ask] = append(answers[ask], m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("mailer: writing results: %w", err)
	}
	return answers, nil
}

// recordArgs are the statement's arrays: of results, of batches, of new marks. What
// numbers can say is said in numbers: the server reads them faster.
type recordArgs struct {
	now                            time.Time
	edition, subscriber, attempt   postgres.Int8s
	code, bytes, rendering         postgres.Int8s
	wait                           postgres.Int8s // milliseconds after now that it is tried again; -1: it is not
	age                            postgres.Int8s // milliseconds before now that it ended; -1: it did not go to the wire
	relay                          postgres.Int8s // which of relays, from 1; 0: none
	state, enhanced, reply, relays postgres.Texts
	ask, batch, fence              postgres.Int8s // a batch that was lost and is ours again may be in two
	marks                          postgres.Texts // all of a batch, as an array's literal
	markAsk, markReader, markTurn  postgres.Int8s
}

func newRecordArgs(now time.Time, results []result, asks []*ask) *recordArgs {
	a := &recordArgs{now: now}
	for _, r := range results {
		a.edition, a.subscriber, a.attempt = append(a.edition, r.edition), append(a.subscriber, r.subscriber), append(a.attempt, int64(r.attempt))
		a.state, a.wait = append(a.state, r.state), append(a.wait, between(now, r.due))
		a.code, a.enhanced = append(a.code, int64(r.outcome.Code)), append(a.enhanced, r.outcome.Enhanced)
		a.reply, a.relay = append(a.reply, storable(r.outcome.Text)), append(a.relay, a.relayNumber(r.outcome.Relay))
		a.bytes, a.rendering = append(a.bytes, int64(r.outcome.Bytes)), append(a.rendering, r.rendering)
		a.age = append(a.age, between(r.outcome.At, now))
	}
	var inOrder []int // as renew locks them
	for i, k := range asks {
		if k.lease != nil {
			inOrder = append(inOrder, i)
		}
	}
	slices.SortFunc(inOrder, func(i, j int) int { return cmp.Compare(asks[i].lease.batch, asks[j].lease.batch) })
	for _, i := range inOrder {
		k := asks[i]
		a.ask, a.batch, a.fence = append(a.ask, int64(i)), append(a.batch, k.lease.batch), append(a.fence, k.lease.fence)
		a.marks = append(a.marks, marksArray(k.lease.inFlight, k.want))
		for _, j := range k.want {
			a.markAsk, a.markReader, a.markTurn = append(a.markAsk, int64(i)), append(a.markReader, j.subscriber), append(a.markTurn, int64(j.attempt+1))
		}
	}
	return a
}

// between is how many milliseconds there are from one time to another; -1: one is zero.
func between(from, to time.Time) int64 {
	if from.IsZero() || to.IsZero() {
		return -1
	}
	return max(to.Sub(from).Milliseconds(), 0)
}

// relayNumber is a relay's place in relays, from 1.
func (a *recordArgs) relayNumber(relay string) int64 {
	if relay == "" {
		return 0
	}
	i := slices.Index(a.relays, relay)
	if i < 0 {
		i, a.relays = len(a.relays), append(a.relays, relay)
	}
	return int64(i) + 1
}

func (a *recordArgs) values(sender int64) []any {
	return []any{
		a.edition, a.subscriber, a.attempt, a.state, a.wait, a.code, a.enhanced, a.reply, a.relay, a.bytes, a.age, a.rendering,
		a.batch, a.fence, a.marks, a.markAsk, a.markReader, a.markTurn, sender, a.now, a.relays, a.ask,
	}
}

// marksArray writes the marks of a batch, those that it had and new ones, as
// batches.marks holds them.
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
		add(j.subscriber, j.attempt+1)
	}
	return string(append(b, '}'))
}

// maxReply is how many bytes of a server's reply are kept.
const maxReply = 500

// storable makes a server's words fit for a text column.
func storable(s string) string {
	s = strings.ReplaceAll(s, "\x00", "")
	if len(s) > maxReply {
		s = s[:maxReply]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
