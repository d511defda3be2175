package subscribers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Reason is the reason of a suppression. The zero value stands for no suppression.
type Reason string

// The reasons of suppressions.
const (
	HardBounce  Reason = "hard_bounce"  // the mailbox does not exist
	SoftBounces Reason = "soft_bounces" // the last emails could not be delivered, for some weeks
	Complaint   Reason = "complaint"    // the reader reported an email as unwanted
	Asked       Reason = "asked"        // the person asked for no more email, also in another tool
	ByStaff     Reason = "staff"
	Erased      Reason = "erased" // the reader's data was deleted
)

// Reasons returns the reasons of suppressions.
func Reasons() []Reason { return []Reason{HardBounce, SoftBounces, Complaint, Asked, ByStaff, Erased} }

// readReason parses the name of a reason.
func readReason(name string) (Reason, error) {
	if r := Reason(name); slices.Contains(Reasons(), r) {
		return r, nil
	}
	var names []string
	for _, r := range Reasons() {
		names = append(names, string(r))
	}
	return "", fmt.Errorf("%q is not allowed; use one of %s", clip(name, 40), strings.Join(names, ", "))
}

// Suppress suppresses an address, with or without a reader: it gets no emails. An earlier
// suppression stays as it is. The error may be [Invalid].
func (s *Store) Suppress(ctx context.Context, email string, reason Reason, detail string, now time.Time) error {
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error { return s.SuppressTx(ctx, tx, email, reason, detail, now) })
}

// SuppressTx is Suppress in the caller's transaction.
func (s *Store) SuppressTx(ctx context.Context, tx *sqlx.Tx, email string, reason Reason, detail string, now time.Time) error {
	email, err := ParseAddress(email)
	if err != nil {
		return Invalid{{"email", err.Error()}}
	}
	if _, err := readReason(string(reason)); err != nil {
		return Invalid{{"reason", err.Error()}}
	}
	folded := fold(email)
	if err := adoptHashTx(ctx, tx, folded); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO suppressions (address_hash, email, subscriber_id, reason, detail, source, created_at)
		VALUES ($1, $2, (SELECT id FROM subscribers WHERE folded = $3), $4, $5, 'staff', $6)
		ON CONFLICT (address_hash) DO NOTHING`, addressHash(folded), email, folded, reason, detail, now)
	if err != nil {
		return fmt.Errorf("subscribers: suppressing an address: %w", err)
	}
	return nil
}

// SuppressionOf is the SQL condition under which the suppression x is that of reader s. Its
// twin in Go is addressHash. NotSuppressed is the condition that reader s is not suppressed.
const (
	SuppressionOf = `x.address_hash = sha256(convert_to(s.folded, 'UTF8'))`
	NotSuppressed = `NOT EXISTS (SELECT 1 FROM suppressions x WHERE ` + SuppressionOf + `)`
)

// Suppression returns the reason of an address's suppression, or "". The error may be
// [Invalid].
func (s *Store) Suppression(ctx context.Context, email string) (Reason, error) {
	folded, err := Fold(email)
	if err != nil {
		return "", Invalid{{"email", err.Error()}}
	}
	var reason Reason
	err = s.db.GetContext(ctx, &reason, `
		SELECT reason FROM suppressions WHERE address_hash = $1 OR former AND address_hash = ANY ($2)
		ORDER BY former LIMIT 1`, addressHash(folded), pq.ByteaArray(formerHashes(folded)))
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("subscribers: reading a suppression: %w", err)
	}
	return reason, nil
}

// Lift deletes the suppression of an address, and its failures count from 0. The error is [ErrNotFound] when there is none.
func (s *Store) Lift(ctx context.Context, email string) error {
	folded, err := Fold(email)
	if err != nil {
		return Invalid{{"email", err.Error()}}
	}
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := forgetBouncesTx(ctx, tx, forgetHardSQL, folded); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `
			DELETE FROM suppressions WHERE address_hash = $1 OR former AND address_hash = ANY ($2)`,
			addressHash(folded), pq.ByteaArray(formerHashes(folded)))
		if err := one(res, err, "lifting a suppression"); err != nil {
			return err
		}
		return forgetBouncesTx(ctx, tx, forgetSoftSQL, folded)
	})
}
