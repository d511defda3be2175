package mailer

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"
)

// The ledger's statement writes results and marks together. It has two forms, because
// hardly any mail needs the whole of it, and what a statement might do costs even when
// it does not do it.
//
// Results: an attempt that is over. It may come late, after another sender has taken
// the batch and called it uncertain, or queued it once more: a late answer is the truth,
// fence or no fence.
// What is still to be tried of an edition that was cancelled meanwhile is settled when
// the batch is handed back.
//
// Marks: the batch must still be ours (its row is locked, so that no takeover comes in
// between), the edition must be going out, and the reader must still want it. Each
// table is read by its key, however many batches there are: hence LATERAL.
const (
	resultsSQL = `
	WITH r AS (
		SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::timestamptz[], $6::int[], $7::text[], $8::text[], $9::text[], $10::int[], $11::timestamptz[])
			AS r (edition_id, subscriber_id, attempt, state, due_at, code, enhanced, reply, relay, bytes, at)
	), done AS (
		UPDATE deliveries d SET
			state = r.state, due_at = r.due_at, code = NULLIF(r.code, 0), enhanced = NULLIF(r.enhanced, ''), reply = NULLIF(r.reply, ''),
			relay = NULLIF(r.relay, ''), bytes = d.bytes + r.bytes, last_at = r.at
		FROM r
		WHERE d.edition_id = r.edition_id AND d.subscriber_id = r.subscriber_id AND d.attempt = r.attempt
			AND (d.state IN ('sending', 'uncertain') OR d.state = 'queued' AND r.state = 'sent')
		RETURNING d.subscriber_id, d.variant_id, d.state, d.reply
	)`

	marksSQL = `, held AS (
		SELECT b.id, b.edition_id
		FROM unnest($12::bigint[], $13::bigint[]) AS f (batch, fence)
		CROSS JOIN LATERAL (
			SELECT id, edition_id FROM batches
			WHERE id = f.batch AND fence = f.fence AND leased_by = $17 AND lease_until > now()
			FOR NO KEY UPDATE
		) b
		JOIN editions e ON e.id = b.edition_id AND e.state = 'sending'
	), wanted AS (
		SELECT held.id AS batch_id, held.edition_id, m.subscriber_id, m.attempt,
			s.email, s.domain, s.name, s.format, s.language, s.link_version, s.preference_set_id,
			CASE WHEN s.id IS NULL THEN 'erased' WHEN s.state <> 'active' THEN 'left' WHEN x.reason IS NOT NULL THEN 'suppressed' WHEN s.paused_until > now() THEN 'paused' END AS unwanted
		FROM unnest($14::bigint[], $15::bigint[], $16::int[]) AS m (batch_id, subscriber_id, attempt)
		JOIN held ON held.id = m.batch_id
		LEFT JOIN subscribers s ON s.id = m.subscriber_id
		LEFT JOIN suppressions x ON x.address_hash = sha256(convert_to(lower(s.email), 'UTF8'))
	), marks AS (
		UPDATE deliveries d SET
			state = CASE WHEN m.unwanted IS NULL THEN 'sending' ELSE 'skipped' END, reason = m.unwanted, attempt = m.attempt, due_at = NULL,
			rendering_id = v.rendering_id, first_at = COALESCE(d.first_at, now()), last_at = now()
		FROM wanted m, variants v
		WHERE d.edition_id = m.edition_id AND d.subscriber_id = m.subscriber_id AND v.id = d.variant_id
			AND (d.state IN ('queued', 'deferred') AND d.attempt = m.attempt - 1 OR d.state = 'sending' AND d.attempt = m.attempt)`

	markedSQL = `
		RETURNING m.batch_id, d.subscriber_id, d.variant_id, d.rendering_id, d.state, d.reason,
			m.email, m.domain, m.name, m.format, m.language, m.link_version, m.preference_set_id
	)`

	consequencesSQL = `, suppressed AS (
		INSERT INTO suppressions (address_hash, email, reason, detail, created_at)
		SELECT DISTINCT ON (lower(s.email)) sha256(convert_to(lower(s.email), 'UTF8')), s.email, 'hard_bounce', COALESCE(done.reply, ''), now()
		FROM done JOIN subscribers s ON s.id = done.subscriber_id WHERE done.state = 'bounced'
		ON CONFLICT (address_hash) DO NOTHING
	), missed AS (
		INSERT INTO missed_deliveries (subscriber_id, variant_id)
		SELECT subscriber_id, variant_id FROM done WHERE state IN ('failed', 'bounced')
		UNION SELECT subscriber_id, variant_id FROM marks WHERE state = 'skipped' AND reason = 'paused'
		ON CONFLICT (subscriber_id, variant_id) DO NOTHING
	)`

	answerSQL = `
	SELECT batch_id, subscriber_id, variant_id, COALESCE(rendering_id, 0), email, domain, name, format, language, link_version, preference_set_id
	FROM marks WHERE state = 'sending'`

	// quickRecordSQL takes results that have no consequences, and leaves deliveries that
	// their readers no longer want as they are.
	quickRecordSQL = resultsSQL + marksSQL + ` AND m.unwanted IS NULL` + markedSQL + answerSQL
	// fullRecordSQL takes everything.
	fullRecordSQL = resultsSQL + marksSQL + markedSQL + consequencesSQL + answerSQL
)

