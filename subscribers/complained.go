package subscribers

import (
	"context"
	"fmt"
	"time"

	"corridor/postgres"
)

// Complained is a reader's report that an email is unwanted.
type Complained struct {
	SubscriberID int64
	Detail       string // words of the report
	Source       string // where the report came from
	At           time.Time
}

// SuppressComplaintTx suppresses the address of a reader that complained, and reports
// whether it changed a suppression. A suppression because of bounces becomes one because of
// the complaint, so that lifting a bounce event does not lift it. Another suppression stays
// as it is. An erased reader is left out.
func SuppressComplaintTx(ctx context.Context, tx postgres.Tx, c Complained) (bool, error) {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO suppressions AS x (address_hash, email, subscriber_id, reason, detail, source, created_at)
		SELECT sha256(convert_to(s.folded, 'UTF8')), s.email, s.id, 'complaint', $2, $3, $4 FROM subscribers s WHERE s.id = $1
		ON CONFLICT (address_hash) DO UPDATE
		SET reason = EXCLUDED.reason, detail = EXCLUDED.detail, source = EXCLUDED.source, event = '', created_at = EXCLUDED.created_at
		WHERE x.reason IN ('hard_bounce', 'soft_bounces') AND x.email IS NOT NULL`, c.SubscriberID, c.Detail, c.Source, c.At)
	if err != nil {
		return false, fmt.Errorf("subscribers: suppressing a reader that complained: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
