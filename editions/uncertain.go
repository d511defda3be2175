package editions

import (
	"context"
	"fmt"
	"time"

	"corridor/mailer/deliveries"

	"github.com/jmoiron/sqlx"
)

// UncertainDelivery is a delivery with an unknown result: the email may have arrived.
type UncertainDelivery struct {
	SubscriberID int64     `db:"subscriber_id"`
	Email        string    `db:"email"` // empty: the reader was erased
	Attempted    time.Time `db:"attempted"`
}

// Uncertain lists the uncertain deliveries of an edition.
func (s *Store) Uncertain(ctx context.Context, id int64) ([]UncertainDelivery, error) {
	if _, err := s.Progress(ctx, id); err != nil {
		return nil, err
	}
	var list []UncertainDelivery
	err := s.db.SelectContext(ctx, &list, `
		SELECT d.subscriber_id, COALESCE(s.email, '') AS email, COALESCE(d.last_at, d.first_at, now()) AS attempted
		FROM deliveries d LEFT JOIN subscribers s ON s.id = d.subscriber_id
		WHERE d.edition_id = $1 AND d.state = 'uncertain' ORDER BY email, d.subscriber_id`, id)
	wrap(&err, "listing the uncertain deliveries of edition %d", id)
	return list, err
}

// ResendUncertain queues the uncertain deliveries of an edition again and returns their
// number. The email keeps its Message-ID, so that a mailbox can recognise the second copy,
// and the time limit for deferrals starts anew. If the result of the new attempt is unknown
// too, the delivery is uncertain again, even if sending.uncertain asks for a resend. The
// deliveries of a cancelled edition are not sent again: the error is a [StateError].
func (s *Store) ResendUncertain(ctx context.Context, id int64, now time.Time) (int64, error) {
	progress, err := s.Progress(ctx, id)
	if err != nil {
		return 0, err
	}
	if progress.State == Cancelled {
		return 0, StateError{id, progress.State, "resent; 'corridor editions uncertain " + fmt.Sprint(id) + " --drop' closes the matter"}
	}
	var n int64
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if n, err = deliveries.ResendTx(ctx, tx, id, now); err != nil || n == 0 {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			UPDATE editions SET state = CASE state WHEN 'finished' THEN 'sending' ELSE state END, finished_at = NULL, alerted_at = NULL, alerted_uncertain = 0
			WHERE id = $1`, id); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `SELECT pg_notify('editions', $1)`, fmt.Sprint(id))
		return err
	})
	wrap(&err, "resending the uncertain deliveries of edition %d", id)
	return n, err
}

// DropUncertain turns the uncertain deliveries of an edition into failed ones with the
// reason dropped, and returns their number. A dropped delivery still counts as possibly
// received: no later digest repeats its articles.
func (s *Store) DropUncertain(ctx context.Context, id int64, now time.Time) (n int64, err error) {
	defer wrap(&err, "dropping the uncertain deliveries of edition %d", id)
	return deliveries.DropTx(ctx, s.db, id, now)
}
