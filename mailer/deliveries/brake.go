package deliveries

import (
	"context"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// The brake of a relay closes when the relay refuses the publication's emails repeatedly,
// and opens when staff resume an edition or a probe is accepted. While it is closed, no
// sender uses the relay. When every relay is braked, editions in state sending are held, and
// go on when a brake opens. The transaction that closes or opens a brake locks no edition;
// [Store.HoldBraked] and [Store.ReleaseBraked] follow it, and the sweep repeats them.

// Brake is a closed brake.
type Brake struct {
	Relay  string        `db:"address"` // host:port
	Since  time.Time     `db:"braked_at"`
	Stage  string        `db:"braked_stage"`  // of the refusal
	Reason string        `db:"braked_reason"` // the server's words
	Probe  time.Duration `db:"-"`             // time until the next probe; negative: it is due
}

// Describe states the reason why editions wait.
func (b Brake) Describe() string {
	return fmt.Sprintf("the mail server %s refuses our emails: %s", b.Relay, b.Reason)
}

// Refusal is a refusal of the publication's email by a relay.
type Refusal struct {
	Relay  string // host:port
	Others int    // other answers of the relay since the last refusal that this process counted
	Stage  string
	Words  string // of the server

	// The delivery that was refused, if the refusal may depend on its recipient; else 0. Of
	// a single message, Edition is 0 and Subscriber the number of the message.
	Edition, Subscriber int64
}

// key names the refused delivery in relays.answers.
func (r Refusal) key() string {
	if r.Edition == 0 && r.Subscriber == 0 {
		return anyRecipient
	}
	return fmt.Sprintf("%d.%d", r.Edition, r.Subscriber)
}

// CountRefusal counts a refusal among the last answers of its relay, and closes the brake
// when the rule demands it. probe is the time until the first probe after that number of
// probes. It reports whether this call closed the brake.
func (s *Store) CountRefusal(ctx context.Context, r Refusal, rule BrakeRule, probe func(probes int) time.Duration) (closed bool, err error) {
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		closed, err = countRefusalTx(ctx, tx, r, rule, probe)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("deliveries: counting a refusal: %w", err)
	}
	return closed, nil
}

func countRefusalTx(ctx context.Context, tx *sqlx.Tx, r Refusal, rule BrakeRule, probe func(int) time.Duration) (closed bool, err error) {
	if _, err := tx.ExecContext(ctx, `INSERT INTO relays (address) VALUES ($1) ON CONFLICT (address) DO NOTHING`, r.Relay); err != nil {
		return false, err
	}
	var now struct {
		Answers pq.StringArray `db:"answers"`
		Braked  bool           `db:"braked"`
		Probes  int            `db:"probes"`
	}
	// A brake that closes again soon after it opened continues with its long intervals.
	if err := tx.GetContext(ctx, &now, `
		SELECT answers, braked_at IS NOT NULL AS braked, CASE WHEN opened_at > now() - interval '1 day' THEN probes ELSE 0 END AS probes
		FROM relays WHERE address = $1 FOR UPDATE`, r.Relay); err != nil || now.Braked {
		return false, err
	}
	again := false // the same delivery counts again only if it may be all that is sent
	if answers(now.Answers).has(r) {
		if err := tx.GetContext(ctx, &again, `SELECT $1 > 0 AND NOT EXISTS (SELECT FROM deliveries WHERE edition_id = $1 AND state = 'sent')`, r.Edition); err != nil {
			return false, err
		}
	}
	last := answers(now.Answers).with(r, again, rule.Answers)
	if !last.demand(rule) {
		_, err := tx.ExecContext(ctx, `UPDATE relays SET answers = $2 WHERE address = $1`, r.Relay, pq.Array([]string(last)))
		return false, err
	}
	if _, err := tx.ExecContext(ctx, `
		UPDATE relays SET answers = '{}', braked_at = now(), braked_stage = $2, braked_reason = $3, probes = $4, probe_at = now() + $5::interval
		WHERE address = $1`, r.Relay, r.Stage, r.Words, now.Probes, probe(now.Probes).String()); err != nil {
		return false, err
	}
	return true, notifyRelaysTx(ctx, tx)
}

