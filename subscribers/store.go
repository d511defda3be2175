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

// ErrNotFound is the error for a reader that does not exist.
var ErrNotFound = errors.New("subscribers: no such reader")

// Store stores readers in PostgreSQL.
type Store struct {
	db     *postgres.DB
	rules  *Rules
	events Events
}

// NewStore returns a store on db. It checks preferences by rules. It panics when a function
// of events is missing.
func NewStore(db *postgres.DB, rules *Rules, events Events) *Store {
	if events.Erased == nil || events.Returned == nil || events.Disclosed == nil || events.MovedIn == nil || events.Had == nil {
		panic("subscribers: a store needs all functions of events")
	}
	return &Store{db: db, rules: rules, events: events}
}

// Rules returns the rules of the store.
func (s *Store) Rules() *Rules { return s.rules }

const subscriberColumns = `
	s.id, s.email, s.name, s.state, s.frequency, s.format, s.time_zone, s.language, s.preference_set_id,
	p.programs, p.regions, s.paused_until, COALESCE(x.reason, ''), s.created_at, s.confirmed_at, s.left_at, s.link_version, s.chosen_at`

const subscriberTables = `
	subscribers s
	JOIN preference_sets p ON p.id = s.preference_set_id
	LEFT JOIN suppressions x ON ` + SuppressionOf

// signedID is the SQL expression for the reader of a signed link with the id $1: that
// reader, or the reader that it was merged into.
const signedID = `COALESCE((SELECT subscriber_id FROM merged_readers WHERE id = $1), $1)`

// Find returns the reader with the given address. It compares addresses by [Fold].
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

// FindByID returns the reader with the given id of a signed link. It follows merged readers.
func (s *Store) FindByID(ctx context.Context, id int64) (Subscriber, error) {
	return scanSubscriber(s.db.QueryRowContext(ctx, `
		SELECT `+subscriberColumns+`
		FROM `+subscriberTables+`
		WHERE s.id = `+signedID, id))
}

// lockTx returns a reader and locks the row until the transaction ends.
func lockTx(ctx context.Context, tx *sqlx.Tx, id int64) (Subscriber, error) {
	return scanSubscriber(tx.QueryRowContext(ctx, `
		SELECT `+subscriberColumns+`
		FROM `+subscriberTables+`
		WHERE s.id = $1
		FOR UPDATE OF s`, id))
}

type scanner interface{ Scan(dest ...any) error }

// scanSubscriber scans a row of subscriberColumns, and further columns into more.
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

// Paused reports whether r is paused at now.
func (r Subscriber) Paused(now time.Time) bool { return r.PausedUntil.After(now) }

// addressHash returns the key of a folded address in suppressions.
func addressHash(folded string) []byte {
	sum := sha256.Sum256([]byte(folded))
	return sum[:]
}

// one returns ErrNotFound for a statement that affected no row.
func one(res sql.Result, err error, doing string) error {
	if err != nil {
		return fmt.Errorf("subscribers: %s: %w", doing, err)
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return ErrNotFound
}

// notFound adds the failed action to err, and returns ErrNotFound for a missing row.
func notFound(err error, doing string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("subscribers: %s: %w", doing, err)
	}
	return nil
}
