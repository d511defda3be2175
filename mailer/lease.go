package mailer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"corridor/mailer/message"
	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

const (
	leaseTime = 30 * time.Second
	// leaseMargin is kept between our own deadline and the one that others go by: the
	// time that a statement or a short message may take.
	leaseMargin = 5 * time.Second
	// leaseAge is how long after it was read a batch may still be worked on: until then
	// changes has what changed since.
	leaseAge = 10 * time.Minute
)

// lease is a batch that this sender alone may work on, until its deadline or until it is
// stopped.
type lease struct {
	batch    int64
	edition  int64
	fence    int64
	domain   string // of all its readers; empty: several
	due      time.Time
	read     time.Time // when jobs were
	snapshot string    // a pg_snapshot from shortly before: what it did not have is in changes

	alone      bool          // for one worker at a time
	counts     bool          // it stands for a connection: its worker does nothing else
	domainRate float64       // mails a second to its domain; 0: no limit
	turn       chan struct{} // its turns are used up; nil: it needs none

	deadline atomic.Int64 // by our own clock, in nanoseconds since sender's start

	// The ledger alone looks at these.
	inFlight []inFlight // marked, and no result written
	entries  int64      // how many it has written into the journal

	// These are the queue's.
	jobs      []job     // to be marked, in order
	later     bool      // some were not due when they were read
	allowed   int       // how many of them the limits have had turns for
	asked     bool      // some are being marked
	ready     []marked  // no worker has them yet
	out       int       // workers have so many
	owner     *worker   // who alone may take from it
	stopped   bool      // nothing more of it may go to the wire
	quiet     []string  // domains that answered 421: the rest of their mails is set apart
	notBefore time.Time // there is no turn for its domain until then
	again     bool      // some is to be tried again
	handing   bool      // nothing more comes of it
	finished  bool      // and nothing of the batch is left
}

// waits tells whether it goes on only when there is a turn for its domain.
func (l *lease) waits() bool { return l.domainRate > 0 && l.allowed == 0 && len(l.jobs) > 0 }

// askable tells whether some of its jobs may be marked.
func (l *lease) askable() bool { return !l.asked && len(l.jobs) > 0 && l.allowed > 0 }

// job is a delivery that is due, its rendering and its reader, as they were when the batch
// was leased.
type job struct {
	message.Recipient
	domain   string
	place    string    // its row, a tid
	attempt  int       // tries before
	first    time.Time // when the first was; zero: never
	doubtful bool      // the reader may not want it any more
	resent   bool      // it was sent again after an attempt of unknown fate
}

// landed ends a mark, if there is one: the delivery has a result.
func (l *lease) landed(subscriber int64) bool {
	i := slices.IndexFunc(l.inFlight, func(m inFlight) bool { return m.subscriber == subscriber })
	if i < 0 {
		return false
	}
	l.inFlight = slices.Delete(l.inFlight, i, i+1)
	return true
}

// leaseSQL leases nothing on a newer schema. An earlier version does not set lease_fence:
// see migration 00013 and docs/decisions/0038-senders-of-another-version.md.
var leaseSQL = `
	WITH next AS (
		SELECT b.id
		FROM batches b
		JOIN editions e ON e.id = b.edition_id AND e.state = 'sending'
		LEFT JOIN receiving_domains r ON r.domain = b.domain
		WHERE b.due_at <= now() AND (b.lease_until IS NULL OR b.lease_until <= now())
			AND (r.domain IS NULL OR r.next_at <= now() AND (r.quiet_until IS NULL OR r.quiet_until <= now()))
			AND b.domain <> ALL ($3) AND ` + postgres.SchemaIsOurs + `
		ORDER BY b.due_at, b.id
		LIMIT 1
		FOR UPDATE OF b SKIP LOCKED
	)
	UPDATE batches b SET leased_by = $1, fence = b.fence + 1, lease_fence = b.fence + 1, lease_until = now() + $2::interval
	FROM next WHERE b.id = next.id
	RETURNING b.id, b.edition_id, b.fence, b.domain, b.due_at, b.marks <> '{}' OR EXISTS (SELECT FROM journal j WHERE j.batch_id = b.id),
		EXISTS (SELECT FROM receiving_domains WHERE quiet_until > now()), pg_current_snapshot()::text`

