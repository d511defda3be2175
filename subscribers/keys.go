package subscribers

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// LoadKeys returns the keys of signed links. Without secretFile it returns the keys of the
// database; the first call makes one. With secretFile the first line of the file signs, and
// the keys of the database only verify, so that links in earlier emails stay valid. The
// result also has the keys that verify only links for unsubscribing, for each key that no
// longer exists.
func LoadKeys(ctx context.Context, db *postgres.DB, secretFile string, now time.Time) ([]Key, error) {
	// The derived keys are read first, so that they are never older than the keys: a key that
	// is retired meanwhile is not remembered anew.
	derived, err := derivedKeys(ctx, db)
	if err != nil {
		return nil, err
	}
	var keys []Key
	if secretFile == "" {
		keys, err = databaseKeys(ctx, db, now)
	} else {
		keys, err = fileKeys(ctx, db, secretFile, now)
	}
	if err != nil {
		return nil, err
	}
	return rememberKeys(ctx, db, keys, derived)
}

// fileKeys returns the keys of a file, and the keys of the database as retired keys.
func fileKeys(ctx context.Context, db *postgres.DB, file string, now time.Time) ([]Key, error) {
	keys, err := ReadKeys(file)
	if err != nil {
		return nil, err
	}
	stored, err := selectKeys(ctx, db)
	for _, k := range stored {
		if k.RetiredAt.IsZero() {
			k.RetiredAt = now
		}
		keys = append(keys, k)
	}
	return keys, err
}

// databaseKeys returns the keys of the database. It makes the first key.
func databaseKeys(ctx context.Context, db *postgres.DB, now time.Time) ([]Key, error) {
	keys, err := selectKeys(ctx, db)
	if err != nil || len(keys) > 0 {
		return keys, err
	}
	err = db.InTx(ctx, func(tx *sqlx.Tx) error {
		// Two processes that start at once must not make two first keys.
		if _, err := tx.ExecContext(ctx, `LOCK TABLE signing_keys IN EXCLUSIVE MODE`); err != nil {
			return err
		}
		if stored, err := selectKeys(ctx, tx); err != nil || len(stored) > 0 {
			return err
		}
		_, err := addKeyTx(ctx, tx, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("subscribers: making the first signing key: %w", err)
	}
	return selectKeys(ctx, db)
}

// derivedKeys returns the stored unsubscribe keys by their secret.
func derivedKeys(ctx context.Context, db sqlx.QueryerContext) (map[string]Key, error) {
	rows, err := db.QueryContext(ctx, `SELECT key_id, secret FROM unsubscribe_keys`)
	if err != nil {
		return nil, fmt.Errorf("subscribers: reading the keys for unsubscribing: %w", err)
	}
	defer rows.Close()
	derived := map[string]Key{}
	for rows.Next() {
		k := Key{Unsubscribe: true}
		if err := rows.Scan(&k.ID, &k.Secret); err != nil {
			return nil, err
		}
		derived[string(k.Secret)] = k
	}
	return derived, rows.Err()
}

// rememberKeys stores the derived unsubscribe secret of each key that is not in derived. It
// returns the keys, and the derived keys of keys that no longer exist.
func rememberKeys(ctx context.Context, db *postgres.DB, keys []Key, derived map[string]Key) ([]Key, error) {
	for _, k := range keys {
		secret := string(k.unsubscribeSecret())
		if _, known := derived[secret]; known {
			delete(derived, secret)
			continue
		}
		if err := rememberKey(ctx, db, k); err != nil {
			return nil, err
		}
	}
	gone := slices.SortedFunc(maps.Values(derived), func(a, b Key) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), bytes.Compare(a.Secret, b.Secret))
	})
	return append(keys, gone...), nil
}

// rememberKey stores the derived unsubscribe secret of a key.
func rememberKey(ctx context.Context, db sqlx.ExecerContext, k Key) error {
	_, err := db.ExecContext(ctx, `INSERT INTO unsubscribe_keys (key_id, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING`, k.ID, k.unsubscribeSecret())
	if err != nil {
		return fmt.Errorf("subscribers: remembering a key for unsubscribing: %w", err)
	}
	return nil
}

// addKeyTx adds a key to the database, with its derived key.
func addKeyTx(ctx context.Context, tx *sqlx.Tx, now time.Time) (Key, error) {
	k := Key{Secret: newSecret(), CreatedAt: now}
	if err := tx.GetContext(ctx, &k.ID, `INSERT INTO signing_keys (secret, created_at) VALUES ($1, $2) RETURNING id`, k.Secret, now); err != nil {
		return k, fmt.Errorf("subscribers: adding a signing key: %w", err)
	}
	return k, rememberKey(ctx, tx, k)
}

func selectKeys(ctx context.Context, db sqlx.QueryerContext) ([]Key, error) {
	rows, err := db.QueryContext(ctx, `SELECT id, secret, created_at, retired_at, signed_unsubscribe FROM signing_keys ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("subscribers: reading the signing keys: %w", err)
	}
	defer rows.Close()
	var keys []Key
	for rows.Next() {
		var k Key
		var retired *time.Time
		if err := rows.Scan(&k.ID, &k.Secret, &k.CreatedAt, &retired, &k.Direct); err != nil {
			return nil, err
		}
		if retired != nil {
			k.RetiredAt = *retired
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

func newSecret() []byte {
	secret := make([]byte, 32)
	rand.Read(secret)
	return secret
}

// ReadKeys reads a file with one secret per line. The first secret signs, and the others
// verify. The id of a key is a hash of its secret, so that the id stays the same when lines
// are added above.
func ReadKeys(file string) ([]Key, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("server.secret_file: %w; make one with: openssl rand -hex 32 > %s", err, file)
	}
	defer f.Close()
	var keys []Key
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if len(line) < 32 {
			return nil, fmt.Errorf("server.secret_file: %s, line %d: a secret needs at least 32 characters", file, n)
		}
		sum := sha256.Sum256([]byte("corridor key id\n" + line))
		// The first line gets the latest creation time, so that it counts as the newest key.
		created := time.Time{}.Add(-time.Duration(len(keys)) * time.Hour)
		keys = append(keys, Key{ID: int16(binary.BigEndian.Uint16(sum[:])), Secret: []byte(line), CreatedAt: created})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("server.secret_file: %s: %w", file, err)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("server.secret_file: %s holds no secret; make one with: openssl rand -hex 32 > %s", file, file)
	}
	return keys, nil
}