// record writes results and marks, and returns what each ask got, in the order of the
// asks. A worker has one ask under way at a time, so that a batch has at most one.
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
	rows, err := stmt.QueryContext(ctx, append(newRecordArgs(results, asks).values(), sender)...)
	if err != nil {
		return nil, fmt.Errorf("mailer: writing results: %w", err)
	}
	defer rows.Close()
	answers := make([][]marked, len(asks))
	for rows.Next() {
		var batch int64
		var m marked
		if err := rows.Scan(&batch, &m.SubscriberID, &m.VariantID, &m.RenderingID,
			&m.Address, &m.domain, &m.Name, &m.Format, &m.Language, &m.LinkVersion, &m.PreferenceSetID); err != nil {
			return nil, fmt.Errorf("mailer: reading marks: %w", err)
		}
		for i, a := range asks {
			if a.lease == nil || a.lease.batch != batch {
				continue
			}
			m.EditionID, m.job = a.lease.edition, a.job(m.SubscriberID)
			answers[i] = append(answers[i], m)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("mailer: writing results: %w", err)
	}
	return answers, nil
}

// recordArgs are the statement's arrays: of results, of fences, of marks.
type recordArgs struct {
	edition, subscriber             []int64
	attempt, code, bytes            []int64
	state, enhanced, reply, relay   []string
	due, at                         []sql.NullTime
	batch, fence                    []int64
	markBatch, markReader, markTurn []int64
}

func newRecordArgs(results []result, asks []*ask) *recordArgs {
	a := &recordArgs{}
	for _, r := range results {
		a.edition, a.subscriber, a.attempt = append(a.edition, r.edition), append(a.subscriber, r.subscriber), append(a.attempt, int64(r.attempt))
		a.state, a.due = append(a.state, r.state), append(a.due, nullTime(r.due))
		a.code, a.enhanced = append(a.code, int64(r.outcome.Code)), append(a.enhanced, r.outcome.Enhanced)
		a.reply, a.relay = append(a.reply, storable(r.outcome.Text)), append(a.relay, r.outcome.Relay)
		a.bytes, a.at = append(a.bytes, int64(r.outcome.Bytes)), append(a.at, nullTime(r.outcome.At))
	}
	inOrder := slices.DeleteFunc(slices.Clone(asks), func(k *ask) bool { return k.lease == nil })
	slices.SortFunc(inOrder, func(a, b *ask) int { return cmp.Compare(a.lease.batch, b.lease.batch) }) // as renew locks them
	for _, k := range inOrder {
		a.batch, a.fence = append(a.batch, k.lease.batch), append(a.fence, k.lease.fence)
		for _, j := range k.want {
			a.markBatch, a.markReader, a.markTurn = append(a.markBatch, k.lease.batch), append(a.markReader, j.subscriber), append(a.markTurn, int64(j.attempt+1))
		}
	}
	return a
}

func (a *recordArgs) values() []any {
	return []any{
		pq.Array(a.edition), pq.Array(a.subscriber), pq.Array(a.attempt), pq.Array(a.state), timeArray(a.due), pq.Array(a.code),
		pq.Array(a.enhanced), pq.Array(a.reply), pq.Array(a.relay), pq.Array(a.bytes), timeArray(a.at),
		pq.Array(a.batch), pq.Array(a.fence), pq.Array(a.markBatch), pq.Array(a.markReader), pq.Array(a.markTurn),
	}
}

// timeArray writes times as an array's literal; pq.Array would ask each for its value.
func timeArray(times []sql.NullTime) string {
	b := []byte{'{'}
	for i, t := range times {
		if i > 0 {
			b = append(b, ',')
		}
		if !t.Valid {
			b = append(b, "NULL"...)
			continue
		}
		b = append(b, '"')
		b = t.Time.UTC().AppendFormat(b, time.RFC3339Nano)
		b = append(b, '"')
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
