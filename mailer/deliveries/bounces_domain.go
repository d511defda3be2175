package deliveries

import (
	"context"
	"fmt"
	"strings"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// Bounces that are not believed hold an edition for their domain: no batch of the domain is
// leased until staff decide. The other domains go on; when only such batches are left, or
// none, the edition is held.

// domainWaits is the condition that the domain of batch b waits for a decision.
const domainWaits = `EXISTS (SELECT FROM bounce_events h WHERE h.edition_id = b.edition_id AND h.domain = b.domain AND h.held_at IS NOT NULL AND h.decided_at IS NULL)`

// mostReasons bounds the domains in the reason of an edition.
const mostReasons = 3

// undecidedTx describes the events of an edition about which staff have not decided, without
// that of the domain except, or returns "".
func undecidedTx(ctx context.Context, tx postgres.Tx, edition int64, except string) (string, error) {
	if except == allDomains {
		return "", nil
	}
	var list []struct {
		Domain  string `db:"domain"`
		Bounced int    `db:"bounced"`
		Readers int    `db:"readers"`
	}
	if err := sqlx.SelectContext(ctx, tx, &list, `
		SELECT domain, bounced, COALESCE(readers, bounced) AS readers FROM bounce_events
		WHERE edition_id = $1 AND domain <> '`+allDomains+`' AND domain <> $2 AND held_at IS NOT NULL AND decided_at IS NULL
		ORDER BY held_at, domain`, edition, except); err != nil || len(list) == 0 {
		return "", err
	}
	var reasons []string
	for _, e := range list[:min(len(list), mostReasons)] {
		reasons = append(reasons, fmt.Sprintf("%d of %d readers at %s bounced, too many to be believed; none of them is suppressed, and the others there wait (event %d:%s)",
			e.Bounced, e.Readers, e.Domain, edition, e.Domain))
	}
	if more := len(list) - mostReasons; more > 0 {
		reasons = append(reasons, fmt.Sprintf("and the same at %d more", more))
	}
	return strings.Join(reasons, "; "), nil
}

// holdWaiting holds an edition in state sending that waits for a decision of staff: at most
// batches of held domains are left.
func (s *Store) holdWaiting(ctx context.Context, edition int64) error {
	held, reason := false, ""
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockEditionTx(ctx, tx, edition); err != nil {
			return err
		}
		var waits bool
		if err := tx.GetContext(ctx, &waits, `
			SELECT e.state = 'sending' AND NOT EXISTS (SELECT FROM batches b WHERE b.edition_id = e.id AND b.due_at IS NOT NULL AND (b.leased_by IS NOT NULL OR NOT `+domainWaits+`))
			FROM editions e WHERE e.id = $1`, edition); err != nil || !waits {
			return err
		}
		var err error
		if reason, err = undecidedTx(ctx, tx, edition, ""); err != nil || reason == "" {
			return err
		}
		held, err = s.events.Waiting(ctx, tx, edition, reason)
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

// holdAllWaiting is holdWaiting for every edition that holds a domain.
func (s *Store) holdAllWaiting(ctx context.Context) error {
	var editions []int64
	if err := s.db.SelectContext(ctx, &editions, `
		SELECT id FROM editions WHERE state = 'sending' AND id IN (SELECT edition_id FROM bounce_events WHERE held_at IS NOT NULL AND decided_at IS NULL) ORDER BY id`); err != nil {
		return fmt.Errorf("deliveries: looking for held domains: %w", err)
	}
	for _, edition := range editions {
		if err := s.holdWaiting(ctx, edition); err != nil {
			return err
		}
	}
	return nil
}

// decide records the decision of staff about an event, and continues its edition. of acts
// for the event at the end. known is false if there is no such event.
func (s *Store) decide(ctx context.Context, event string, believed bool, of func(*sqlx.Tx, bounceEvent) error) (known bool, err error) {
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var edition []int64 // locked before its event
		if err := tx.SelectContext(ctx, &edition, `
			SELECT id FROM editions WHERE id = (SELECT edition_id FROM bounce_events WHERE edition_id || ':' || domain = $1) FOR NO KEY UPDATE`, event); err != nil {
			return err
		}
		e, found, err := findEventTx(ctx, tx, event)
		if known = found; err != nil || !found {
			return err
		}
		reason, err := undecidedTx(ctx, tx, e.Edition, e.Domain)
		if err != nil {
			return err
		}
		since, resumed, err := s.events.DomainDecided(ctx, tx, e.Edition, reason)
		if err != nil {
			return err
		}
		if err := goOnTx(ctx, tx, e, resumed, since, time.Now()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			UPDATE bounce_events SET held_at = COALESCE(held_at, now()), decided_at = COALESCE(decided_at, now()), believed = $3
			WHERE edition_id = $1 AND (domain = $2 OR $2 = '`+allDomains+`')`, e.Edition, e.Domain, believed); err != nil {
			return err
		}
		return of(tx, e)
	})
	return known, err
}

// ResumeTx lets an edition go on with all its domains, because staff resume it. since is the
// time when the edition was stopped as a whole; a zero time means that it was not. See
// [ExcuseTx].
func ResumeTx(ctx context.Context, tx *sqlx.Tx, edition int64, since, now time.Time) error {
	e := bounceEvent{edition, allDomains}
	if err := goOnTx(ctx, tx, e, true, since, now); err != nil {
		return fmt.Errorf("deliveries: resuming edition %d: %w", edition, err)
	}
	if _, err := tx.ExecContext(ctx, `
		UPDATE bounce_events SET decided_at = now() WHERE edition_id = $1 AND held_at IS NOT NULL AND decided_at IS NULL`, edition); err != nil {
		return fmt.Errorf("deliveries: resuming edition %d: %w", edition, err)
	}
	return nil
}

// goOnTx prepares the deliveries of an event for a decision of staff. If resumed is true, the
// edition was stopped as a whole since then, and [ExcuseTx] applies to it. The time before
// that, in which the domain alone waited, does not count toward the time for which its
// deliveries are retried either. The caller writes the events afterwards, because
// deliveries come first in the order of locks.
func goOnTx(ctx context.Context, tx *sqlx.Tx, e bounceEvent, resumed bool, since, now time.Time) error {
	until := now
	if resumed && !since.IsZero() {
		until = since
	}
	if _, err := tx.ExecContext(ctx, openBatchesSQL, e.Edition); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		WITH open AS MATERIALIZED (
			SELECT d.subscriber_id, v.held_at
			FROM bounce_events v JOIN subscribers s ON s.domain = v.domain JOIN deliveries d ON d.edition_id = v.edition_id AND d.subscriber_id = s.id
			WHERE v.edition_id = $1 AND v.held_at < $3::timestamptz AND v.decided_at IS NULL AND (v.domain = $2 OR $2 = '`+allDomains+`')
				AND d.state IN ('queued', 'deferred') AND d.first_at < $3
			ORDER BY d.subscriber_id FOR UPDATE OF d
		)
		UPDATE deliveries d SET first_at = d.first_at + ($3 - GREATEST(d.first_at, open.held_at)) FROM open WHERE d.edition_id = $1 AND d.subscriber_id = open.subscriber_id`,
		e.Edition, e.Domain, until); err != nil || !resumed {
		return err
	}
	return ExcuseTx(ctx, tx, e.Edition, since, now)
}
