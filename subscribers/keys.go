package subscribers

import (
	"bufio"
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
	var keys []Key
	var err error
	if secretFile == "" {
		keys, err = databaseKeys(ctx, db, now)
	} else {
		keys, err = fileKeys(ctx, db, secretFile, now)
	}
	if err != nil {
		return nil, err
	}
	return rememberKeys(ctx, db, keys)
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
		_, err := tx.ExecContext(ctx, `
			INSERT INTO signing_keys (secret, created_at)
			SELECT $1, $2
			WHERE NOT EXISTS (SELECT 1 FROM signing_keys)`, newSecret(), now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("subscribers: making the first signing key: %w", err)
	}
	return selectKeys(ctx, db)
}

// rememberKeys stores the derived unsubscribe secret of each key. It returns the keys, and
// the stored unsubscribe keys of keys that no longer exist.
func rememberKeys(ctx context.Context, db *postgres.DB, keys []Key) ([]Key, error) {
	var stored []struct {
		ID     int16  `db:"key_id"`
		Secret []byte `db:"secret"`
	}
	if err := db.SelectContext(ctx, &stored, `SELECT key_id, secret FROM unsubscribe_keys`); err != nil {
		return nil, fmt.Errorf("subscribers: reading the keys for unsubscribing: %w", err)
	}
	gone := map[string]Key{}
	for _, k := range stored {
		gone[string(k.Secret)] = Key{ID: k.ID, Secret: k.Secret, Unsubscribe: true}
	}
	for _, k := range keys {
		secret := k.unsubscribeSecret()
		if _, known := gone[string(secret)]; known {
			delete(gone, string(secret))
			continue
		}
		if _, err := db.ExecContext(ctx, `INSERT INTO unsubscribe_keys (key_id, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING`, k.ID, secret); err != nil {
			return nil, fmt.Errorf("subscribers: remembering a key for unsubscribing: %w", err)
		}
	}
	return slices.AppendSeq(keys, maps.Values(gone)), nil
}

// RotateKeys adds a key to the database. Running processes read it at their next LoadKeys
// and sign with it after the time settle. Links signed before stay valid.
func RotateKeys(ctx context.Context, db *postgres.DB, now time.Time) error {
	_, err := db.ExecContext(ctx, `INSERT INTO signing_keys (secret, created_at) VALUES ($1, $2)`, newSecret(), now)
	if err != nil {
		return fmt.Errorf("subscribers: adding a signing key: %w", err)
	}
	return nil
}

func selectKeys(ctx context.Context, db *postgres.DB) ([]Key, error) {
	rows, err := db.QueryContext(ctx, `SELECT id, secret, created_at, retired_at FROM signing_keys ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("subscribers: reading the signing keys: %w", err)
	}
	defer rows.Close()
	var keys []Key
	for rows.Next() {
		var k Key
		var retired *time.Time
		if err := rows.Scan(&k.ID, &k.Secret, &k.CreatedAt, &retired); err != nil {
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
