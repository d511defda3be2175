package subscribers

import (
	"context"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// SoftBounce is a failure that is about a reader and not final.
type SoftBounce struct {
	SubscriberID int64
	Edition      int64
	At           time.Time
	Afresh       bool // an email has arrived since the failure that was counted last
}

// CountSoftBouncesTx counts failures in a row, one for each reader and edition. The list is
// ordered by reader, each once. Erased readers are left out.
func CountSoftBouncesTx(ctx context.Context, tx postgres.Tx, list []SoftBounce) error {
	if len(list) == 0 {
		return nil
	}
	ids, editions, times, afresh := make([]int64, len(list)), make([]int64, len(list)), make([]string, len(list)), make([]bool, len(list))
	for i, b := range list {
		ids[i], editions[i], times[i], afresh[i] = b.SubscriberID, b.Edition, b.At.Format(time.RFC3339Nano), b.Afresh
	}
	_, err := tx.ExecContext(ctx, `
		WITH b AS MATERIALIZED (
			SELECT u.* FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::bool[]) AS u (id, edition, at, afresh) JOIN subscribers s ON s.id = u.id
		), over AS MATERIALIZED (
			SELECT id FROM b WHERE afresh
		)
		INSERT INTO soft_bounces AS k (subscriber_id, failures, since, last_at, edition_id)
		SELECT id, 1, at, at, edition FROM b ORDER BY id
		ON CONFLICT (subscriber_id) DO UPDATE SET
			failures = CASE WHEN k.subscriber_id IN (SELECT id FROM over) THEN 1 ELSE k.failures + 1 END,
			since = CASE WHEN k.subscriber_id IN (SELECT id FROM over) THEN EXCLUDED.since ELSE k.since END,
			last_at = EXCLUDED.last_at, edition_id = EXCLUDED.edition_id
		WHERE k.edition_id <> EXCLUDED.edition_id`,
		pq.Array(ids), pq.Array(editions), pq.Array(times), pq.Array(afresh))
	if err != nil {
		return fmt.Errorf("subscribers: counting failures in a row: %w", err)
	}
	return nil
}

// SuppressSoftBouncedTx suppresses readers after failures in a row. details are the mail
// servers' last replies. It returns the number of readers that were not suppressed.
func SuppressSoftBouncedTx(ctx context.Context, tx postgres.Tx, ids []int64, details []string) (int64, error) {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO suppressions (address_hash, email, subscriber_id, reason, detail, source, created_at)
		SELECT sha256(convert_to(s.folded, 'UTF8')), s.email, s.id, 'soft_bounces', b.detail, 'smtp', now()
		FROM unnest($1::bigint[], $2::text[]) AS b (id, detail) JOIN subscribers s ON s.id = b.id
		ORDER BY s.folded
		ON CONFLICT (address_hash) DO NOTHING`, pq.Array(ids), pq.Array(details))
	if err != nil {
		return 0, fmt.Errorf("subscribers: suppressing readers whose emails failed: %w", err)
	}
	return result.RowsAffected()
}

// Failures is what counts against a reader: failures in a row, and a first hard bounce that
// awaits a second one. The zero value stands for nothing.
type Failures struct {
	Soft      int        `json:"in_a_row" db:"failures"`
	SoftSince *time.Time `json:"since" db:"since"`
	SoftLast  *time.Time `json:"last" db:"last_at"`
	FirstHard *time.Time `json:"first_hard_bounce" db:"first_at"`
}

// Failures returns what counts against a reader. An email that arrived ends the row within
// an hour, and at the next failure.
func (s *Store) Failures(ctx context.Context, id int64) (f Failures, err error) {
	err = s.db.GetContext(ctx, &f, failuresSQL, id)
	if err != nil {
		return f, fmt.Errorf("subscribers: reading the failures of a reader: %w", err)
	}
	return f, nil
}

const failuresSQL = `
	SELECT COALESCE(k.failures, 0) AS failures, k.since, k.last_at, h.first_at
	FROM (SELECT $1::bigint AS id) r LEFT JOIN soft_bounces k ON k.subscriber_id = r.id LEFT JOIN hard_bounces h ON h.subscriber_id = r.id`

// The counts of a reader begin again with these. hard_bounces come before suppressions in the
// order of locks, and soft_bounces after.
const (
	forgetHardSQL = `DELETE FROM hard_bounces WHERE subscriber_id = (SELECT id FROM subscribers WHERE folded = $1)`
	forgetSoftSQL = `DELETE FROM soft_bounces WHERE subscriber_id = (SELECT id FROM subscribers WHERE folded = $1)`
)

// forgetBouncesTx runs one of these for the reader with an address.
func forgetBouncesTx(ctx context.Context, tx *sqlx.Tx, forgetSQL, folded string) error {
	if _, err := tx.ExecContext(ctx, forgetSQL, folded); err != nil {
		return fmt.Errorf("subscribers: forgetting bounces: %w", err)
	}
	return nil
}

// Counted is a failure in a row, or a first hard bounce, by its reader and time.
type Counted struct {
	Reader int64     `db:"subscriber_id"`
	At     time.Time `db:"at"`
}

// ForgetCounted deletes counts of failures. A row that has changed meanwhile, or that another
// transaction holds, stays.
func ForgetCounted(ctx context.Context, tx sqlx.ExecerContext, list []Counted) error {
	ids, times := make([]int64, len(list)), make([]string, len(list))
	for i, c := range list {
		ids[i], times[i] = c.Reader, c.At.Format(time.RFC3339Nano)
	}
	for _, forget := range []string{`
		DELETE FROM soft_bounces WHERE subscriber_id IN (
			SELECT k.subscriber_id FROM soft_bounces k JOIN unnest($1::bigint[], $2::timestamptz[]) AS c (id, at) ON k.subscriber_id = c.id AND k.last_at = c.at
			FOR UPDATE OF k SKIP LOCKED)`, `
		DELETE FROM hard_bounces WHERE subscriber_id IN (
			SELECT k.subscriber_id FROM hard_bounces k JOIN unnest($1::bigint[], $2::timestamptz[]) AS c (id, at) ON k.subscriber_id = c.id AND k.first_at = c.at
			FOR UPDATE OF k SKIP LOCKED)`} {
		if _, err := tx.ExecContext(ctx, forget, pq.Array(ids), pq.Array(times)); err != nil {
			return fmt.Errorf("subscribers: forgetting failures: %w", err)
		}
	}
	return nil
}
