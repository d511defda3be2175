package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Fact returns a fact about this installation from table installation, such as the key of
// its Message-IDs. found is false when the fact is not stored.
func (db *DB) Fact(ctx context.Context, key string) (value string, found bool, err error) {
	err = db.GetContext(ctx, &value, `SELECT value FROM installation WHERE key = $1`, key)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("postgres: reading %s of the installation: %w", key, err)
	}
	return value, true, nil
}

// EnsureFact stores a fact about this installation, unless the fact is stored already. It
// returns the stored value, which is the same in every process.
func (db *DB) EnsureFact(ctx context.Context, key, value string) (string, error) {
	_, err := db.ExecContext(ctx, `INSERT INTO installation (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING`, key, value)
	if err != nil {
		return "", fmt.Errorf("postgres: storing %s of the installation: %w", key, err)
	}
	stored, _, err := db.Fact(ctx, key)
	return stored, err
}
