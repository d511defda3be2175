package subscribers

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// ErrNotFound is returned for a reader whom we do not know, or no longer.
var ErrNotFound = errors.New("subscribers: no such reader")

// Store keeps the readers in PostgreSQL.
type Store struct {
	db    *postgres.DB
	rules *Rules
}

// NewStore returns a store whose readers choose within rules.
func NewStore(db *postgres.DB, rules *Rules) *Store {
	return &Store{db: db, rules: rules}
}

// Rules of what readers may choose.
func (s *Store) Rules() *Rules { return s.rules }

const subscriberColumns = `
	s.id, s.email, s.name, s.state, s.frequency, s.format, s.time_zone, s.language, s.preference_set_id,
	p.programs, p.regions, s.paused_until, COALESCE(x.reason, ''), s.created_at, s.confirmed_at, s.left_at, s.link_version, s.chosen_at`

const subscriberTables = `
	subscribers s
	JOIN preference_sets p ON p.id = s.preference_set_id
	LEFT JOIN suppressions x ON x.address_hash = sha256(convert_to(s.folded, 'UTF8'))`

// signedID is the reader whom the id $1 of a signed link leads to: that reader, or the
// one whom that reader became when spellings of one address were merged.
const signedID = `COALESCE((SELECT subscriber_id FROM merged_readers WHERE id = $1), $1)`

// Find returns the reader with that address, in any spelling that [Fold] makes one.
func (s *Store) Find(ctx context.Context, email string) (Subscriber, error) {
	folded, err := Fold(email)
	if err != nil {
		return Subscriber{}, Invalid{{"email", err.Error()}}
	}
	return scanSubscriber(s.db.QueryRowContext(ctx, `
		SELECT `+subscriberColumns+`
		FROM `+subscriberTables+`
		WHERE s.folded = $1`, folded))
}

// FindByID returns the reader with that id, as a signed link names it.
func (s *Store) FindByID(ctx context.Context, id int64) (Subscriber, error) {
	return scanSubscriber(s.db.QueryRowContext(ctx, `
		SELECT `+subscriberColumns+`
		FROM `+subscriberTables+`
		WHERE s.id = `+signedID, id))
}

// lockTx returns the reader, locked until the transaction ends.
func lockTx(ctx context.Context, tx *sqlx.Tx, id int64) (Subscriber, error) {
	return scanSubscriber(tx.QueryRowContext(ctx, `
		SELECT `+subscriberColumns+`
		FROM `+subscriberTables+`
		WHERE s.id = $1
		FOR UPDATE OF s`, id))
}

type scanner interface{ Scan(dest ...any) error }

// scanSubscriber reads subscriberColumns, and further ones into more.
func scanSubscriber(row scanner, more ...any) (Subscriber, error) {
	var r Subscriber
	var paused, confirmed, left sql.NullTime
	err := row.Scan(append([]any{
		&r.ID, &r.Email, &r.Name, &r.State, &r.Preferences.Frequency, &r.Preferences.Format,
		&r.Preferences.TimeZone, &r.Preferences.Language, &r.PreferenceSetID,
		pq.Array(&r.Preferences.Programs), pq.Array(&r.Preferences.Regions),
		&paused, &r.Suppressed, &r.CreatedAt, &confirmed, &left, &r.LinkVersion, &r.ChosenAt,
	}, more...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return Subscriber{}, ErrNotFound
	}
	if err != nil {
		return Subscriber{}, fmt.Errorf("subscribers: reading a reader: %w", err)
	}
	r.PausedUntil, r.ConfirmedAt, r.LeftAt = paused.Time, confirmed.Time, left.Time
	return r, nil
}

// Paused tells whether r gets nothing at that moment because they asked for a pause.
func (r Subscriber) Paused(now time.Time) bool { return r.PausedUntil.After(now) }

// addressHash is how suppressions know a folded address.
func addressHash(folded string) []byte {
	sum := sha256.Sum256([]byte(folded))
	return sum[:]
}

// one turns the result of an UPDATE by id into ErrNotFound when it met no row.
func one(res sql.Result, err error, doing string) error {
	if err != nil {
		return fmt.Errorf("subscribers: %s: %w", doing, err)
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return ErrNotFound
}

// notFound names what failed, and turns the absence of a row into ErrNotFound.
func notFound(err error, doing string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("subscribers: %s: %w", doing, err)
	}
	return nil
}
