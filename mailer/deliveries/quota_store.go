package deliveries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// quotaRow is the counts of a relay.
type quotaRow struct {
	First  sql.NullTime `db:"first_at"`
	Hour   time.Time    `db:"hour"`
	Day    time.Time    `db:"day"`
	InHour int          `db:"in_hour"`
	InDay  int          `db:"in_day"`
	Now    time.Time    `db:"now"`
}

const quotaColumns = `first_at, hour, day, in_hour, in_day, clock_timestamp() AS now`

func (r quotaRow) used() Used {
	return Used{First: r.First.Time, Hour: r.Hour, Day: r.Day, InHour: r.InHour, InDay: r.InDay}
}

// now is the time by the quota's clock.
func (q Quota) now(database time.Time) time.Time {
	if q.Clock != nil {
		return q.Clock()
	}
	return database
}

// Reservation is emails that were counted and may be sent.
type Reservation struct {
	Allowance
	relay string
}

// Reserve requests emails for editions by a relay and counts them: up to n, and no more than
// a small part of the limits at once.
func (s *Store) Reserve(ctx context.Context, relay string, q Quota, n int) (Reservation, error) {
	return s.reserve(ctx, relay, q, min(n, q.chunk()), false)
}

// ReserveSingle requests an email that belongs to no edition, and counts it.
func (s *Store) ReserveSingle(ctx context.Context, relay string, q Quota) (Reservation, error) {
	return s.reserve(ctx, relay, q, 1, true)
}

func (s *Store) reserve(ctx context.Context, relay string, q Quota, n int, single bool) (Reservation, error) {
	r := Reservation{relay: relay}
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO quotas (relay) VALUES ($1) ON CONFLICT (relay) DO NOTHING`, relay); err != nil {
			return err
		}
		var row quotaRow
		if err := tx.GetContext(ctx, &row, `SELECT `+quotaColumns+` FROM quotas WHERE relay = $1 FOR UPDATE`, relay); err != nil {
			return err
		}
		r.Allowance = q.Allow(row.used(), q.now(row.Now), n, single)
		if r.Emails == 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, `
			UPDATE quotas SET hour = $2, in_hour = $3, day = $4, in_day = $5, first_at = $6 WHERE relay = $1`,
			relay, r.used.Hour, r.used.InHour, r.used.Day, r.used.InDay, r.used.First)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("deliveries: counting emails against the limits of %s: %w", relay, err)
	}
	return r, nil
}

// SameHour reports whether two reservations are counted in one hour.
func (r Reservation) SameHour(other Reservation) bool { return r.used.Hour.Equal(other.used.Hour) }

// Refund takes back n emails of a reservation that were not handed to the relay.
func (s *Store) Refund(ctx context.Context, r Reservation, n int) error {
	if _, err := s.db.ExecContext(ctx, `
		UPDATE quotas SET in_hour = CASE WHEN hour = $2 THEN GREATEST(in_hour - $4, 0) ELSE in_hour END,
			in_day = CASE WHEN day = $3 THEN GREATEST(in_day - $4, 0) ELSE in_day END
		WHERE relay = $1`, r.relay, r.used.Hour, r.used.Day, n); err != nil {
		return fmt.Errorf("deliveries: taking emails back from the limits of %s: %w", r.relay, err)
	}
	return nil
}

// Room reports whether editions may send by a relay now. While they may not and batches are
// due, it records the limit, for [Store.Limited] and so that waiting editions are not taken
// for overdue. waiting reports whether batches are due.
func (s *Store) Room(ctx context.Context, relay string, q Quota) (a Allowance, waiting bool, err error) {
	var row quotaRow
	err = s.db.GetContext(ctx, &row, `SELECT `+quotaColumns+` FROM quotas WHERE relay = $1`, relay)
	if errors.Is(err, sql.ErrNoRows) {
		row, err = quotaRow{Now: time.Now()}, nil
	}
	if err == nil {
		a = q.Allow(row.used(), q.now(row.Now), 1, false)
		waiting, err = s.noteLimit(ctx, relay, a)
	}
	if err != nil {
		return a, false, fmt.Errorf("deliveries: reading the limits of %s: %w", relay, err)
	}
	return a, waiting, nil
}

// noteLimit records that due batches wait for a limit, or that they do not any more.
func (s *Store) noteLimit(ctx context.Context, relay string, a Allowance) (waiting bool, err error) {
	if a.Emails > 0 {
		_, err := s.db.ExecContext(ctx, `UPDATE quotas SET limited_until = NULL, reason = '' WHERE relay = $1 AND limited_until IS NOT NULL`, relay)
		return false, err
	}
	err = s.db.GetContext(ctx, &waiting, `
		WITH due AS (
			SELECT FROM batches b JOIN editions e ON e.id = b.edition_id AND e.state = 'sending' WHERE b.due_at <= now() LIMIT 1
		), noted AS (
			INSERT INTO quotas (relay, limited_at, limited_until, reason) SELECT $1, now(), $2, $3 FROM due
			ON CONFLICT (relay) DO UPDATE SET limited_at = now(), limited_until = $2, reason = $3
		)
		SELECT EXISTS (SELECT FROM due)`, relay, a.Until, a.Reason)
	return waiting, err
}

// Limit is a limit that emails wait for.
type Limit struct {
	Relay  string    `db:"relay"` // host:port
	Until  time.Time `db:"limited_until"`
	Reason string    `db:"reason"`
}

// Describe is the reason with the time at which emails go on, in zone.
func (l Limit) Describe(zone *time.Location) string {
	return l.Reason + "; goes on at " + l.Until.In(zone).Format(time.RFC3339)
}

// limitFresh is the time for which a limit counts after a sender has last met it.
const limitFresh = time.Minute

// Limited lists the limits that due batches wait for.
func (s *Store) Limited(ctx context.Context) ([]Limit, error) {
	var list []Limit
	if err := s.db.SelectContext(ctx, &list, `
		SELECT relay, limited_until, reason FROM quotas
		WHERE limited_until IS NOT NULL AND limited_at > now() - $1::interval ORDER BY relay`, limitFresh.String()); err != nil {
		return nil, fmt.Errorf("deliveries: reading the limits that emails wait for: %w", err)
	}
	return list, nil
}
