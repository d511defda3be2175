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

// SuppressionReasons are the reasons of suppressions.
var SuppressionReasons = []string{"hard_bounce", "complaint", "staff", "erased"}

// Suppress suppresses an address, with or without a reader: it gets no emails. An earlier
// suppression stays as it is. The error may be [Invalid].
func (s *Store) Suppress(ctx context.Context, email, reason, detail string, now time.Time) error {
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error { return s.SuppressTx(ctx, tx, email, reason, detail, now) })
}

// SuppressTx is Suppress in the caller's transaction.
func (s *Store) SuppressTx(ctx context.Context, tx *sqlx.Tx, email, reason, detail string, now time.Time) error {
	email, err := ParseAddress(email)
	if err != nil {
		return Invalid{{"email", err.Error()}}
	}
	if !slices.Contains(SuppressionReasons, reason) {
		return Invalid{{"reason", fmt.Sprintf("%q is not allowed; use one of %s", clip(reason, 40), strings.Join(SuppressionReasons, ", "))}}
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
// twin in Go is addressHash. NotSuppressed is the condition that reader s has none.
const (
	SuppressionOf = `x.address_hash = sha256(convert_to(s.folded, 'UTF8'))`
	NotSuppressed = `NOT EXISTS (SELECT 1 FROM suppressions x WHERE ` + SuppressionOf + `)`
)

// Suppression returns the reason of an address's suppression, or "". The error may be
// [Invalid].
func (s *Store) Suppression(ctx context.Context, email string) (string, error) {
	folded, err := Fold(email)
	if err != nil {
		return "", Invalid{{"email", err.Error()}}
	}
	var reason string
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

// Lift deletes the suppression of an address. The error is [ErrNotFound] when there is none.
func (s *Store) Lift(ctx context.Context, email string) error {
	folded, err := Fold(email)
	if err != nil {
		return Invalid{{"email", err.Error()}}
	}
	res, err := s.db.ExecContext(ctx, `
		DELETE FROM suppressions WHERE address_hash = $1 OR former AND address_hash = ANY ($2)`,
		addressHash(folded), pq.ByteaArray(formerHashes(folded)))
	return one(res, err, "lifting a suppression")
}
