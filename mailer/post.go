package mailer

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// Posting takes results from the journal to the deliveries they belong to. postSQL is for
// those whose delivery is as the lease found it, which is nearly always: it is where it
// was then. A result may also
// come late, after another sender has taken the batch and called it uncertain, or queued
// it once more; or its mail was called off when it was already on the wire. A late answer
// is the truth, fence or no fence: postJournalSQL takes those from the journal, as it does
// what the dead left there, and whoever read such a delivery before looks again. What is
// still to be tried of an edition that was cancelled meanwhile is settled when the batch
// is handed back.
//
// [Events] hears of bounces and failures in the same transaction. A statement alone is a
// transaction, and cheaper: it posts what has none of them.
//
// All lock the journal's rows first and then deliveries in their order, and neither a
// batch.
//
// Posting and handing back do not wait for the disk. Where the server loses its last
// moments, the journal still has what was not posted, and the lease runs out.
const (
	postSQL = `
	WITH mine AS MATERIALIZED (
		SELECT p.place
		FROM (SELECT unnest($13::bigint[]) AS batch_id, unnest($14::bigint[]) AS fence, unnest($15::bigint[]) AS first, unnest($16::bigint[]) AS last) g
			CROSS JOIN LATERAL (
				SELECT ctid AS place FROM journal WHERE batch_id = g.batch_id AND fence = g.fence AND n BETWEEN g.first AND g.last FOR UPDATE
			) p
	), r AS (
		SELECT unnest($1::bigint[]) AS edition_id, unnest($2::bigint[]) AS subscriber_id, unnest($3::bigint[]) AS attempt, unnest($4::text[]) AS state,
			unnest($5::bigint[]) AS due, unnest($6::bigint[]) AS code, unnest($7::text[]) AS enhanced, unnest($8::text[]) AS reply,
			unnest($9::text[]) AS relay, unnest($10::bigint[]) AS bytes, unnest($11::bigint[]) AS at, unnest($12::bigint[]) AS rendering_id,
			NULLIF(unnest($17::text[]), '')::tid AS place
	), done AS (` + account + `
			AND d.ctid = r.place AND d.attempt = r.attempt - 1 AND d.state IN ('queued', 'deferred') AND (SELECT count(*) FROM mine) >= 0
		RETURNING d.edition_id, d.subscriber_id, d.variant_id, d.state, d.reply
	), posted AS MATERIALIZED (
		SELECT count(*) AS n FROM done
	), gone AS (
		DELETE FROM journal j USING mine WHERE j.ctid = mine.place AND (SELECT n FROM posted) = cardinality($1::bigint[])
	)`
	postedSQL = `
	SELECT n, ` + noWait + ` FROM posted`

	// postedEndedSQL also answers with the deliveries that did not reach their readers. It has
	// one row at least.
	postedEndedSQL = `
	SELECT n, ` + noWait + `, done.edition_id, done.subscriber_id, done.variant_id, done.state, done.reply
	FROM posted LEFT JOIN done ON done.state IN ` + unreachedStates + `
	ORDER BY done.subscriber_id, done.variant_id`

	// unreachedStates are the results after which a reader has not got an edition.
	unreachedStates = `('failed', 'bounced')`

	postJournalSQL = `
	WITH gone AS (
		DELETE FROM journal WHERE batch_id = $1 AND fence <= $2 RETURNING batch_id, results
	), r AS MATERIALIZED (
		SELECT b.edition_id, ` + journalColumns + `
		FROM gone JOIN batches b ON b.id = gone.batch_id
		CROSS JOIN LATERAL json_array_elements(gone.results::json) e
		ORDER BY b.edition_id, subscriber_id
	), done AS (` + account + `
			AND (d.attempt = r.attempt - 1 AND (d.state IN ('queued', 'deferred') OR ` + calledOff + `)
				OR d.attempt = r.attempt AND (d.state = 'uncertain' OR (d.state = 'queued' OR ` + calledOff + `) AND r.state = 'sent'))
		RETURNING d.edition_id, d.subscriber_id, d.variant_id, d.state, d.reply
	), changed AS (
		INSERT INTO changes (of, id) SELECT 'subscriber', subscriber_id FROM done
	)
	SELECT edition_id, subscriber_id, variant_id, state, COALESCE(reply, '') AS reply
	FROM done WHERE state IN ` + unreachedStates + `
	ORDER BY subscriber_id, variant_id`

	// calledOff is a delivery d whose mail was found to have nothing left to say. It may
	// have been on the wire by then.
	calledOff = `d.state = 'skipped' AND d.reason = 'cancelled'`

	// noWait has the statement's transaction not wait for the disk.
	noWait = `set_config('synchronous_commit', 'off', true)`

	// resending is a result r of unknown fate after which the message is sent again. A
	// delivery that was marked and not sent has no rendering.
	resending = `r.state = 'queued' AND r.rendering_id <> 0`

	// noMore is a result r after which a delivery would be tried again that was called off.
	noMore = `d.state = 'skipped' AND r.state IN ('queued', 'deferred') AND NOT (` + resending + `)`

	account = `
		UPDATE deliveries d SET
			state = CASE WHEN (d.resent OR d.state = 'skipped') AND ` + resending + ` THEN 'uncertain' WHEN ` + noMore + ` THEN d.state ELSE r.state END,
			reason = CASE WHEN ` + noMore + ` THEN d.reason END,
			resent = d.resent OR ` + resending + `, attempt = r.attempt, due_at = to_timestamp(NULLIF(r.due, 0) / 1000.0::float8),
			code = NULLIF(r.code, 0), enhanced = NULLIF(r.enhanced, ''), reply = NULLIF(r.reply, ''), relay = NULLIF(r.relay, ''),
			bytes = d.bytes + COALESCE(r.bytes, 0), rendering_id = COALESCE(NULLIF(r.rendering_id, 0), d.rendering_id),
			first_at = COALESCE(d.first_at, to_timestamp(NULLIF(r.at, 0) / 1000.0::float8)), last_at = COALESCE(to_timestamp(NULLIF(r.at, 0) / 1000.0::float8), d.last_at)
		FROM r
		WHERE d.edition_id = r.edition_id AND d.subscriber_id = r.subscriber_id`
)

