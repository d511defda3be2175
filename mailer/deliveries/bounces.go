package deliveries

import (
	"context"
	"fmt"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// A provider may answer "no such mailbox" to every recipient for hours. The bounces of one
// edition at one recipient domain are an event, "edition:domain". They are believed up to a
// share of the edition's readers at the domain. Above that share they suppress no reader,
// the edition is held for that domain, and staff decide.

// BounceRule is the rule by which bounces of many readers are not believed.
type BounceRule struct {
	Share float64 // of an edition's readers at a domain, over 0 and up to 1
	Floor int     // number of bounces that are believed regardless of their share
}

// usualBounces is the rule of a new store.
var usualBounces = BounceRule{Share: 0.05, Floor: 10}

// believes returns the number of bounces that are believed of a number of readers.
func (r BounceRule) believes(readers int) float64 {
	return max(float64(r.Floor), float64(readers)*r.Share)
}

const (
	// countBouncesSQL adds bounces to their events and returns those that are believed: up
	// to the floor until the event's readers are counted.
	countBouncesSQL = `
		WITH b AS MATERIALIZED (
			SELECT u.edition_id, u.subscriber_id, u.reply, u.source, s.domain
			FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS u (edition_id, subscriber_id, reply, source) JOIN subscribers s ON s.id = u.subscriber_id
		), counted AS (
			INSERT INTO bounce_events AS v (edition_id, domain, bounced, held_at, decided_at, believed)
			SELECT n.edition_id, n.domain, n.bounced, a.held_at, COALESCE(a.decided_at, a.held_at), COALESCE(a.believed, false)
			FROM (SELECT edition_id, domain, count(*) AS bounced FROM b GROUP BY edition_id, domain) n
				LEFT JOIN bounce_events a ON a.edition_id = n.edition_id AND a.domain = '` + allDomains + `'
			ORDER BY n.edition_id, n.domain
			ON CONFLICT (edition_id, domain) DO UPDATE SET bounced = v.bounced + EXCLUDED.bounced
			RETURNING v.edition_id, v.domain, v.believed OR v.held_at IS NULL AND v.bounced <= GREATEST($5::bigint, v.readers * $6::double precision) AS believed
		)
		SELECT b.edition_id, b.subscriber_id, b.reply, COALESCE(NULLIF(b.source, ''), 'smtp') AS source, b.edition_id || ':' || b.domain AS event
		FROM b JOIN counted USING (edition_id, domain) WHERE believed`

	// eventBouncesSQL reads the bounces of an event.
	eventBouncesSQL = `
		SELECT d.edition_id, s.id AS subscriber_id, COALESCE(d.reply, '') AS reply, CASE d.stage WHEN '` + StageReport + `' THEN d.stage ELSE 'smtp' END AS source, d.edition_id || ':' || s.domain AS event
		FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
		WHERE d.edition_id = $1 AND d.state = 'bounced' AND ($2 = '` + allDomains + `' OR s.domain = $2)`
)

// bouncedTx counts bounces and calls Events for those that are believed. brakeBounces
// decides about the others, in its own transaction.
func (s *Store) bouncedTx(ctx context.Context, tx postgres.Tx, all []ended) error {
	var editions, readers []int64
	var replies, sources []string
	for _, e := range all {
		if e.State == Bounced {
			editions, readers, replies, sources = append(editions, e.Edition), append(readers, e.SubscriberID), append(replies, e.Reply), append(sources, e.Source)
		}
	}
	if len(readers) == 0 {
		return nil
	}
	var believed []Bounce
	if err := sqlx.SelectContext(ctx, tx, &believed, countBouncesSQL, pq.Array(editions), pq.Array(readers), pq.Array(replies), pq.Array(sources), s.bounces.Floor, s.bounces.Share); err != nil {
		return fmt.Errorf("counting bounces: %w", err)
	}
	if len(believed) == 0 {
		return nil
	}
	_, err := s.events.Bounced(ctx, tx, believed)
	return err
}

// believeTx calls Events for the bounces of an event, and returns the number of readers
// suppressed. decided tells that staff believe them.
func (s *Store) believeTx(ctx context.Context, tx postgres.Tx, e bounceEvent, decided bool) (int64, error) {
	var bounces []Bounce
	if err := sqlx.SelectContext(ctx, tx, &bounces, eventBouncesSQL, e.Edition, e.Domain); err != nil || len(bounces) == 0 {
		return 0, err
	}
	for i := range bounces {
		bounces[i].Decided = decided
	}
	return s.events.Bounced(ctx, tx, bounces)
}

// bounceEvent is the bounces of an edition at a receiving domain.
type bounceEvent struct {
	Edition int64  `db:"edition_id"`
	Domain  string `db:"domain"`
}

// brakeBounces decides about events with more bounces than the floor. After a crash the
// next call decides.
func (s *Store) brakeBounces(ctx context.Context) error {
	var events []bounceEvent
	if err := s.db.SelectContext(ctx, &events, `
		SELECT edition_id, domain FROM bounce_events v
		WHERE held_at IS NULL AND bounced > GREATEST($1, weighed) AND (readers IS NULL OR bounced > readers * $2::double precision)
		ORDER BY edition_id, domain`, s.bounces.Floor, s.bounces.Share); err != nil {
		return fmt.Errorf("looking for bounces of many readers: %w", err)
	}
	for _, e := range events {
		reason := ""
		err := s.db.InTx(ctx, func(tx *sqlx.Tx) (err error) {
			reason, err = s.brakeEventTx(ctx, tx, e)
			return err
		})
		if err != nil {
			return fmt.Errorf("deciding about bounces: %w", err)
		}
		s.logBrake(e.Edition, false, reason)
	}
	return s.brakeEditions(ctx, 0)
}

// brakeEventTx counts an event's readers and then suppresses the readers that bounced, or
// holds the edition for the domain.
func (s *Store) brakeEventTx(ctx context.Context, tx *sqlx.Tx, e bounceEvent) (reason string, err error) {
	if err := lockEditionTx(ctx, tx, e.Edition); err != nil {
		return "", err
	}
	var now struct {
		Bounced int  `db:"bounced"`
		Held    bool `db:"held"`
	}
	if err := tx.GetContext(ctx, &now, `
		SELECT bounced, held_at IS NOT NULL AS held FROM bounce_events WHERE edition_id = $1 AND domain = $2 FOR UPDATE`, e.Edition, e.Domain); err != nil || now.Held {
		return "", err
	}
	var readers int
	if err := tx.GetContext(ctx, &readers, `
		UPDATE bounce_events v SET readers = COALESCE(v.readers, (
			SELECT count(*) FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id WHERE d.edition_id = $1 AND s.domain = $2))
		WHERE edition_id = $1 AND domain = $2
		RETURNING readers`, e.Edition, e.Domain); err != nil {
		return "", err
	}
	alike, err := alikeTx(ctx, tx, e)
	if err != nil {
		return "", err
	}
	if float64(alike) <= s.bounces.believes(readers) {
		if _, err = s.believeTx(ctx, tx, e, false); err == nil {
			err = weighTx(ctx, tx, e, now.Bounced)
		}
		return "", err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE bounce_events SET held_at = now() WHERE edition_id = $1 AND domain = $2`, e.Edition, e.Domain); err != nil {
		return "", err
	}
	if reason, err = undecidedTx(ctx, tx, e.Edition, ""); err != nil {
		return "", err
	}
	if err := s.events.Doubted(ctx, tx, Doubt{e.Edition, e.name(), reason}); err != nil {
		return "", err
	}
	// Senders of the edition read their leased deliveries again.
	if _, err := tx.ExecContext(ctx, `INSERT INTO changes (of, id) VALUES ('edition', $1)`, e.Edition); err != nil {
		return "", err
	}
	_, err = s.events.DomainHeld(ctx, tx, e.Edition, reason)
	return reason, err
}

// name is the event's name in suppressions and commands.
func (e bounceEvent) name() string { return fmt.Sprintf("%d:%s", e.Edition, e.Domain) }

// BelieveBounces suppresses the readers that have bounced in an event, and returns the
// number of newly suppressed readers. Later bounces of the event are believed, and its domain
// goes on. known is false if there is no such event.
func (s *Store) BelieveBounces(ctx context.Context, event string) (n int64, known bool, err error) {
	known, err = s.decide(ctx, event, true, func(tx *sqlx.Tx, e bounceEvent) error {
		n, err = s.believeTx(ctx, tx, e, true)
		return err
	})
	if err != nil {
		return 0, known, fmt.Errorf("deliveries: suppressing the readers of event %s: %w", event, err)
	}
	return n, known, nil
}

// DoubtBounces marks the present and future bounces of an event as doubted, so that they
// suppress no reader, and its domain goes on. known is false if there is no such event.
// Package subscribers lifts the suppressions of the event.
func (s *Store) DoubtBounces(ctx context.Context, event string) (known bool, err error) {
	known, err = s.decide(ctx, event, false, func(*sqlx.Tx, bounceEvent) error { return nil })
	if err != nil {
		return known, fmt.Errorf("deliveries: doubting event %s: %w", event, err)
	}
	return known, nil
}

// findEventTx finds an event by its name. The caller has locked its edition.
func findEventTx(ctx context.Context, tx *sqlx.Tx, name string) (e bounceEvent, known bool, err error) {
	var found []bounceEvent
	err = tx.SelectContext(ctx, &found, `SELECT edition_id, domain FROM bounce_events WHERE edition_id || ':' || domain = $1`, name)
	if err != nil || len(found) == 0 {
		return e, false, err
	}
	return found[0], true, nil
}