// lease takes a batch that is due and that nobody has; nil: there is none. Each step is
// a statement of its own as far as can be, so that a process that is stopped in between
// holds no lock: the lease ends, and another takes it.
// most bounds how many are leased over all processes; 0: no limit. No batch of those
// domains is leased.
func (s *Store) lease(ctx context.Context, sender int64, most int, limits Limits, without ...string) (*lease, error) {
	l, left, quiet, err := s.take(ctx, sender, most, limits, without)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil && left {
		err = s.settle(ctx, l.batch, l.fence)
	}
	if err == nil && l.domain == "" && (quiet || len(limits) > 0) {
		err = s.splitLimited(ctx, l, limits)
	}
	if err == nil {
		err = s.readJobs(ctx, l)
	}
	if err != nil {
		return nil, fmt.Errorf("mailer: leasing a batch: %w", err)
	}
	return l, nil
}

// take is the lease itself. left: its former holder left marks in it. quiet: there are
// domains that asked to be left alone. The error is sql.ErrNoRows when there is nothing
// to lease.
func (s *Store) take(ctx context.Context, sender int64, most int, limits Limits, without []string) (l *lease, left, quiet bool, err error) {
	l = &lease{}
	args := func(full []string) []any {
		return []any{sender, leaseTime.String(), pq.Array(append(append([]string{}, full...), without...))} // null would exclude all
	}
	into := []any{&l.batch, &l.edition, &l.fence, &l.domain, &l.due, &left, &quiet, &l.snapshot}
	if most == 0 && !limits.countConnections() {
		err = s.batching.one(ctx, leaseSQL, args(nil), into...) // before left and quiet are read
		return l, left, quiet, err
	}
	// Counting what is leased and leasing must not interleave.
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1, 0)`, countLock); err != nil {
			return err
		}
		if most > 0 {
			var leased int
			if err := tx.GetContext(ctx, &leased, `SELECT count(*) FROM batches WHERE due_at IS NOT NULL AND lease_until > now()`); err != nil {
				return err
			}
			if leased >= most {
				return sql.ErrNoRows
			}
		}
		full, err := fullDomainsTx(ctx, tx, limits)
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, leaseSQL, args(full)...).Scan(into...)
	})
	return l, left, quiet, err
}

// settle is settleTx in a transaction of its own, with the batch locked before.
func (s *Store) settle(ctx context.Context, batch, fence int64) error {
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT FROM batches WHERE id = $1 FOR NO KEY UPDATE`, batch); err != nil {
			return err
		}
		return s.settleTx(ctx, tx, batch, fence)
	})
}