// entries are results that stand in the journal.
type entries struct {
	lease       *lease
	since       time.Time // when the first was written
	first, last int64     // their numbers
	results     []result
}

// post takes results to their deliveries, and what they were out of the journal: no
// other entry, for it may have been written meanwhile, or not be posted after all where
// the database has lost its last seconds. Repeating it changes nothing.
func (s *Store) post(ctx context.Context, posted []*entries) error {
	results := 0
	for _, e := range posted {
		results += len(e.results)
	}
	var n int
	var err error
	a := newPostArgs(posted)
	if slices.Contains(a.state, "bounced") || slices.Contains(a.state, "failed") {
		n, err = s.postEnded(ctx, a)
	} else {
		err = s.batching.one(ctx, postSQL+postedSQL, a.values(), &n, new(string))
	}
	for i := 0; err == nil && n < results && i < len(posted); i++ {
		l := posted[i].lease
		err = s.postLeft(ctx, l.batch, l.fence, l.edition)
	}
	if err == nil && slices.Contains(a.state, "bounced") { // before the batch is handed back, which may finish the edition
		err = s.brakeBounces(ctx)
	}
	if err != nil {
		return fmt.Errorf("mailer: posting results: %w", err)
	}
	return nil
}

// ended is a delivery that ended without reaching its reader.
type ended struct {
	Edition int64 `db:"edition_id"`
	Missed
	State string `db:"state"` // failed or bounced
	Reply string `db:"reply"` // of the mail server
}

// postEnded posts results with failures or bounces among them. It returns how many results
// are in their deliveries now.
func (s *Store) postEnded(ctx context.Context, a *postArgs) (n int, err error) {
	err = s.batching.inTx(ctx, func(tx ownTx) error {
		var all []ended
		err := tx.run(ctx, postSQL+postedEndedSQL, a.values(), func(rows *sql.Rows) error {
			var edition, subscriber, variant sql.NullInt64
			var state, reply sql.NullString
			if err := rows.Scan(&n, new(string), &edition, &subscriber, &variant, &state, &reply); err != nil {
				return err
			}
			if edition.Valid {
				all = append(all, ended{edition.Int64, Missed{subscriber.Int64, variant.Int64}, state.String, reply.String})
			}
			return nil
		})
		if err != nil {
			return err
		}
		return s.tellTx(ctx, tx, all)
	})
	return n, err
}

