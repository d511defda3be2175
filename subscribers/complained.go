package subscribers

import (
	"context"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// Complained is a reader's report that an email is unwanted.
type Complained struct {
	SubscriberID int64
	Detail       string // words of the report
	Source       string // where the report came from
	At           time.Time
}

// complaintWins makes a suppression because of bounces one because of a complaint, so that
// lifting a bounce event does not lift it. Another suppression stays as it is.
const complaintWins = `
		ON CONFLICT (address_hash) DO UPDATE
		SET reason = EXCLUDED.reason, detail = EXCLUDED.detail, source = EXCLUDED.source, event = '', created_at = EXCLUDED.created_at
		WHERE x.reason IN ('hard_bounce', 'soft_bounces') AND x.email IS NOT NULL`

// SuppressComplaintTx suppresses the address of a reader that complained, and reports
// whether it changed a suppression; see complaintWins. An erased reader is left out.
func SuppressComplaintTx(ctx context.Context, tx postgres.Tx, c Complained) (bool, error) {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO suppressions AS x (address_hash, email, subscriber_id, reason, detail, source, created_at)
		SELECT sha256(convert_to(s.folded, 'UTF8')), s.email, s.id, 'complaint', $2, $3, $4 FROM subscribers s WHERE s.id = $1`+complaintWins, c.SubscriberID, c.Detail, c.Source, c.At)
	if err != nil {
		return false, fmt.Errorf("subscribers: suppressing a reader that complained: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// SuppressComplaint suppresses an address whose owner complained about a single message, with
// or without a reader, and reports whether it changed a suppression; see complaintWins. The
// error may be [Invalid].
func (s *Store) SuppressComplaint(ctx context.Context, email, detail, source string, at time.Time) (changed bool, err error) {
	email, err = ParseAddress(email)
	if err != nil {
		return false, Invalid{{"email", err.Error()}}
	}
	folded := fold(email)
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := adoptHashTx(ctx, tx, folded); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `
			INSERT INTO suppressions AS x (address_hash, email, subscriber_id, reason, detail, source, created_at)
			VALUES ($1, $2, (SELECT id FROM subscribers WHERE folded = $3), 'complaint', $4, $5, $6)`+complaintWins,
			addressHash(folded), email, folded, detail, source, at)
		if err != nil {
			return fmt.Errorf("subscribers: suppressing an address that complained: %w", err)
		}
		n, err := result.RowsAffected()
		changed = n > 0
		return err
	})
	return changed, err
}
