package mailer

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

const (
	leaseTime = 30 * time.Second
	// leaseMargin is kept between our own deadline and the one that others go by: the
	// time that a statement or a short message may take.
	leaseMargin = 5 * time.Second
)

// lease is a batch that one worker alone may work on, until its deadline or until it
// is stopped.
type lease struct {
	batch   int64
	edition int64
	fence   int64
	domain  string // of all its readers; empty: several
	jobs    []job

	unreported int // deliveries that are marked and of which the ledger has no result; it alone looks at this

	notBefore time.Time // a limit has no turn for its domain until then

	deadline atomic.Int64 // by our own clock, in nanoseconds since sender's start
	stopped  atomic.Bool  // lost to another sender, or its edition is not to go out now
}

// job is a delivery that is due.
type job struct {
	subscriber int64
	attempt    int       // tries before
	first      time.Time // when the first was; zero: never
}

const leaseSQL = `
	WITH next AS (
		SELECT b.id
		FROM batches b
		JOIN editions e ON e.id = b.edition_id AND e.state = 'sending'
		LEFT JOIN receiving_domains r ON r.domain = b.domain
		LEFT JOIN unnest($4::text[], $5::int[]) AS l (domain, slots) ON l.domain = b.domain
		WHERE b.due_at <= now() AND (b.lease_until IS NULL OR b.lease_until <= now())
			AND (r.domain IS NULL OR r.next_at <= now() AND (r.quiet_until IS NULL OR r.quiet_until <= now()))
			AND (l.slots IS NULL OR (SELECT count(*) FROM batches o WHERE o.domain = b.domain AND o.lease_until > now()) < l.slots)
		ORDER BY b.due_at, b.id
		LIMIT $2
		FOR UPDATE OF b SKIP LOCKED
	)
	UPDATE batches b SET leased_by = $1, fence = b.fence + 1, lease_until = now() + $3::interval
	FROM next WHERE b.id = next.id
	RETURNING b.id, b.edition_id, b.fence, b.domain`

// lease takes up to n batches that are due and that nobody has. What an earlier
// holder marked and never reported may have been sent: that is settled here, in the
// same transaction, before anybody else can touch the batch.
// most bounds how many are leased over all processes; 0: no limit.
func (s *Store) lease(ctx context.Context, sender int64, n, most int, limits Limits) ([]*lease, error) {
	var leases []*lease
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		slots := limits.slots()
		if len(slots.domains) > 0 || most > 0 { // counting what is leased and leasing must not interleave
			if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1, 0)`, countLock); err != nil {
				return err
			}
		}
		if len(slots.domains) > 0 {
			n = 1
		}
		if most > 0 {
			var leased int
			if err := tx.GetContext(ctx, &leased, `SELECT count(*) FROM batches WHERE due_at IS NOT NULL AND lease_until > now()`); err != nil {
				return err
			}
			if n = min(n, most-leased); n <= 0 {
				return nil
			}
		}
		rows, err := s.inTx(tx, leaseSQL).rows(ctx, sender, n, leaseTime.String(), pq.Array(slots.domains), pq.Array(slots.counts))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			l := &lease{}
			if err := rows.Scan(&l.batch, &l.edition, &l.fence, &l.domain); err != nil {
				return err
			}
			leases = append(leases, l)
		}
		if err := rows.Err(); err != nil || len(leases) == 0 {
			return err
		}
		if err := s.loadJobsTx(ctx, tx, leases); err != nil {
			return err
		}
		return s.splitLimitedTx(ctx, tx, leases, limits)
	})
	if err != nil {
		return nil, fmt.Errorf("mailer: leasing batches: %w", err)
	}
	return leases, nil
}

func batchIDs(leases []*lease) []int64 {
	ids := make([]int64, len(leases))
	for i, l := range leases {
		ids[i] = l.batch
	}
	return ids
}

// settleTx decides about deliveries that a former holder left marked.
func (s *Store) settleTx(ctx context.Context, tx *sqlx.Tx, batches []int64) error {
	state := "uncertain"
	if s.resend {
		state = "queued"
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE deliveries SET state = $2 WHERE batch_id = ANY ($1) AND state = 'sending'`, pq.Array(batches), state)
	return err
}

// loadJobsTx reads what is due in the leased batches, and settles what a former holder
// left marked.
func (s *Store) loadJobsTx(ctx context.Context, tx *sqlx.Tx, leases []*lease) error {
	left, err := s.readJobsTx(ctx, tx, leases)
	if err != nil || left == 0 {
		return err
	}
	if err := s.settleTx(ctx, tx, batchIDs(leases)); err != nil || !s.resend {
		return err
	}
	_, err = s.readJobsTx(ctx, tx, leases) // what was settled is to be sent again
	return err
}

const jobsSQL = `
	SELECT batch_id, subscriber_id, attempt, first_at, state = 'sending'
	FROM deliveries
	WHERE batch_id = ANY ($1) AND (state IN ('queued', 'deferred') AND (due_at IS NULL OR due_at <= now()) OR state = 'sending')`

// readJobsTx reads what is due in the leased batches, and returns how many deliveries
// are still marked.
func (s *Store) readJobsTx(ctx context.Context, tx *sqlx.Tx, leases []*lease) (marked int, err error) {
	byID := make(map[int64]*lease, len(leases))
	for _, l := range leases {
		byID[l.batch], l.jobs = l, nil
	}
	rows, err := s.inTx(tx, jobsSQL).rows(ctx, pq.Array(batchIDs(leases)))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var batch int64
		var j job
		var first sql.NullTime
		var left bool
		if err := rows.Scan(&batch, &j.subscriber, &j.attempt, &first, &left); err != nil {
			return 0, err
		}
		if left {
			marked++
			continue
		}
		j.first = first.Time
		byID[batch].jobs = append(byID[batch].jobs, j)
	}
	return marked, rows.Err()
}

// renew extends leases and returns the batches that are still held and whose editions
// are going out.
func (s *Store) renew(ctx context.Context, sender int64, leases []*lease) (map[int64]bool, error) {
	var held []int64
	err := s.db.SelectContext(ctx, &held, `
		UPDATE batches b SET lease_until = now() + $3::interval
		FROM editions e
		WHERE b.id = ANY ($1) AND b.leased_by = $2 AND b.lease_until > now() AND e.id = b.edition_id AND e.state = 'sending'
		RETURNING b.id`, pq.Array(batchIDs(leases)), sender, leaseTime.String())
	if err != nil {
		return nil, fmt.Errorf("mailer: renewing leases: %w", err)
	}
	set := make(map[int64]bool, len(held))
	for _, id := range held {
		set[id] = true
	}
	return set, nil
}

// isHeld tells whether a lease may still be worked on: it is ours, and the edition is
// being sent.
func (s *Store) isHeld(ctx context.Context, l *lease, sender int64) (bool, error) {
	held, err := s.renew(ctx, sender, []*lease{l})
	return held[l.batch], err
}
