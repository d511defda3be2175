package editions

import (
	"context"
	"log/slog"

	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
)

// Failing limits the failures in a row of a reader. Above a share of all active readers, and
// above a floor, the fault is thought to be elsewhere, and no reader is suppressed.
const (
	failingFloor = 10
	failingShare = 20 // one of so many active readers
)

// SuppressFailing suppresses the readers whose last emails failed, as many and for as long
// as the options say. It may be called at any time, and in several processes.
func (s *Store) SuppressFailing(ctx context.Context) (err error) {
	defer wrap(&err, "suppressing readers whose emails fail")
	if s.opts.SoftBounces < 1 {
		return nil
	}
	var failing []struct {
		Reader int64  `db:"subscriber_id"`
		Detail string `db:"detail"`
	}
	if err := s.db.SelectContext(ctx, &failing, `
		SELECT k.subscriber_id, COALESCE((SELECT d.reply FROM deliveries d WHERE d.edition_id = k.edition_id AND d.subscriber_id = k.subscriber_id), '') AS detail
		FROM (SELECT *, last_at AS at FROM soft_bounces WHERE failures >= $1 AND last_at >= since + make_interval(secs => $2)) k
		JOIN subscribers s ON s.id = k.subscriber_id
		WHERE s.state = 'active' AND `+subscribers.NotSuppressed+` AND NOT `+arrivedSince+`
		ORDER BY s.folded`, s.opts.SoftBounces, s.opts.SoftBounceTime.Seconds()); err != nil || len(failing) == 0 {
		return err
	}
	if len(failing) > failingFloor {
		var active int
		if err := s.db.GetContext(ctx, &active, `SELECT count(*) FROM subscribers WHERE state = 'active'`); err != nil {
			return err
		}
		if len(failing)*failingShare > active {
			s.log.Warn("the last emails to many readers failed, too many to be believed; none of them is suppressed", "readers", len(failing), "active", active)
			return nil
		}
	}
	ids, details := make([]int64, len(failing)), make([]string, len(failing))
	for i, f := range failing {
		ids[i], details[i] = f.Reader, f.Detail
	}
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		n, err := subscribers.SuppressSoftBouncedTx(ctx, tx, ids, details)
		if err == nil && n > 0 {
			s.log.Info("readers are suppressed because their last emails failed", slog.Int64("readers", n))
		}
		return err
	})
}
