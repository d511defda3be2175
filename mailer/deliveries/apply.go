package deliveries

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// Applying writes results from the journal to their deliveries. applySQL is for deliveries
// that wait for this result, which is the usual case. A result may also be late: another sender has leased the batch and made the
// delivery uncertain or queued it again, or the delivery was skipped while its email was on
// the wire. A late result is true regardless of its fence. applyJournalSQL applies late
// results from the journal, and results of dead senders. It also records a change, so that
// a sender that has read the delivery reads it again. Return settles an edition that was
// cancelled meanwhile.
//
// [Events] is told of bounces and failures in the same transaction. applySQL alone is its
// own transaction, which is cheaper, and applies results without bounces and failures.
//
// All statements lock the rows of the journal first and then deliveries in their order, and
// no batch.
//
// The commits of Apply and Return are asynchronous. When the server loses its last commits,
// the journal still contains the results, and the lease expires.
const (
	applySQL = `
	WITH mine AS MATERIALIZED (
		SELECT p.place
		FROM (SELECT unnest($13::bigint[]) AS batch_id, unnest($14::bigint[]) AS fence, unnest($15::bigint[]) AS first, unnest($16::bigint[]) AS last) g
			CROSS JOIN LATERAL (
				SELECT ctid AS place FROM journal WHERE batch_id = g.batch_id AND fence = g.fence AND n BETWEEN g.first AND g.last FOR UPDATE
			) p
	), r AS (
		SELECT unnest($1::bigint[]) AS edition_id, unnest($2::bigint[]) AS subscriber_id, unnest($3::bigint[]) AS attempt, unnest($4::text[]) AS state,
			unnest($5::bigint[]) AS due, unnest($6::bigint[]) AS code, unnest($7::text[]) AS enhanced, unnest($8::text[]) AS reply,
			unnest($9::text[]) AS relay, unnest($10::bigint[]) AS bytes, unnest($11::bigint[]) AS at, unnest($12::bigint[]) AS rendering_id, unnest($17::text[]) AS stage
	), done AS (` + account + `
			AND d.attempt = r.attempt - 1 AND d.state IN ('queued', 'deferred') AND (SELECT count(*) FROM mine) >= 0
		RETURNING d.edition_id, d.subscriber_id, d.variant_id, d.state, d.reply
	), applied AS MATERIALIZED (
		SELECT count(*) AS n FROM done
	), gone AS (
		DELETE FROM journal j USING mine WHERE j.ctid = mine.place AND (SELECT n FROM applied) = cardinality($1::bigint[])
	)`
	appliedSQL = `
	SELECT n, ` + noWait + ` FROM applied`

	// appliedEndedSQL also returns the deliveries that did not reach their readers. It
	// returns at least one row.
	appliedEndedSQL = `
	SELECT n, ` + noWait + `, done.edition_id, done.subscriber_id, done.variant_id, done.state, done.reply
	FROM applied LEFT JOIN done ON done.state IN ` + unreachedStates + `
	ORDER BY done.subscriber_id, done.variant_id`

	// unreachedStates are the states of deliveries that did not reach their readers.
	unreachedStates = `('failed', 'bounced')`

	// applyJournalSQL applies a late 250 to a delivery that was resent, and not to one that
	// failed or bounced and is retried: that attempt's result is known, and this is a repetition.
	applyJournalSQL = `
	WITH gone AS (
		DELETE FROM journal WHERE batch_id = $1 AND fence <= $2 RETURNING batch_id, results
	), r AS MATERIALIZED (
		SELECT b.edition_id, ` + journalColumns + `
		FROM gone JOIN batches b ON b.id = gone.batch_id
		CROSS JOIN LATERAL json_array_elements(gone.results::json) e
		ORDER BY b.edition_id, subscriber_id
	), done AS (` + account + `
			AND (d.attempt = r.attempt - 1 AND (d.state IN ('queued', 'deferred') OR ` + calledOff + `)
				OR d.attempt = r.attempt AND (d.state = 'uncertain' OR d.resent AND d.state IN ('queued', 'skipped') AND r.state = 'sent'))
		RETURNING d.edition_id, d.subscriber_id, d.variant_id, d.state, d.reply
	), changed AS (
		INSERT INTO changes (of, id) SELECT 'subscriber', subscriber_id FROM done
	)
	SELECT edition_id, subscriber_id, variant_id, state, COALESCE(reply, '') AS reply
	FROM done WHERE state IN ` + unreachedStates + `
	ORDER BY subscriber_id, variant_id`

	// calledOff is the condition that a delivery d was skipped because its rendering has no
	// article left. It may have been on the wire by then.
	calledOff = `d.state = 'skipped' AND d.reason = 'cancelled'`

	// noWait makes the commit of the statement's transaction asynchronous.
	noWait = `set_config('synchronous_commit', 'off', true)`

	// resending is the condition that a result r is unknown and the message is sent again.
	// A delivery that was taken back has no rendering.
	resending = `r.state = 'queued' AND r.rendering_id <> 0`

	// noMore is the condition that a result r would retry a delivery d that was called off.
	noMore = `d.state = 'skipped' AND r.state IN ('queued', 'deferred') AND NOT (` + resending + `)`

	account = `
		UPDATE deliveries d SET
			state = CASE WHEN (d.resent OR d.state = 'skipped') AND ` + resending + ` THEN 'uncertain' WHEN ` + noMore + ` THEN d.state ELSE r.state END,
			reason = CASE WHEN ` + noMore + ` THEN d.reason END,
			resent = d.resent OR ` + resending + `, attempt = r.attempt, due_at = to_timestamp(NULLIF(r.due, 0) / 1000.0::float8),
			stage = NULLIF(r.stage, ''), code = NULLIF(r.code, 0), enhanced = NULLIF(r.enhanced, ''), reply = NULLIF(r.reply, ''), relay = NULLIF(r.relay, ''),
			bytes = d.bytes + COALESCE(r.bytes, 0), rendering_id = COALESCE(NULLIF(r.rendering_id, 0), d.rendering_id),
			first_at = COALESCE(d.first_at, to_timestamp(NULLIF(r.at, 0) / 1000.0::float8)), last_at = COALESCE(to_timestamp(NULLIF(r.at, 0) / 1000.0::float8), d.last_at)
		FROM r
		WHERE d.edition_id = r.edition_id AND d.subscriber_id = r.subscriber_id`
)

