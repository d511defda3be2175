package editions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"corridor/mailer/deliveries"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Retried is the result of [Store.Retry].
type Retried struct {
	Queued  int64            `json:"queued"`   // deliveries that will be sent once more
	LeftOut map[string]int64 `json:"left_out"` // deliveries that stay as they are, by reason: see docs/editions.md
}

// Retry queues the deliveries of an edition once more that ended in one of the given
// states, failed or bounced; without states it takes both. It leaves out a reader who left,
// paused, is suppressed, was erased, or got the articles of a digest with a later one, and
// an email without any article left. A finished edition is sending again. A second call
// finds nothing to do until a delivery has failed again. The error is a [StateError] when
// the edition was not sent or is cancelled.
func (s *Store) Retry(ctx context.Context, id int64, now time.Time, states ...string) (r Retried, err error) {
	defer wrap(&err, "retrying edition %d", id)
	if len(states) == 0 {
		states = []string{string(deliveries.Failed), string(deliveries.Bounced)}
	}
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockPlanningTx(ctx, tx); err != nil { // missed deliveries are taken by a digest or by the retry
			return err
		}
		if err := s.retryStateTx(ctx, tx, id); err != nil {
			return err
		}
		r, err = s.retryTx(ctx, tx, id, states, now)
		return err
	})
	if err == nil && r.Queued > 0 {
		err = s.Prepare(ctx, now) // articles may have changed since the edition finished
	}
	return r, err
}

// retryStateTx locks an edition and returns an error if its state allows no retry.
func (s *Store) retryStateTx(ctx context.Context, tx *sqlx.Tx, id int64) error {
	var state State
	err := tx.GetContext(ctx, &state, `SELECT state FROM editions WHERE id = $1 FOR UPDATE`, id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return missing("there is no edition %d; 'corridor editions list' shows all", id)
	case err != nil:
		return err
	case state == Draft || state == Approved:
		return StateError{id, state, "retried; it was not sent yet"}
	case state == Cancelled:
		return StateError{id, state, "retried; its articles come with the next digests"}
	}
	return nil
}

// retryTx retries deliveries of an edition. The caller has locked planning and the edition.
func (s *Store) retryTx(ctx context.Context, tx *sqlx.Tx, id int64, states []string, now time.Time) (Retried, error) {
	r := Retried{LeftOut: map[string]int64{}}
	if _, err := tx.ExecContext(ctx, `CREATE TEMP TABLE retry_readers (subscriber_id bigint, variant_id bigint, left_out text) ON COMMIT DROP`); err != nil {
		return r, err
	}
	if _, err := tx.ExecContext(ctx, retryReadersSQL, id, pq.Array(states), now); err != nil {
		return r, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT left_out, count(*) FROM retry_readers WHERE left_out <> '' GROUP BY left_out`)
	if err != nil {
		return r, err
	}
	defer rows.Close()
	for rows.Next() {
		var why string
		var n int64
		if err := rows.Scan(&why, &n); err != nil {
			return r, err
		}
		r.LeftOut[why] = n
	}
	if err := rows.Err(); err != nil {
		return r, err
	}
	var readers []int64
	if err := tx.SelectContext(ctx, &readers, `SELECT subscriber_id FROM retry_readers WHERE left_out = ''`); err != nil {
		return r, err
	}
	r.Queued, err = deliveries.RetryTx(ctx, tx, id, readers)
	if err != nil || r.Queued == 0 {
		return r, err
	}
	return r, retriedTx(ctx, tx, id)
}

// retryReadersSQL writes the deliveries that may be retried into retry_readers, each with
// the reason why it is left out, or "". A digest's delivery without a missed delivery was
// taken up by a later digest. A special edition is more than its articles, so it is sent
// although a later digest has them.
const retryReadersSQL = `
	INSERT INTO retry_readers
	SELECT d.subscriber_id, d.variant_id, CASE
		WHEN d.reason = 'dropped' THEN 'dropped'
		WHEN s.id IS NULL THEN 'erased'
		WHEN s.state <> 'active' THEN 'left'
		WHEN NOT (` + subscribers.NotSuppressed + `) THEN 'suppressed'
		WHEN s.paused_until > $3 THEN 'paused'
		WHEN v.gone THEN 'withdrawn'
		WHEN e.kind = 'digest' AND NOT EXISTS (SELECT FROM missed_deliveries m WHERE m.subscriber_id = d.subscriber_id AND m.variant_id = d.variant_id) THEN 'later_digest'
		ELSE '' END
	FROM editions e
	JOIN deliveries d ON d.edition_id = e.id
	JOIN (
		SELECT v.id, (e.kind = 'digest' OR btrim(e.intro) = '')
			AND NOT EXISTS (SELECT FROM articles w JOIN articles a ON a.id = COALESCE(w.merged_into, w.id)
				WHERE w.id = ANY (n.article_ids) AND a.state = 'released') AS gone
		FROM variants v JOIN editions e ON e.id = v.edition_id JOIN renderings n ON n.id = v.rendering_id
		WHERE v.edition_id = $1
	) v ON v.id = d.variant_id
	LEFT JOIN subscribers s ON s.id = d.subscriber_id
	WHERE e.id = $1 AND d.state = ANY ($2)`

// retriedTx deletes the missed deliveries of an edition that are queued again, and opens the
// edition. A delivery that fails again is noted as missed again.
func retriedTx(ctx context.Context, tx *sqlx.Tx, id int64) error {
	if _, err := tx.ExecContext(ctx, `
		DELETE FROM missed_deliveries m USING retry_readers r
		WHERE r.left_out = '' AND m.subscriber_id = r.subscriber_id AND m.variant_id = r.variant_id`); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		UPDATE editions SET state = CASE state WHEN 'finished' THEN 'sending' ELSE state END, finished_at = NULL, alerted_at = NULL WHERE id = $1`, id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_notify('editions', $1)`, fmt.Sprint(id))
	return err
}
