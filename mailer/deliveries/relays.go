package deliveries

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// CountUnclear counts a final refusal that may apply to every email of an edition: of the
// message, or without a clear reason. It returns the number of consecutive ones. Repeated
// refusals of one delivery count once if the edition has a sent delivery, because that
// delivery may be the only one refused. interrupted means that the relay accepted an email
// in between.
func (s *Store) CountUnclear(ctx context.Context, relay string, edition, subscriber int64, interrupted bool) (n int, err error) {
	err = s.db.GetContext(ctx, &n, `
		INSERT INTO relays AS r (address, refused, refused_at, refused_of) VALUES ($1, 1, now(), $2)
		ON CONFLICT (address) DO UPDATE SET refused_at = now(), refused_of = $2,
			refused = CASE WHEN $3 OR r.refused = 0 OR r.refused_at < now() - interval '1 day' THEN 1
				WHEN r.refused_of = $2 AND EXISTS (SELECT FROM deliveries WHERE edition_id = $4 AND state = 'sent') THEN r.refused
				ELSE r.refused + 1 END
		RETURNING refused`, relay, fmt.Sprintf("%d.%d", edition, subscriber), interrupted, edition)
	if err != nil {
		return 0, fmt.Errorf("deliveries: counting a refusal: %w", err)
	}
	return n, nil
}

// AwayRelay is a relay that senders cannot connect or authenticate to.
type AwayRelay struct {
	Address string // host:port
	Since   time.Time
	Reason  string // with the server's reply, if there was one
}

// Describe names the relay and the beginning of the failure, in zone. It omits the server's
// reply, because public pages show the description.
func (a AwayRelay) Describe(zone *time.Location) string {
	return fmt.Sprintf("the mail server %s cannot be used since %s", a.Address, a.Since.In(zone).Format(time.RFC3339))
}

// awayFresh is the time that a relay counts as away after a sender's last failure.
const awayFresh = time.Minute

// Away lists the relays that senders cannot connect or authenticate to.
func (s *Store) Away(ctx context.Context) ([]AwayRelay, error) {
	var list []AwayRelay
	if err := s.db.SelectContext(ctx, &list, `
		SELECT address, away_since AS since, away_reason AS reason FROM relays
		WHERE away_since IS NOT NULL AND away_seen_at > now() - $1::interval ORDER BY away_since, address`, awayFresh.String()); err != nil {
		return nil, fmt.Errorf("deliveries: reading the relays that are away: %w", err)
	}
	return list, nil
}

// NoteAway records that a relay is away. The beginning that a sender recorded counts while
// it is fresh; a sender that ended may have left it behind.
func (s *Store) NoteAway(ctx context.Context, a AwayRelay) error {
	if _, err := s.db.ExecContext(ctx, `
		INSERT INTO relays AS r (address, away_since, away_reason, away_seen_at) VALUES ($1, $2, $3, now())
		ON CONFLICT (address) DO UPDATE SET away_reason = $3, away_seen_at = now(),
			away_since = CASE WHEN r.away_seen_at > now() - $4::interval THEN LEAST(r.away_since, $2) ELSE $2 END`,
		a.Address, a.Since, a.Reason, awayFresh.String()); err != nil {
		return fmt.Errorf("deliveries: noting that a relay is away: %w", err)
	}
	return nil
}

// NoteBack records that a relay is available again. If no relay of the list was available
// meanwhile, that time does not count toward the time for which deliveries are retried.
func (s *Store) NoteBack(ctx context.Context, address string, list []string) error {
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var since sql.NullTime // null: another relay was available, or another process noted it
		if err := tx.GetContext(ctx, &since, `
			WITH away AS (SELECT address, away_since FROM relays WHERE address = ANY ($2) AND away_since IS NOT NULL ORDER BY address FOR UPDATE)
			SELECT CASE WHEN count(*) = $3 AND bool_or(address = $1) THEN max(away_since) END FROM away`, address, pq.Array(list), len(list)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE relays SET away_since = NULL, away_reason = '' WHERE address = $1`, address); err != nil || !since.Valid {
			return err
		}
		_, err := tx.ExecContext(ctx, `
			WITH open AS MATERIALIZED (
				SELECT d.edition_id, d.subscriber_id
				FROM editions e JOIN deliveries d ON d.edition_id = e.id
				WHERE e.state = 'sending' AND d.state IN ('queued', 'deferred') AND d.first_at < now()
				ORDER BY d.edition_id, d.subscriber_id FOR UPDATE OF d
			)
			UPDATE deliveries d SET first_at = first_at + (now() - GREATEST(first_at, $1))
			FROM open WHERE d.edition_id = open.edition_id AND d.subscriber_id = open.subscriber_id`, since)
		return err
	})
	if err != nil {
		return fmt.Errorf("deliveries: noting that a relay is back: %w", err)
	}
	return nil
}
