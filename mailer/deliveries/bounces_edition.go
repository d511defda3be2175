package deliveries

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// A relay may answer "no such mailbox" to every recipient, at many domains with few readers
// each. So the bounces of an edition at all domains are also an event, "edition:*". It
// counts the bounces that are not doubted yet. Above a share of the edition's readers it
// doubts all other events of the edition, present and future ones.
const (
	allDomains   = "*" // in place of an event's domain
	editionShare = "0.1"
)

// brakeEditions doubts the bounces of editions in which too many readers bounced: of those in
// state sending, and of the edition late, which got a late bounce.
func (s *Store) brakeEditions(ctx context.Context, late int64) error {
	var editions []int64
	if err := s.db.SelectContext(ctx, &editions, `
		SELECT e.id FROM editions e JOIN bounce_events v ON v.edition_id = e.id
		WHERE e.state = 'sending' OR e.id = $1
		GROUP BY e.id
		HAVING count(*) FILTER (WHERE v.domain = '`+allDomains+`' AND v.held_at IS NOT NULL) = 0
			AND sum(v.bounced) FILTER (WHERE v.held_at IS NULL) > GREATEST($2::bigint, max(v.weighed) FILTER (WHERE v.domain = '`+allDomains+`'), max(v.readers) FILTER (WHERE v.domain = '`+allDomains+`') * `+editionShare+`)
		ORDER BY e.id`, late, s.bounces.Floor); err != nil {
		return fmt.Errorf("looking for editions with many bounces: %w", err)
	}
	for _, edition := range editions {
		held, reason := false, ""
		err := s.db.InTx(ctx, func(tx *sqlx.Tx) (err error) {
			held, reason, err = s.brakeEditionTx(ctx, tx, edition)
			return err
		})
		if err != nil {
			return fmt.Errorf("deciding about the bounces of an edition: %w", err)
		}
		s.logBrake(edition, held, reason)
	}
	return nil
}

// brakeEditionTx counts an edition's readers and, if too many of them bounced, lifts the
// suppressions by these bounces and holds the edition.
func (s *Store) brakeEditionTx(ctx context.Context, tx *sqlx.Tx, edition int64) (held bool, reason string, err error) {
	all := bounceEvent{edition, allDomains}
	if err := lockEditionTx(ctx, tx, edition); err != nil {
		return false, "", err
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO bounce_events (edition_id, domain, bounced, readers) SELECT $1, $2, 0, count(*) FROM deliveries WHERE edition_id = $1
		ON CONFLICT (edition_id, domain) DO UPDATE SET readers = EXCLUDED.readers`, edition, allDomains); err != nil {
		return false, "", err
	}
	var now struct {
		Bounced  int     `db:"bounced"`
		Readers  int     `db:"readers"`
		Held     bool    `db:"held"`
		Believes float64 `db:"believes"`
	}
	if err := tx.GetContext(ctx, &now, `
		SELECT o.bounced, v.readers, v.held_at IS NOT NULL AS held, GREATEST($3::bigint, v.readers * `+editionShare+`) AS believes
		FROM bounce_events v, (SELECT COALESCE(sum(bounced), 0) AS bounced FROM bounce_events WHERE edition_id = $1 AND domain <> $2 AND held_at IS NULL) o
		WHERE v.edition_id = $1 AND v.domain = $2`, edition, allDomains, s.bounces.Floor); err != nil || now.Held {
		return false, "", err
	}
	alike, err := alikeTx(ctx, tx, all)
	if err == nil && float64(alike) <= now.Believes {
		err = weighTx(ctx, tx, all, now.Bounced)
		return false, "", err
	}
	if err != nil {
		return false, "", err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE bounce_events SET held_at = COALESCE(held_at, now()) WHERE edition_id = $1`, edition); err != nil {
		return false, "", err
	}
	reason = fmt.Sprintf("%d of %d readers bounced, too many to be believed; none of them is suppressed (event %s)", now.Bounced, now.Readers, all.name())
	if err := s.events.Doubted(ctx, tx, Doubt{edition, all.name(), reason}); err != nil {
		return false, "", err
	}
	held, err = s.events.Held(ctx, tx, edition, reason)
	return held, reason, err
}
