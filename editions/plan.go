package editions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"corridor/articles"
	"corridor/mailer/deliveries"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Plan is the result of planning a digest, whether or not it was written.
type Plan struct {
	Edition    int64 // 0: no edition exists, because no reader had new articles or the plan was not written
	Frequency  Frequency
	Period     time.Time // wall clock, in UTC
	Start      time.Time // begin of the period in the publication's zone
	Considered int64     // readers considered, with and without new articles
	Readers    int64     // readers that get an email
	Variants   []PlannedVariant
}

// PlannedVariant is one list of articles with the number of its readers.
type PlannedVariant struct {
	ID       int64 // 0: not written
	Articles []int64
	Shown    int
	URLs     []string // of Articles
	Readers  int64

	afterNo int64
	groups  []int64
}

// wave is the scope of one planning transaction.
type wave struct {
	frequency Frequency
	period    time.Time // wall clock, in UTC
	zones     []string  // time zones of the readers; nil: all
	at        time.Time // the moment the wave is planned for; pauses and first digests use it
	clock     time.Time // the present time, which is stored
	// Readers considered for a period from period to horizon are left out. A period after
	// horizon was planned ahead of its time, and its readers are not left out.
	horizon time.Time
}

// planLock is the advisory lock of every transaction that plans, so that each sees all
// deliveries and positions that earlier transactions wrote.
const planLock = 0x636f7272_70_01

func lockPlanningTx(ctx context.Context, tx *sqlx.Tx) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, planLock)
	return err
}

