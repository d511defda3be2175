package subscribers

import (
	"context"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// KeyState is the use of a key of signed links.
type KeyState string

// The states of keys.
const (
	KeySigns       KeyState = "signs"       // signs new links, and verifies
	KeyWaits       KeyState = "waits"       // verifies, and signs once all processes have it
	KeyVerifies    KeyState = "verifies"    // verifies links that it signed before
	KeyUnsubscribe KeyState = "unsubscribe" // retired: verifies its unsubscribe links only
)

// KeyInfo describes a key without its secret.
type KeyInfo struct {
	ID        uint16
	State     KeyState
	InFile    bool      // a line of the secret file; else kept in the database
	CreatedAt time.Time // zero: unknown, of a line of the file and of a retired key
	SignsAt   time.Time // of a key that waits
	Direct    bool      // retiring the key breaks unsubscribe links
}

// ListKeys returns all keys of signed links: those of the secret file, those of the
// database, and retired ones.
func ListKeys(ctx context.Context, db *postgres.DB, secretFile string, now time.Time) ([]KeyInfo, error) {
	keys, err := LoadKeys(ctx, db, secretFile, now)
	if err != nil {
		return nil, err
	}
	lines := 0
	if secretFile != "" {
		inFile, err := ReadKeys(secretFile)
		if err != nil {
			return nil, err
		}
		lines = len(inFile)
	}
	list := make([]KeyInfo, len(keys))
	signing := signingKey(keys, now)
	for i, k := range keys {
		info := KeyInfo{ID: uint16(k.ID), State: KeyVerifies, InFile: i < lines, Direct: k.Direct}
		if i >= lines {
			info.CreatedAt = k.CreatedAt
		}
		switch {
		case k.Unsubscribe:
			info.State = KeyUnsubscribe
		case i == signing:
			info.State = KeySigns
		case k.RetiredAt.IsZero() && !info.InFile && k.CreatedAt.Add(settle).After(now):
			info.State, info.SignsAt = KeyWaits, k.CreatedAt.Add(settle)
		}
		list[i] = info
	}
	return list, nil
}

// RotateKeys adds a key to the database and returns it. Running processes read it within
// [RefreshEvery], and sign with it from SignsAt on. Links signed before stay valid. With a
// secret file, whose first line signs, the error says how to rotate.
func RotateKeys(ctx context.Context, db *postgres.DB, secretFile string, now time.Time) (KeyInfo, error) {
	if secretFile != "" {
		return KeyInfo{}, fmt.Errorf("the first line of %s signs; put a new one above it, made with: openssl rand -hex 32", secretFile)
	}
	var k Key
	err := db.InTx(ctx, func(tx *sqlx.Tx) (err error) {
		k, err = addKeyTx(ctx, tx, now)
		return err
	})
	return KeyInfo{ID: uint16(k.ID), State: KeyWaits, CreatedAt: k.CreatedAt, SignsAt: k.CreatedAt.Add(settle)}, err
}

// RefreshEvery is the time after which every process has reloaded its keys.
const RefreshEvery = time.Minute

// RetireKey removes a key from the database: links that it signed are no longer valid,
// except those for unsubscribing. It refuses a key that signs, or that a running process
// may still sign with, and a key that signed unsubscribe links itself. With breakLinks it
// removes such a key too, and ends the unsubscribe links of the key. Errors are sentences
// for staff.
func RetireKey(ctx context.Context, db *postgres.DB, secretFile string, id uint16, breakLinks bool, now time.Time) error {
	return db.InTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `LOCK TABLE signing_keys IN EXCLUSIVE MODE`); err != nil {
			return fmt.Errorf("subscribers: locking the signing keys: %w", err)
		}
		keys, err := selectKeys(ctx, tx)
		if err != nil {
			return err
		}
		for i, k := range keys {
			if uint16(k.ID) != id {
				continue
			}
			if secretFile == "" {
				if err := mayStillSign(keys, i, now); err != nil {
					return err
				}
			}
			if k.Direct && !breakLinks {
				return fmt.Errorf("key %d signed the unsubscribe links of earlier emails, which would stop working; --break-unsubscribe-links retires it nevertheless", id)
			}
			return removeKeyTx(ctx, tx, k, breakLinks)
		}
		return retireOtherTx(ctx, tx, secretFile, id, breakLinks)
	})
}

// mayStillSign returns an error for a key that signs, or that signed so recently that a
// running process may not know of the next one.
func mayStillSign(keys []Key, i int, now time.Time) error {
	id := uint16(keys[i].ID)
	next := signingKey(keys, now)
	switch {
	case i == next && len(keys) == 1:
		return fmt.Errorf("key %d is the only one; 'corridor keys rotate' makes another", id)
	case i == next:
		for _, k := range keys {
			if k.RetiredAt.IsZero() && k.CreatedAt.After(keys[i].CreatedAt) {
				return retireLater(id, k, now)
			}
		}
		return fmt.Errorf("key %d signs links; 'corridor keys rotate' makes another", id)
	case i == signingKey(keys, now.Add(-2*RefreshEvery)):
		return retireLater(id, keys[next], now)
	}
	return nil
}

// retireLater returns the error for a key that signs until all processes sign with its
// successor. Its time is in the zone of now.
func retireLater(id uint16, successor Key, now time.Time) error {
	end := successor.CreatedAt.Add(settle + 2*RefreshEvery)
	return fmt.Errorf("key %d may sign links until %s; retire it after that", id, end.In(now.Location()).Format(time.RFC3339))
}

// removeKeyTx removes a key of the database, and its derived key if its unsubscribe links
// are to end.
func removeKeyTx(ctx context.Context, tx *sqlx.Tx, k Key, breakLinks bool) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM signing_keys WHERE id = $1`, k.ID); err != nil {
		return fmt.Errorf("subscribers: removing a signing key: %w", err)
	}
	if !breakLinks {
		return rememberKey(ctx, tx, k)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM unsubscribe_keys WHERE key_id = $1 AND secret = $2`, k.ID, k.unsubscribeSecret()); err != nil {
		return fmt.Errorf("subscribers: removing a key for unsubscribing: %w", err)
	}
	return nil
}

// retireOtherTx handles a key that is not in signing_keys. It refuses a key of the secret
// file. For a retired key it deletes the key for unsubscribing if breakLinks is set.
func retireOtherTx(ctx context.Context, tx *sqlx.Tx, secretFile string, id uint16, breakLinks bool) error {
	if secretFile != "" {
		inFile, err := ReadKeys(secretFile)
		if err != nil {
			return err
		}
		for i, k := range inFile {
			if uint16(k.ID) == id {
				return fmt.Errorf("key %d is secret %d of %s; remove its line there to retire it", id, i+1, secretFile)
			}
		}
	}
	var known bool
	if err := tx.GetContext(ctx, &known, `SELECT EXISTS (SELECT FROM unsubscribe_keys WHERE key_id = $1)`, int16(id)); err != nil {
		return fmt.Errorf("subscribers: reading the keys for unsubscribing: %w", err)
	}
	switch {
	case !known:
		return fmt.Errorf("there is no key %d; 'corridor keys list' shows all", id)
	case !breakLinks:
		return fmt.Errorf("key %d is retired already; --break-unsubscribe-links ends its unsubscribe links too", id)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM unsubscribe_keys WHERE key_id = $1`, int16(id)); err != nil {
		return fmt.Errorf("subscribers: removing a key for unsubscribing: %w", err)
	}
	return nil
}