// Apply writes results from the journal to their deliveries and deletes their rows in the
// journal. It deletes no other rows, which may have been written meanwhile, or may not be
// applied if the database has lost its last commits. results contains all results of a row.
// Repeating a call changes nothing.
func (s *Store) Apply(ctx context.Context, results []Result) error {
	var n int
	var err error
	a := newApplyArgs(results)
	if slices.ContainsFunc(results, func(r Result) bool { return r.State == Bounced || r.State == Failed }) {
		n, err = s.applyEnded(ctx, a)
	} else {
		err = s.batching.one(ctx, applySQL+appliedSQL, a.values(), &n, new(string))
	}
	for i := 0; err == nil && n < len(results) && i < len(a.leases); i++ {
		l := a.leases[i]
		err = s.applyLeft(ctx, l.Batch, l.fence, l.Edition)
	}
	if err == nil && slices.Contains(a.state, string(Bounced)) { // before the batch is returned, which may finish the edition
		err = s.brakeBounces(ctx)
	}
	if err != nil {
		return fmt.Errorf("deliveries: applying results: %w", err)
	}
	return nil
}

// ended is a delivery that ended without reaching its reader.
type ended struct {
	Edition int64 `db:"edition_id"`
	Missed
	State  State  `db:"state"` // failed or bounced
	Reply  string `db:"reply"` // of the mail server
	Source string // of a late report; empty: the mail server's answer
}

// applyEnded applies results with failures or bounces among them. It returns the number of
// results that are stored in their deliveries.
func (s *Store) applyEnded(ctx context.Context, a *applyArgs) (n int, err error) {
	err = s.batching.inTx(ctx, func(tx ownTx) error {
		var all []ended
		err := tx.run(ctx, applySQL+appliedEndedSQL, a.values(), func(rows *sql.Rows) error {
			var edition, subscriber, variant sql.NullInt64
			var state, reply sql.NullString
			if err := rows.Scan(&n, new(string), &edition, &subscriber, &variant, &state, &reply); err != nil {
				return err
			}
			if edition.Valid {
				all = append(all, ended{Edition: edition.Int64, Missed: Missed{subscriber.Int64, variant.Int64}, State: State(state.String), Reply: reply.String})
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

// tellTx calls Events for deliveries that did not reach their readers, in the transaction
// that wrote their results.
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

// applyLeft applies the remaining results of a batch in the journal, up to a fence, and
// makes the batch due if a delivery is open.
func (s *Store) applyLeft(ctx context.Context, batch, fence, edition int64) error {
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockBatchTx(ctx, tx, edition, batch); err != nil {
			return err
		}
		if err := s.applyJournalTx(ctx, tx, batch, fence); err != nil {
			return err
		}
		return s.reopenTx(ctx, tx, batch)
	})
	if err != nil {
		return err
	}
	return s.Finish(ctx, edition)
}

// applyJournalTx applies the results of a batch in the journal, up to a fence. The caller
// has locked the batch.
func (s *Store) applyJournalTx(ctx context.Context, tx postgres.Tx, batch, fence int64) error {
	var all []ended
	err := sqlx.SelectContext(ctx, tx, &all, applyJournalSQL, batch, fence)
	if err == nil {
		err = s.tellTx(ctx, tx, all)
	}
	if err != nil {
		return fmt.Errorf("applying the journal: %w", err)
	}
	return nil
}
