package deliveries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

const (
	// LeaseTime is the duration of a lease since its last renewal, by the clock of the
	// database.
	LeaseTime = 30 * time.Second
	// LeaseAge is the longest time between reading and sending a delivery. Until then the
	// table changes contains every change since.
	LeaseAge = 10 * time.Minute
)

// Lease is a batch that one sender alone may send, as it was read when it was leased. It is
// immutable.
type Lease struct {
	Batch, Edition int64
	Domain         string     // shared by all its readers; empty for several domains
	Deliveries     []Delivery // those that were due
	Read           time.Time  // when Deliveries were read, by the process's clock

	fence    int64
	due      time.Time
	snapshot string // a pg_snapshot taken before Deliveries were read; later changes are in the table changes
}

// Due is the time at which the batch was due.
func (l *Lease) Due() time.Time { return l.due }

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
			AND b.domain <> ALL ($3) AND NOT ` + domainWaits + ` AND ` + postgres.SchemaIsOurs + `
		ORDER BY b.due_at, b.id
		LIMIT 1
		FOR UPDATE OF b SKIP LOCKED
	)
	UPDATE batches b SET leased_by = $1, fence = b.fence + 1, lease_fence = b.fence + 1, lease_until = now() + $2::interval, probing = false
	FROM next WHERE b.id = next.id
	RETURNING b.id, b.edition_id, b.fence, b.domain, b.due_at, b.marks <> '{}' OR EXISTS (SELECT FROM journal j WHERE j.batch_id = b.id),
		EXISTS (SELECT FROM receiving_domains WHERE quiet_until > now()) OR EXISTS (SELECT FROM bounce_events h WHERE h.edition_id = b.edition_id AND h.held_at IS NOT NULL AND h.decided_at IS NULL), pg_current_snapshot()::text`

// Lease leases a due batch to a sender, or returns nil. most bounds the number of leases
// over all processes; 0 means no limit. Batches of the domains in without are not leased.
//
// Each step is a separate statement if possible, so that a process that is stopped in
// between holds no lock: the lease expires, and another sender takes the batch.
func (s *Store) Lease(ctx context.Context, sender int64, most int, limits Limits, without ...string) (*Lease, error) {
	l, left, quiet, err := s.take(ctx, sender, most, limits, without)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil && left {
		err = s.settle(ctx, l.Batch, l.fence)
	}
	if err == nil && l.Domain == "" && (quiet || len(limits) > 0) {
		err = s.splitLimited(ctx, l, limits)
	}
	if err == nil {
		err = s.read(ctx, l)
	}
	if err != nil {
		return nil, fmt.Errorf("deliveries: leasing a batch: %w", err)
	}
	return l, nil
}

// take writes the lease. left means that its former holder left deliveries in flight or
// results in the journal. quiet means that some domains are paused. The error is
// [sql.ErrNoRows] if no batch is due.
func (s *Store) take(ctx context.Context, sender int64, most int, limits Limits, without []string) (l *Lease, left, quiet bool, err error) {
	l = &Lease{}
	args := func(full []string) []any {
		return []any{sender, LeaseTime.String(), pq.Array(append(append([]string{}, full...), without...))} // null would exclude all
	}
	into := []any{&l.Batch, &l.Edition, &l.fence, &l.Domain, &l.due, &left, &quiet, &l.snapshot}
	if most == 0 && !limits.countConnections() {
		err = s.batching.one(ctx, leaseSQL, args(nil), into...) // before left and quiet are read
		return l, left, quiet, err
	}
	// Leases must not be counted while another transaction leases.
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

// openSQL reads the deliveries of a batch that are due, with their readers. It reads the suppressions since the edition was planned, which are few; planning leaves out
// readers that were suppressed before.
const openSQL = `
	WITH x AS MATERIALIZED (
		SELECT subscriber_id FROM suppressions
		WHERE subscriber_id IS NOT NULL AND created_at > (SELECT created_at - interval '1 day' FROM editions WHERE id = $2)
	)
	SELECT d.subscriber_id, d.variant_id, v.rendering_id, d.attempt, d.first_at, d.resent,
		s.id IS NULL OR s.state <> 'active' OR COALESCE(s.paused_until > now(), false) OR d.subscriber_id IN (SELECT subscriber_id FROM x),
		s.email, s.domain, s.name, s.format, s.language, s.link_version, s.preference_set_id
	FROM deliveries d
	LEFT JOIN LATERAL (SELECT rendering_id FROM variants WHERE id = d.variant_id LIMIT 1) v ON true
	LEFT JOIN LATERAL (
		SELECT id, state, paused_until, email, domain, name, format, language, link_version, preference_set_id FROM subscribers
		WHERE id = d.subscriber_id LIMIT 1
	) s ON true
	WHERE d.batch_id = $1 AND d.state IN ('queued', 'deferred') AND (d.due_at IS NULL OR d.due_at <= now())`

// read reads the deliveries of a leased batch that are due.
func (s *Store) read(ctx context.Context, l *Lease) error {
	l.Read = time.Now()
	return s.batching.run(ctx, openSQL, []any{l.Batch, l.Edition}, func(rows *sql.Rows) error {
		var d Delivery
		var first sql.NullTime
		var rendering sql.NullInt64
		var reader struct {
			address, domain, name, format, language sql.NullString // null: erased
			linkVersion, preferenceSet              sql.NullInt64
		}
		if err := rows.Scan(&d.SubscriberID, &d.VariantID, &rendering, &d.Attempt, &first, &d.Resent, &d.doubtful,
			&reader.address, &reader.domain, &reader.name, &reader.format, &reader.language, &reader.linkVersion, &reader.preferenceSet); err != nil {
			return err
		}
		d.EditionID, d.RenderingID = l.Edition, rendering.Int64
		d.First, d.Domain = first.Time, reader.domain.String
		d.Address, d.Name, d.Format, d.Language = reader.address.String, reader.name.String, reader.format.String, reader.language.String
		d.LinkVersion, d.PreferenceSetID = int(reader.linkVersion.Int64), reader.preferenceSet.Int64
		l.Deliveries = append(l.Deliveries, d)
		return nil
	})
}