// tellTx tells of deliveries that did not reach their readers, in the transaction that
// wrote their results.
func (s *Store) tellTx(ctx context.Context, tx postgres.Tx, all []ended) error {
	if len(all) == 0 {
		return nil
	}
	missed := make([]Missed, len(all))
	for i, e := range all {
		missed[i] = e.Missed
	}
	if err := s.bouncedTx(ctx, tx, all); err != nil {
		return err
	}
	return s.events.Undelivered(ctx, tx, missed)
}

// postLeft posts what is left of a batch in the journal, up to that lease, and sees to it
// that what is to be tried again is.
func (s *Store) postLeft(ctx context.Context, batch, fence, edition int64) error {
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockBatchTx(ctx, tx, edition, batch); err != nil {
			return err
		}
		if err := s.postJournalTx(ctx, tx, batch, fence); err != nil {
			return err
		}
		return s.reopenTx(ctx, tx, batch)
	})
	if err != nil {
		return err
	}
	return s.finish(ctx, edition)
}

// postJournalTx posts what leases of a batch up to that fence left in the journal. The
// caller has locked the batch.
func (s *Store) postJournalTx(ctx context.Context, tx postgres.Tx, batch, fence int64) error {
	var all []ended
	err := sqlx.SelectContext(ctx, tx, &all, postJournalSQL, batch, fence)
	if err == nil {
		err = s.tellTx(ctx, tx, all)
	}
	if err != nil {
		return fmt.Errorf("posting the journal: %w", err)
	}
	return nil
}

// postForgotten posts what a sender wrote into the journal after it had lost its lease,
// before it died.
func (s *Store) postForgotten(ctx context.Context) error {
	var forgotten []struct {
		Batch   int64 `db:"id"`
		Edition int64 `db:"edition_id"`
		Fence   int64 `db:"fence"`
	}
	if err := s.db.SelectContext(ctx, &forgotten, `
		SELECT b.id, b.edition_id, max(j.fence) AS fence
		FROM journal j JOIN batches b ON b.id = j.batch_id
		WHERE j.fence < b.fence OR b.leased_by IS NULL
		GROUP BY b.id ORDER BY b.id LIMIT 1000`); err != nil {
		return fmt.Errorf("mailer: looking for what was not posted: %w", err)
	}
	for _, f := range forgotten {
		if err := s.postLeft(ctx, f.Batch, f.Fence, f.Edition); err != nil {
			return fmt.Errorf("mailer: posting what was left of batch %d: %w", f.Batch, err)
		}
	}
	return nil
}

// postArgs are the statements' arrays. What numbers can say is said in numbers: the
// server reads them faster.
type postArgs struct {
	edition, subscriber, attempt postgres.Int8s
	code, bytes, rendering       postgres.Int8s
	due, at                      postgres.Int8s // as the journal has them
	state, enhanced, reply       postgres.Texts
	relay, place                 postgres.Texts
	batch, fence, first, last    postgres.Int8s // which entries of the journal these are
}

func newPostArgs(posted []*entries) *postArgs {
	a := &postArgs{}
	var results []result
	for _, e := range posted {
		a.batch, a.fence = append(a.batch, e.lease.batch), append(a.fence, e.lease.fence)
		a.first, a.last = append(a.first, e.first), append(a.last, e.last)
		results = append(results, e.results...)
	}
	slices.SortFunc(results, func(x, y result) int { // as others lock them
		return cmp.Or(cmp.Compare(x.edition, y.edition), cmp.Compare(x.subscriber, y.subscriber))
	})
	for _, r := range results {
		a.edition, a.subscriber, a.attempt = append(a.edition, r.edition), append(a.subscriber, r.subscriber), append(a.attempt, int64(r.attempt))
		a.code, a.bytes, a.rendering = append(a.code, int64(r.outcome.Code)), append(a.bytes, int64(r.outcome.Bytes)), append(a.rendering, r.rendering)
		a.due, a.at = append(a.due, milliseconds(r.due)), append(a.at, milliseconds(r.outcome.At))
		a.state, a.enhanced = append(a.state, r.state), append(a.enhanced, r.outcome.Enhanced)
		a.reply, a.relay = append(a.reply, r.outcome.ReplyText()), append(a.relay, r.outcome.Relay)
		a.place = append(a.place, r.place)
	}
	return a
}

func (a *postArgs) values() []any {
	return []any{
		a.edition, a.subscriber, a.attempt, a.state, a.due, a.code, a.enhanced, a.reply, a.relay, a.bytes, a.at, a.rendering,
		a.batch, a.fence, a.first, a.last, a.place,
	}
}