// planTx plans w in the caller's transaction. It returns the plan and the release number
// up to which the readers are considered. With write the caller holds the planning lock;
// without write only temporary tables are written.
func (s *Store) planTx(ctx context.Context, tx *sqlx.Tx, w wave, write bool) (*Plan, int64, error) {
	plan := &Plan{Frequency: w.frequency, Period: w.period, Start: Due(w.period, s.opts.Zone)}
	upto, err := articles.NewestReleaseNo(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	var state State
	err = tx.QueryRowxContext(ctx, `SELECT id, state FROM editions WHERE kind = 'digest' AND frequency = $1 AND period = $2`,
		w.frequency, w.period.Format(wallLayout)).Scan(&plan.Edition, &state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return nil, 0, fmt.Errorf("reading the edition of the period: %w", err)
	case state == Cancelled:
		return plan, upto, ErrCancelled
	}
	if err := s.snapshotTx(ctx, tx, w, plan.Edition, upto); err != nil {
		return nil, 0, fmt.Errorf("taking the snapshot of readers: %w", err)
	}
	if err := s.chooseTx(ctx, tx, plan, upto); err != nil {
		return nil, 0, fmt.Errorf("choosing articles: %w", err)
	}
	if !write {
		return plan, upto, nil
	}
	if plan.Readers > 0 {
		if err := s.writeTx(ctx, tx, w, plan, upto); err != nil {
			return nil, 0, fmt.Errorf("writing deliveries: %w", err)
		}
	}
	if err := movePositionsTx(ctx, tx, w, upto); err != nil {
		return nil, 0, fmt.Errorf("moving positions: %w", err)
	}
	return plan, upto, nil
}

// writeTx writes the edition, its variants and deliveries.
func (s *Store) writeTx(ctx context.Context, tx *sqlx.Tx, w wave, plan *Plan, upto int64) error {
	// A finished edition goes back to sending with the wave of another zone.
	err := tx.GetContext(ctx, &plan.Edition, `
		INSERT INTO editions (kind, frequency, period, subject, state, created_at, started_at)
		VALUES ('digest', $1, $2, $3, 'sending', $4, $4)
		ON CONFLICT (frequency, period) WHERE kind = 'digest' DO UPDATE
		SET state = CASE editions.state WHEN 'finished' THEN 'sending' ELSE editions.state END, finished_at = NULL
		RETURNING id`,
		w.frequency, w.period.Format(wallLayout), s.digestName(w.frequency, w.period), w.clock)
	if err != nil {
		return err
	}
	var groups, variants []int64
	for i := range plan.Variants {
		v := &plan.Variants[i]
		if v.ID, err = insertVariantTx(ctx, tx, plan.Edition, v, upto); err != nil {
			return err
		}
		for _, g := range v.groups {
			groups, variants = append(groups, g), append(variants, v.ID)
		}
	}
	if _, err := tx.ExecContext(ctx, `CREATE TEMP TABLE plan_choices (group_id bigint, variant_id bigint) ON COMMIT DROP`); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO plan_choices (group_id, variant_id) SELECT * FROM unnest($1::bigint[], $2::bigint[])`,
		pq.Array(groups), pq.Array(variants)); err != nil {
		return err
	}
	// Autovacuum does not analyze temporary tables. Without statistics PostgreSQL would take
	// them for small and compare each of a million readers with every choice.
	if _, err := tx.ExecContext(ctx, `ANALYZE plan_readers, plan_groups, plan_choices`); err != nil {
		return err
	}
	n, err := deliveries.EnqueueTx(ctx, tx, plan.Edition, `
		SELECT r.subscriber_id, c.variant_id, r.domain
		FROM plan_readers r
		JOIN plan_groups g USING (preference_set_id, seen, since, missed, had)
		JOIN plan_choices c USING (group_id)`)
	if err != nil {
		return err
	}
	if n != plan.Readers {
		return fmt.Errorf("%d deliveries for %d readers", n, plan.Readers)
	}
	_, err = tx.ExecContext(ctx, `SELECT pg_notify('editions', $1)`, fmt.Sprint(plan.Edition))
	return err
}

// insertVariantTx finds or inserts the variant of a list of articles and returns its id. A
// variant of several waves keeps the lowest upto_no, so that an article released again
// after it is checked against all readers of the variant.
func insertVariantTx(ctx context.Context, tx *sqlx.Tx, edition int64, v *PlannedVariant, upto int64) (int64, error) {
	var id int64
	err := tx.GetContext(ctx, &id, `
		INSERT INTO variants (edition_id, article_ids, shown, after_no, upto_no)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (edition_id, language, hash_array_extended(article_ids, 0), hash_array_extended(article_ids, 1)) DO UPDATE
		SET after_no = LEAST(variants.after_no, EXCLUDED.after_no), upto_no = LEAST(variants.upto_no, EXCLUDED.upto_no)
		RETURNING id`,
		edition, pq.Array(v.Articles), v.Shown, v.afterNo, upto)
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO variant_articles (article_id, variant_id) SELECT a, $2 FROM unnest($1::bigint[]) AS a
		ON CONFLICT (article_id, variant_id) DO NOTHING`, pq.Array(v.Articles), id)
	return id, err
}

// movePositionsTx advances the position of every reader of the snapshot, with or without
// new articles, and deletes the missed deliveries that the snapshot took up. The conditions
// on positions guard against a planner that does not hold the lock.
func movePositionsTx(ctx context.Context, tx *sqlx.Tx, w wave, upto int64) error {
	if _, err := tx.ExecContext(ctx, `
		UPDATE reader_positions p
		SET seen_release_no = GREATEST(p.seen_release_no, $1), considered_frequency = $2, considered_period = $3
		FROM plan_readers r
		WHERE p.subscriber_id = r.subscriber_id AND p.seen_release_no = r.position`,
		upto, w.frequency, w.period.Format(wallLayout)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO reader_positions (subscriber_id, seen_release_no, considered_frequency, considered_period)
		SELECT r.subscriber_id, $1, $2, $3 FROM plan_readers r
		WHERE r.position IS NULL AND NOT EXISTS (SELECT FROM reader_positions p WHERE p.subscriber_id = r.subscriber_id)`,
		upto, w.frequency, w.period.Format(wallLayout)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		DELETE FROM reader_starts h USING plan_readers r
		WHERE h.subscriber_id = r.subscriber_id`); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		DELETE FROM missed_deliveries m USING plan_missed t
		WHERE m.subscriber_id = t.subscriber_id AND m.variant_id = t.variant_id`)
	return err
}
