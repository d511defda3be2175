package editions

import (
	"context"

	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
)

// When the last emails to more readers failed than this number and this share of the active
// readers, the fault is elsewhere, and they are not suppressed.
const (
	failingFloor = 10
	failingShare = 20 // one of 20 active readers
)

// SuppressFailing suppresses readers after a number of failures in a row, over a time, that
// the options give. It forgets failures before an email that arrived. Several processes may
// call it at once.
func (s *Store) SuppressFailing(ctx context.Context) (err error) {
	defer wrap(&err, "suppressing readers whose emails fail")
	if err := s.forgetFailures(ctx); err != nil {
		return err
	}
	if s.opts.SoftBounces < 1 {
		return nil
	}
	failing, err := s.failing(ctx)
	if err != nil || len(failing) == 0 {
		return err
	}
	ids, details := make([]int64, len(failing)), make([]string, len(failing))
	for i, f := range failing {
		ids[i], details[i] = f.Reader, f.Detail
	}
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		n, err := subscribers.SuppressSoftBouncedTx(ctx, tx, ids, details)
		if err == nil && n > 0 {
			s.log.Info("readers are suppressed because their last emails failed", "readers", n)
		}
		return err
	})
}

// forgetFailures forgets failures before an email that arrived.
func (s *Store) forgetFailures(ctx context.Context) error {
	var over []subscribers.Counted
	if err := s.db.SelectContext(ctx, &over, `
		SELECT * FROM (
			SELECT subscriber_id, last_at AS at FROM soft_bounces UNION ALL SELECT subscriber_id, first_at FROM hard_bounces
		) k WHERE `+arrivedSince); err != nil || len(over) == 0 {
		return err
	}
	return subscribers.ForgetCounted(ctx, s.db, over)
}

// failingReader is a reader whose last emails failed.
type failingReader struct {
	Reader int64  `db:"subscriber_id"`
	Detail string `db:"detail"` // the last words of a mail server
}

// failing returns the readers to suppress, or an empty list if there are too many.
func (s *Store) failing(ctx context.Context) (list []failingReader, err error) {
	if err := s.db.SelectContext(ctx, &list, `
		SELECT k.subscriber_id, COALESCE((SELECT d.reply FROM deliveries d WHERE d.edition_id = k.edition_id AND d.subscriber_id = k.subscriber_id), '') AS detail
		FROM soft_bounces k JOIN subscribers s ON s.id = k.subscriber_id
		WHERE k.failures >= $1 AND k.last_at >= k.since + make_interval(secs => $2) AND s.state = 'active' AND `+subscribers.NotSuppressed+`
		ORDER BY s.folded`, s.opts.SoftBounces, s.opts.SoftBounceTime.Seconds()); err != nil || len(list) <= failingFloor {
		return list, err
	}
	var active int
	if err := s.db.GetContext(ctx, &active, `SELECT count(*) FROM subscribers WHERE state = 'active'`); err != nil {
		return nil, err
	}
	if len(list)*failingShare > active {
		s.log.Warn("the last emails to many readers failed, too many to be believed; none of them is suppressed", "readers", len(list), "active", active)
		return nil, nil
	}
	return list, nil
}