// notifyRelaysTx makes every sender read the brakes.
func notifyRelaysTx(ctx context.Context, tx postgres.Tx) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_notify('relays', '')`)
	return err
}

// NoteAnswers adds answers of a relay that refuse nothing of ours. accepted means that an
// email is among them.
func (s *Store) NoteAnswers(ctx context.Context, relay string, n int, accepted bool, rule BrakeRule) error {
	if _, err := s.db.ExecContext(ctx, `
		INSERT INTO relays AS r (address, accepted_at, answers) VALUES ($1, CASE WHEN $3::boolean THEN now() END, array_fill(''::text, ARRAY[LEAST($2::int, $4::int)]))
		ON CONFLICT (address) DO UPDATE SET accepted_at = CASE WHEN $3::boolean THEN now() ELSE r.accepted_at END, refused = CASE WHEN $3::boolean THEN 0 ELSE r.refused END,
			answers = (r.answers || EXCLUDED.answers)[GREATEST(cardinality(r.answers) + cardinality(EXCLUDED.answers) - $4::int, 0) + 1:]
		WHERE r.braked_at IS NULL`, relay, n, accepted, rule.Answers); err != nil {
		return fmt.Errorf("deliveries: counting answers: %w", err)
	}
	return nil
}

// AcceptsOthers reports whether a relay has accepted an email since a time.
func (s *Store) AcceptsOthers(ctx context.Context, since time.Time) (accepts bool, err error) {
	if err := s.db.GetContext(ctx, &accepts, `SELECT EXISTS (SELECT FROM relays WHERE accepted_at > $1)`, since); err != nil {
		return false, fmt.Errorf("deliveries: looking for accepted emails: %w", err)
	}
	return accepts, nil
}

// Brakes lists the closed brakes, the first closed first.
func (s *Store) Brakes(ctx context.Context) ([]Brake, error) {
	var rows []struct {
		Brake
		Wait float64 `db:"wait"`
	}
	if err := s.db.SelectContext(ctx, &rows, `
		SELECT address, braked_at, braked_stage, braked_reason, extract(epoch FROM probe_at - clock_timestamp()) AS wait
		FROM relays WHERE braked_at IS NOT NULL ORDER BY braked_at, address`); err != nil {
		return nil, fmt.Errorf("deliveries: reading the brakes: %w", err)
	}
	list := make([]Brake, len(rows))
	for i, row := range rows {
		list[i] = row.Brake
		list[i].Probe = time.Duration(row.Wait * float64(time.Second))
	}
	return list, nil
}

// OpenBrake opens the brake of a relay after a successful probe. It reports since when the
// brake was closed, and whether this call opened it.
func (s *Store) OpenBrake(ctx context.Context, relay string) (since time.Time, opened bool, err error) {
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var was []time.Time
		if err := tx.SelectContext(ctx, &was, `SELECT braked_at FROM relays WHERE address = $1 AND braked_at IS NOT NULL FOR UPDATE`, relay); err != nil || len(was) == 0 {
			return err
		}
		since, opened = was[0], true
		return openBrakesTx(ctx, tx, relay)
	})
	if err != nil {
		return time.Time{}, false, fmt.Errorf("deliveries: opening the brake of %s: %w", relay, err)
	}
	return since, opened, nil
}

// OpenBrakesTx opens every brake, because staff resumed an edition that a brake held.
func OpenBrakesTx(ctx context.Context, tx postgres.Tx) error {
	if err := openBrakesTx(ctx, tx, ""); err != nil {
		return fmt.Errorf("deliveries: opening the brakes: %w", err)
	}
	return nil
}

// openBrakesTx opens the brake of a relay, or of every relay if it is empty.
func openBrakesTx(ctx context.Context, tx postgres.Tx, relay string) error {
	if _, err := tx.ExecContext(ctx, `
		WITH closed AS (SELECT address FROM relays WHERE braked_at IS NOT NULL AND (address = $1 OR $1 = '') ORDER BY address FOR UPDATE)
		UPDATE relays r SET braked_at = NULL, braked_stage = '', braked_reason = '', probe_at = NULL, opened_at = now(), answers = '{}', refused = 0
		FROM closed WHERE r.address = closed.address`, relay); err != nil {
		return err
	}
	return notifyRelaysTx(ctx, tx)
}