// settleTx completes what former holders of a batch left: it posts their results from the
// journal, and decides about deliveries that are marked without a result and may have been
// on the wire, with their rendering of that time. If it fails the marks stay for the next
// holder. The caller has locked the batch.
func (s *Store) settleTx(ctx context.Context, tx *sqlx.Tx, batch, fence int64) error {
	if err := s.postJournalTx(ctx, tx, batch, fence-1); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		WITH b AS (
			SELECT id, edition_id, marks, marked_at FROM batches WHERE id = $1 AND fence = $2 FOR NO KEY UPDATE
		), settled AS (
			UPDATE deliveries d SET
				state = CASE WHEN `+sentAgain+` THEN 'queued' ELSE 'uncertain' END, resent = d.resent OR `+sentAgain+`,
				due_at = CASE WHEN `+sentAgain+` THEN b.marked_at + $4::interval END,
				reason = NULL, attempt = b.marks[i][2], first_at = COALESCE(d.first_at, b.marked_at), last_at = b.marked_at,
				rendering_id = COALESCE(
					(SELECT n.id FROM renderings n WHERE n.variant_id = d.variant_id AND n.created_at <= b.marked_at ORDER BY n.id DESC LIMIT 1),
					(SELECT v.rendering_id FROM variants v WHERE v.id = d.variant_id))
			FROM b, generate_subscripts(b.marks, 1) i
			WHERE d.edition_id = b.edition_id AND d.subscriber_id = b.marks[i][1] AND d.attempt = b.marks[i][2] - 1
				AND (d.state IN ('queued', 'deferred') OR `+calledOff+`)
		)
		UPDATE batches SET marks = '{}' FROM b WHERE batches.id = b.id`, batch, fence, s.resend.Once, s.resend.After.String())
	return err
}

// sentAgain tells whether a delivery d of unknown fate is sent again: where $3 says so, once,
// and unless it was called off.
const sentAgain = `$3 AND NOT d.resent AND d.state <> 'skipped'`

// jobsSQL reads what is to be done, and to whom that goes which is due. Who was suppressed before the edition was planned is not in
// it; few were since.
const jobsSQL = `
	WITH x AS MATERIALIZED (
		SELECT subscriber_id FROM suppressions
		WHERE subscriber_id IS NOT NULL AND created_at > (SELECT created_at - interval '1 day' FROM editions WHERE id = $2)
	)
	SELECT d.due_at IS NULL OR d.due_at <= now(), d.ctid::text, d.subscriber_id, d.variant_id, v.rendering_id, d.attempt, d.first_at, d.resent,
		s.id IS NULL OR s.state <> 'active' OR COALESCE(s.paused_until > now(), false) OR d.subscriber_id IN (SELECT subscriber_id FROM x),
		s.email, s.domain, s.name, s.format, s.language, s.link_version, s.preference_set_id
	FROM deliveries d
	LEFT JOIN LATERAL (SELECT rendering_id FROM variants WHERE id = d.variant_id LIMIT 1) v ON true
	LEFT JOIN LATERAL (
		SELECT id, state, paused_until, email, domain, name, format, language, link_version, preference_set_id FROM subscribers
		WHERE id = d.subscriber_id AND (d.due_at IS NULL OR d.due_at <= now()) LIMIT 1
	) s ON true
	WHERE d.batch_id = $1 AND d.state IN ('queued', 'deferred')`

// readJobs reads what is due in a leased batch, and who it goes to.
func (s *Store) readJobs(ctx context.Context, l *lease) error {
	l.read = time.Now()
	return s.batching.run(ctx, jobsSQL, []any{l.batch, l.edition}, func(rows *sql.Rows) error {
		var j job
		var due bool
		var first sql.NullTime
		var rendering sql.NullInt64
		var reader struct {
			address, domain, name, format, language sql.NullString // null: erased
			linkVersion, preferenceSet              sql.NullInt64
		}
		if err := rows.Scan(&due, &j.place, &j.SubscriberID, &j.VariantID, &rendering, &j.attempt, &first, &j.resent, &j.doubtful,
			&reader.address, &reader.domain, &reader.name, &reader.format, &reader.language, &reader.linkVersion, &reader.preferenceSet); err != nil {
			return err
		}
		if !due {
			l.later = true
			return nil
		}
		j.EditionID, j.RenderingID = l.edition, rendering.Int64
		j.first, j.domain = first.Time, reader.domain.String
		j.Address, j.Name, j.Format, j.Language = reader.address.String, reader.name.String, reader.format.String, reader.language.String
		j.LinkVersion, j.PreferenceSetID = int(reader.linkVersion.Int64), reader.preferenceSet.Int64
		l.jobs = append(l.jobs, j)
		return nil
	})
}

// renew extends leases, locked in the order in which the ledger locks them, and returns
// those that are still held and whose editions are going out.
func (s *Store) renew(ctx context.Context, sender int64, leases []*lease) (map[*lease]bool, error) {
	ids := make([]int64, len(leases))
	for i, l := range leases {
		ids[i] = l.batch
	}
	var held []struct {
		Batch int64 `db:"id"`
		Fence int64 `db:"fence"`
	}
	err := s.db.SelectContext(ctx, &held, `
		WITH ours AS (
			SELECT b.id FROM batches b JOIN editions e ON e.id = b.edition_id AND e.state = 'sending'
			WHERE b.id = ANY ($1) AND b.leased_by = $2 AND b.lease_until > now()
			ORDER BY b.id FOR NO KEY UPDATE OF b
		)
		UPDATE batches b SET lease_until = now() + $3::interval FROM ours WHERE b.id = ours.id
		RETURNING b.id, b.fence`, pq.Array(ids), sender, leaseTime.String())
	if err != nil {
		return nil, fmt.Errorf("mailer: renewing leases: %w", err)
	}
	fences := make(map[int64]int64, len(held))
	for _, h := range held {
		fences[h.Batch] = h.Fence
	}
	set := make(map[*lease]bool, len(held))
	for _, l := range leases { // one that was lost may be ours again, by another lease
		set[l] = fences[l.batch] == l.fence
	}
	return set, nil
}

// letGo ends the leases of a sender that it does not know of: an answer of the database
// was lost, or a stop came in between. What was marked in them is settled by whoever
// takes them.
func (s *Store) letGo(ctx context.Context, sender int64, known []*lease) error {
	ids := make([]int64, len(known))
	for i, l := range known {
		ids[i] = l.batch
	}
	_, err := s.db.ExecContext(ctx, `
		UPDATE batches SET lease_until = now() WHERE leased_by = $1 AND lease_until > now() AND id <> ALL ($2)`, sender, pq.Array(ids))
	if err != nil {
		return fmt.Errorf("mailer: letting go of leases: %w", err)
	}
	return nil
}

// isHeld tells whether a lease may still be worked on: it is ours, and the edition is
// being sent.
func (s *Store) isHeld(ctx context.Context, l *lease, sender int64) (bool, error) {
	held, err := s.renew(ctx, sender, []*lease{l})
	return held[l], err
}
