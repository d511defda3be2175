package editions

import (
	"context"
	"time"

	"corridor/articles"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// snapshotTx writes the readers of w into the temporary table plan_readers and their
// groups into plan_groups. Later changes of a reader do not affect the plan.
func (s *Store) snapshotTx(ctx context.Context, tx *sqlx.Tx, w wave, edition, upto int64) error {
	for _, q := range []string{
		// JIT compilation costs more than it gains for queries that run once.
		`SET LOCAL jit = off`,
		`SET LOCAL work_mem = '64MB'`,
		`CREATE TEMP TABLE plan_readers (
			subscriber_id bigint, preference_set_id bigint, domain text,
			position bigint, seen bigint,
			since timestamptz,            -- of a first digest: it contains later news only; else 1970
			missed bigint[] DEFAULT '{}', -- variants that did not reach the reader
			had bigint[] DEFAULT '{}'     -- sent to the reader and sharing articles with the candidates: rendering ids, or negative variant ids
		) ON COMMIT DROP`,
		`CREATE TEMP TABLE plan_missed (subscriber_id bigint, variant_id bigint) ON COMMIT DROP`,
		`CREATE TEMP TABLE plan_groups (
			group_id bigint, preference_set_id bigint, seen bigint, since timestamptz, missed bigint[], had bigint[], readers bigint
		) ON COMMIT DROP`,
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if err := s.readersTx(ctx, tx, w, edition, upto); err != nil {
		return err
	}
	if err := missedTx(ctx, tx); err != nil {
		return err
	}
	if err := hadTx(ctx, tx); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO plan_groups (group_id, preference_set_id, seen, since, missed, had, readers)
		SELECT row_number() OVER (), preference_set_id, seen, since, missed, had, count(*)
		FROM plan_readers GROUP BY preference_set_id, seen, since, missed, had`)
	return err
}

// firstWindow is how far back the first digest of a reader reaches. The first instant email
// reaches back to the confirmation.
var firstWindow = map[Frequency]time.Duration{Daily: 24 * time.Hour, Weekly: 7 * 24 * time.Hour, Monthly: 31 * 24 * time.Hour}

// readersTx writes the readers of w into plan_readers. A reader without a position gets the
// news after the time in reader_starts, or else of the firstWindow. This time becomes that
// of the newest article up to it, so that few groups result.
func (s *Store) readersTx(ctx context.Context, tx *sqlx.Tx, w wave, edition, upto int64) error {
	times, numbers, err := releaseTimesTx(ctx, tx, upto)
	if err != nil {
		return err
	}
	since := w.at.Add(-firstWindow[w.frequency])
	_, err = tx.ExecContext(ctx, `
		INSERT INTO plan_readers (subscriber_id, preference_set_id, domain, position, seen, since)
		SELECT s.id, s.preference_set_id, s.domain, p.seen_release_no,
			COALESCE(p.seen_release_no, ($1::bigint[])[1 + begins.after]),
			CASE WHEN p.seen_release_no IS NULL AND begins.after > 0 THEN ($2::timestamptz[])[begins.after] ELSE to_timestamp(0) END
		FROM subscribers s
		LEFT JOIN reader_positions p ON p.subscriber_id = s.id
		LEFT JOIN reader_starts h ON h.subscriber_id = s.id
		CROSS JOIN LATERAL (SELECT width_bucket(
			COALESCE(h.had_until, CASE WHEN $3 = 'instant' THEN COALESCE(s.confirmed_at, s.created_at) ELSE $4 END), $2::timestamptz[]) AS after) begins
		WHERE s.state = 'active' AND s.frequency = $3
			AND (s.paused_until IS NULL OR s.paused_until <= $5)
			AND ($6::text[] IS NULL OR s.time_zone = ANY ($6))
			AND (p.subscriber_id IS NULL OR p.considered_frequency <> $3 OR p.considered_period NOT BETWEEN $7 AND $8)
			AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.edition_id = $9 AND d.subscriber_id = s.id)
			AND `+subscribers.NotSuppressed,
		pq.Array(numbers), pq.Array(times), w.frequency, since, w.at, pq.Array(w.zones),
		w.period.Format(wallLayout), w.horizon.Format(wallLayout), edition)
	return err
}

// releaseTimesTx returns the times of news in ascending order, and a slice of numbers
// that is longer by one. The news after times[i-1] has release numbers
// greater than numbers[i].
func releaseTimesTx(ctx context.Context, tx *sqlx.Tx, upto int64) ([]string, []int64, error) {
	var rows []struct {
		ReleaseNo int64     `db:"release_no"`
		At        time.Time `db:"at"`
	}
	err := tx.SelectContext(ctx, &rows, `
		SELECT release_no, `+articles.NewsTimeSQL+` AS at FROM articles
		WHERE state = 'released' AND newsworthy AND release_no <= $1 AND released_at IS NOT NULL
		ORDER BY at, release_no`, upto)
	if err != nil {
		return nil, nil, err
	}
	times, numbers := make([]string, len(rows)), make([]int64, len(rows)+1)
	numbers[len(rows)] = upto
	for i := len(rows) - 1; i >= 0; i-- {
		times[i] = rows[i].At.Format(time.RFC3339Nano)
		numbers[i] = min(numbers[i+1], rows[i].ReleaseNo-1)
	}
	return times, numbers, nil
}

// missedTx adds to the snapshot the variants that did not reach their readers.
func missedTx(ctx context.Context, tx *sqlx.Tx) error {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO plan_missed (subscriber_id, variant_id)
		SELECT m.subscriber_id, m.variant_id FROM missed_deliveries m JOIN plan_readers r USING (subscriber_id)`)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE plan_readers r SET missed = m.variants
		FROM (SELECT subscriber_id, array_agg(variant_id ORDER BY variant_id) AS variants FROM plan_missed GROUP BY subscriber_id) m
		WHERE m.subscriber_id = r.subscriber_id`)
	return err
}

// hadTx adds to the snapshot the renderings and variants with candidates that its readers
// were sent, or may have been sent. A digest advances its readers beyond all its articles.
// So a candidate was sent before in only three cases: it was released again since, it was
// in a special, or it is in a missed delivery and another edition brought it meanwhile. An
// article that was merged into a candidate counts as the candidate.
func hadTx(ctx context.Context, tx *sqlx.Tx) error {
	if _, err := tx.ExecContext(ctx, `
		CREATE TEMP TABLE plan_editions ON COMMIT DROP AS
		WITH missed AS (
			SELECT DISTINCT COALESCE(a.merged_into, a.id) AS article_id
			FROM (SELECT DISTINCT variant_id FROM plan_missed) m JOIN variant_articles va USING (variant_id) JOIN articles a ON a.id = va.article_id
		), candidates AS (
			SELECT a.id, a.release_no, m.article_id IS NOT NULL AS missed
			FROM articles a LEFT JOIN missed m ON m.article_id = a.id
			WHERE a.state = 'released' AND a.newsworthy
				AND (m.article_id IS NOT NULL OR a.release_no > (SELECT min(seen) FROM plan_readers))
		), due AS (
			SELECT id, release_no, missed FROM candidates
			UNION ALL SELECT a.id, c.release_no, c.missed FROM candidates c JOIN articles a ON a.merged_into = c.id
		)
		SELECT v.edition_id, COALESCE(max(due.release_no) FILTER (WHERE due.release_no > v.upto_no), 0) AS upto, bool_or(due.missed) AS missed
		FROM due JOIN variant_articles va ON va.article_id = due.id JOIN variants v ON v.id = va.variant_id
		WHERE due.release_no > v.upto_no OR due.missed
		GROUP BY v.edition_id`); err != nil {
		return err
	}
	var any bool
	if err := tx.GetContext(ctx, &any, `SELECT EXISTS (SELECT 1 FROM plan_editions)`); err != nil || !any {
		return err
	}
	for _, q := range []string{
		`ANALYZE plan_readers`,
		`ANALYZE plan_editions`,
		`UPDATE plan_readers r SET had = h.had
		FROM (
			SELECT r.subscriber_id, array_agg(DISTINCT COALESCE(d.rendering_id, v.rendering_id, -v.id)) AS had
			FROM plan_readers r
			JOIN plan_editions e ON e.upto > r.seen OR (e.missed AND r.missed <> '{}')
			JOIN deliveries d ON d.edition_id = e.edition_id AND d.subscriber_id = r.subscriber_id
			JOIN variants v ON v.id = d.variant_id
			WHERE d.state IN ('queued', 'sent', 'deferred', 'uncertain') OR (d.state = 'failed' AND d.reason = 'dropped')
			GROUP BY r.subscriber_id
		) h WHERE h.subscriber_id = r.subscriber_id`,
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}
