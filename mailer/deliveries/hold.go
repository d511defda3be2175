package deliveries

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Hold stops an edition in state sending until staff decide. It also logs the reason,
// because the alert by email may not arrive.
func (s *Store) Hold(ctx context.Context, edition int64, reason string) error {
	held := false
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) (err error) {
		held, err = s.events.Held(ctx, tx, edition, reason)
		return err
	})
	if err != nil {
		return fmt.Errorf("deliveries: holding edition %d: %w", edition, err)
	}
	if held {
		s.logHeld(edition, reason)
	}
	return nil
}

func (s *Store) logHeld(edition int64, reason string) {
	s.log.Error("an edition is held; resume or cancel it with corridor editions", "edition_id", edition, "reason", reason)
}

// logBrake logs that bounces are not believed, if there is a reason: the edition is held as a
// whole, or for a domain, or its bounces came when it was no longer being sent.
func (s *Store) logBrake(edition int64, held bool, reason string) {
	switch {
	case held:
		s.logHeld(edition, reason)
	case reason != "":
		s.log.Error("bounces suppress no reader; decide with corridor suppressions", "edition_id", edition, "reason", reason)
	}
}

// holdOverdue holds editions whose batches have been due for longer than grace while no
// sender worked on them or waited for a limit ([Store.Room]). After a long outage staff
// decide whether old news is still sent. It returns the number of editions.
func (s *Store) holdOverdue(ctx context.Context, grace time.Duration) (n int64, err error) {
	if grace <= 0 {
		return 0, nil
	}
	var late []int64
	if err := s.db.SelectContext(ctx, &late, `
		WITH late AS (
			SELECT DISTINCT edition_id FROM batches WHERE due_at < now() - $1::interval AND (lease_until IS NULL OR lease_until < now())
		)
		SELECT e.id FROM editions e JOIN late ON e.id = late.edition_id
		WHERE e.state = 'sending'
			AND NOT EXISTS (SELECT FROM quotas WHERE limited_at > now() - $1::interval)
			AND NOT EXISTS (SELECT FROM batches w WHERE w.edition_id = e.id AND (w.worked_at > now() - $1::interval OR w.lease_until > now()))
		ORDER BY e.id`, grace.String()); err != nil {
		return 0, fmt.Errorf("deliveries: looking for overdue editions: %w", err)
	}
	for _, edition := range late {
		err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
			held, err := s.events.Held(ctx, tx, edition, "overdue by more than "+shortDuration(grace)+": nothing was sent in that time")
			if held {
				n++
			}
			return err
		})
		if err != nil {
			return n, fmt.Errorf("deliveries: holding edition %d: %w", edition, err)
		}
	}
	return n, nil
}

// shortDuration writes whole hours as "24h".
func shortDuration(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return d.String()
}
