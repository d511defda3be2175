package editions

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"corridor/mailer/deliveries"
	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// Edition is an edition with the counts of its deliveries. Every planned delivery counts
// in exactly one state.
type Edition struct {
	ID        int64
	Kind      string // digest, special
	Frequency Frequency
	Period    time.Time // of a digest: wall clock, in UTC
	Subject   string
	State     State
	Reason    string // why the edition is held, paused, waiting or cancelled
	Created   time.Time
	Started   time.Time // zero: not yet
	Finished  time.Time // zero: not yet
	Counts    Counts
}

// Counts are the numbers of deliveries by state, and the bytes that were sent.
type Counts struct {
	Planned    int64 `json:"planned"`
	Queued     int64 `json:"queued"`
	Sending    int64 `json:"sending"`
	Sent       int64 `json:"sent"`
	Deferred   int64 `json:"deferred"`
	Failed     int64 `json:"failed"`
	Bounced    int64 `json:"bounced"`
	Skipped    int64 `json:"skipped"`
	Uncertain  int64 `json:"uncertain"`
	Complained int64 `json:"complained"` // beside the state
	Bytes      int64 `json:"bytes"`
}

// Open is the number of deliveries without a final state.
func (c Counts) Open() int64 { return c.Queued + c.Sending + c.Deferred }

func (c *Counts) add(state deliveries.State, n, bytes int64) {
	for name, field := range map[deliveries.State]*int64{
		deliveries.Queued: &c.Queued, deliveries.Sending: &c.Sending, deliveries.Sent: &c.Sent, deliveries.Deferred: &c.Deferred,
		deliveries.Failed: &c.Failed, deliveries.Bounced: &c.Bounced, deliveries.Skipped: &c.Skipped, deliveries.Uncertain: &c.Uncertain,
	} {
		if name == state {
			*field += n
			c.Planned += n
		}
	}
	if state == Complained {
		c.Complained += n
	}
	c.Bytes += bytes
}

// editionRow is a row of editions.
type editionRow struct {
	ID        int64          `db:"id"`
	Kind      string         `db:"kind"`
	Frequency sql.NullString `db:"frequency"`
	Period    sql.NullTime   `db:"period"`
	Subject   string         `db:"subject"`
	State     State          `db:"state"`
	Reason    string         `db:"reason"`
	Created   time.Time      `db:"created_at"`
	Started   sql.NullTime   `db:"started_at"`
	Finished  sql.NullTime   `db:"finished_at"`
	Kept      []byte         `db:"kept_counts"`
}

const editionColumns = `id, kind, frequency, period, subject, state, reason, created_at, started_at, finished_at, kept_counts`

// List returns at most limit editions, newest first. A limit of 0 means all.
func (s *Store) List(ctx context.Context, limit int) (_ []Edition, err error) {
	defer wrap(&err, "reading the list")
	var rows []editionRow
	if err := s.db.SelectContext(ctx, &rows, `SELECT `+editionColumns+` FROM editions ORDER BY id DESC LIMIT NULLIF($1, 0)`, limit); err != nil {
		return nil, err
	}
	list := make([]Edition, 0, len(rows))
	for _, row := range rows {
		e, err := s.counted(ctx, row)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// Find returns one edition. The error is [ErrNotFound] when it does not exist.
func (s *Store) Find(ctx context.Context, id int64) (_ Edition, err error) {
	defer wrap(&err, "reading edition %d", id)
	var row editionRow
	err = s.db.GetContext(ctx, &row, `SELECT `+editionColumns+` FROM editions WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Edition{}, missing("there is no edition %d; 'corridor editions list' shows all", id)
	}
	if err != nil {
		return Edition{}, err
	}
	return s.counted(ctx, row)
}

func (s *Store) counted(ctx context.Context, row editionRow) (Edition, error) {
	e := Edition{
		ID: row.ID, Kind: row.Kind, Frequency: Frequency(row.Frequency.String), Period: row.Period.Time.UTC(), Subject: row.Subject,
		State: row.State, Reason: row.Reason, Created: row.Created, Started: row.Started.Time, Finished: row.Finished.Time,
	}
	if len(row.Kept) > 0 {
		kept := map[string]int64{}
		if err := json.Unmarshal(row.Kept, &kept); err != nil {
			return e, err
		}
		for state, n := range kept {
			e.Counts.add(deliveries.State(state), n, 0)
		}
		e.Counts.Bytes += kept["bytes"]
	}
	tallies, err := countDeliveries(ctx, s.db, row.ID)
	for _, t := range tallies {
		e.Counts.add(t.State, t.N, t.Bytes)
		e.Counts.Complained += t.Complained
	}
	return e, err
}

// tally are the numbers of the deliveries in one state.
type tally struct {
	State      deliveries.State `db:"state"`
	N          int64            `db:"n"`
	Bytes      int64            `db:"bytes"`
	Complained int64            `db:"complained"`
}

// countDeliveries returns the numbers of the deliveries in each state. The row of a delivery
// in flight still says queued or deferred; the view being_sent corrects the counts.
func countDeliveries(ctx context.Context, q sqlx.QueryerContext, edition int64) ([]tally, error) {
	var tallies []tally
	err := sqlx.SelectContext(ctx, q, &tallies, `
		SELECT state, sum(n) AS n, sum(bytes) AS bytes, sum(complained) AS complained FROM (
			SELECT state, count(*) AS n, sum(bytes) AS bytes, count(complained_at) AS complained FROM deliveries WHERE edition_id = $1 GROUP BY state
			UNION ALL SELECT state, -count(*), 0, 0 FROM being_sent WHERE edition_id = $1 GROUP BY state
			UNION ALL SELECT 'sending', count(*), 0, 0 FROM being_sent WHERE edition_id = $1
		) AS counted
		GROUP BY state HAVING sum(n) > 0`, edition)
	return tallies, err
}

// CountStates returns the number of editions by state; a state without editions has 0.
func CountStates(ctx context.Context, db *postgres.DB) (_ map[State]int64, err error) {
	defer wrap(&err, "counting editions")
	var rows []struct {
		State State `db:"state"`
		N     int64 `db:"n"`
	}
	err = db.SelectContext(ctx, &rows, `
		SELECT s.state, count(e.id) AS n
		FROM unnest(ARRAY['draft', 'approved', 'sending', 'paused', 'held', 'finished', 'cancelled']) AS s (state)
		LEFT JOIN editions e ON e.state = s.state GROUP BY s.state`)
	counts := make(map[State]int64, len(rows))
	for _, r := range rows {
		counts[r.State] = r.N
	}
	return counts, err
}
