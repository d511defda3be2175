package subscribers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strings"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"golang.org/x/sync/errgroup"
)

// ImportOptions say how a file is imported.
type ImportOptions struct {
	DryRun bool           // check everything, write nothing
	Now    time.Time      // when, as consent evidence
	Wrong  func(RowError) // called for what is wrong with rows, in the file's order
	Notice func(string)   // called with what is worth knowing about the file as a whole
	Done   func(rows int) // called after each chunk with how many rows have been dealt with
}

// Imported counts what became of a file's rows: every row is in exactly one of Added,
// Updated, Unchanged, Left, Suppressed and Wrong.
type Imported struct {
	Rows       int `json:"rows"`
	Added      int `json:"added"`
	Updated    int `json:"updated"`
	Unchanged  int `json:"unchanged"`
	Left       int `json:"left"`       // readers who left: a row does not bring them back
	Suppressed int `json:"suppressed"` // addresses that must not be written to
	Wrong      int `json:"wrong"`
}

// chunkRows is how many rows one transaction takes. A crash loses at most the chunk
// under way, whole; a second run finds the others unchanged.
const chunkRows = 20_000

// Import reads readers from a CSV file, one pass, in constant memory. Rows that are
// wrong are reported and counted, the others imported. Nobody who left or is suppressed
// comes back by it. The error is about the file or the database as a whole; the counts
// are good as far as it came.
func (s *Store) Import(ctx context.Context, r io.Reader, o ImportOptions) (Imported, error) {
	if o.Wrong == nil {
		o.Wrong = func(RowError) {}
	}
	if o.Notice == nil {
		o.Notice = func(string) {}
	}
	if o.Done == nil {
		o.Done = func(int) {}
	}
	file, err := newCSVReader(r, s.rules)
	if err != nil {
		return Imported{}, err
	}
	if len(file.unused) > 0 {
		o.Notice("not used: the columns " + strings.Join(file.unused, ", "))
	}
	w, err := s.newImporter(ctx, file, o)
	if err != nil {
		return Imported{}, err
	}
	defer w.close()
	g, ctx := errgroup.WithContext(ctx)
	chunks := make(chan chunk)
	g.Go(func() error {
		defer close(chunks)
		return file.chunks(ctx, chunks)
	})
	g.Go(func() error {
		for c := range chunks {
			if err := w.write(ctx, c); err != nil {
				return err
			}
			o.Done(w.counts.Rows)
		}
		return nil
	})
	err = g.Wait()
	return w.counts, err
}

// chunk is some thousand rows of a file and what was wrong with others among them.
type chunk struct {
	rows  []row
	wrong []RowError
	total int  // rows of the file it stands for
	whole bool // it is the whole file: readers then come in the file's order
}

// chunks cuts the file. What was read before the rest could not be still goes out.
func (c *csvReader) chunks(ctx context.Context, out chan<- chunk) error {
	var failure error
	for first := true; failure == nil; first = false {
		next := chunk{rows: make([]row, 0, chunkRows)}
		for next.total < chunkRows && failure == nil {
			r, wrong, err := c.next()
			switch {
			case err != nil:
				failure = err
			case wrong != nil:
				next.wrong = append(next.wrong, wrong...)
				next.total++
			default:
				next.rows = append(next.rows, r)
				next.total++
			}
		}
		if next.total == 0 {
			break
		}
		next.whole = first && failure != nil
		select {
		case out <- next:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if errors.Is(failure, io.EOF) {
		return nil
	}
	return failure
}

// lanes is how many connections share the work: an address always takes the same one,
// so that each sees every duplicate of its own, and both of two cores are used.
const lanes = 2

// importer writes chunks over connections of its own, which have the temporary tables.
type importer struct {
	store   *Store
	o       ImportOptions
	conns   [lanes]*sqlx.Conn
	sets    map[setKey]int64
	merge   string
	emailAt int // the position of the address in a row
	consent string
	seed    maphash.Seed
	former  map[string]bool // hashes of suppressions that may be of the former form
	counts  Imported
}

func (s *Store) newImporter(ctx context.Context, file *csvReader, o ImportOptions) (*importer, error) {
	evidence, err := json.Marshal(consent{At: &o.Now, How: "import"})
	if err != nil {
		return nil, err
	}
	w := &importer{
		store: s, o: o, sets: map[setKey]int64{}, consent: string(evidence),
		merge: mergeRows, emailAt: file.position["email"] + 1, seed: maphash.MakeSeed(),
	}
	if o.DryRun {
		w.merge = judgeOnly
	}
	if w.former, err = s.formerHashesKept(ctx); err != nil {
		return nil, err
	}
	for i := range w.conns {
		if w.conns[i], err = s.db.Connx(ctx); err == nil {
			_, err = w.conns[i].ExecContext(ctx, `
				CREATE TEMPORARY TABLE import_rows (
					line integer NOT NULL, email text NOT NULL, key text NOT NULL, mark bigint NOT NULL, name text NOT NULL, set_id bigint NOT NULL,
					programs boolean NOT NULL, regions boolean NOT NULL, frequency text NOT NULL, time_zone text NOT NULL, state text NOT NULL,
					format text NOT NULL DEFAULT '', language text NOT NULL DEFAULT '', paused text NOT NULL DEFAULT '', created text NOT NULL DEFAULT '',
					confirmed text NOT NULL DEFAULT '', gone text NOT NULL DEFAULT '', consent text NOT NULL DEFAULT '', suppressed text NOT NULL DEFAULT '',
					suppressed_at text NOT NULL DEFAULT '', suppressed_detail text NOT NULL DEFAULT '') ON COMMIT DELETE ROWS;
				CREATE TEMPORARY TABLE import_seen (mark bigint PRIMARY KEY, line integer NOT NULL)`)
		}
		if err != nil {
			w.close()
			return nil, fmt.Errorf("subscribers: importing: %w", err)
		}
	}
	return w, nil
}

// close gives the connections back as they were.
func (w *importer) close() {
	for _, conn := range w.conns {
		if conn != nil {
			_, _ = conn.ExecContext(context.Background(), `DROP TABLE IF EXISTS import_rows, import_seen`)
			_ = conn.Close()
		}
	}
}

// write deals with one chunk: its rows go their lanes, each in one transaction.
func (w *importer) write(ctx context.Context, c chunk) error {
	if err := w.intern(ctx, c.rows); err != nil {
		return err
	}
	if err := w.adoptHashes(ctx, c.rows); err != nil {
		return err
	}
	var shares [lanes][]row
	for _, r := range c.rows {
		r.mark = int64(maphash.String(w.seed, fold(r.email)))
		lane := uint64(r.mark) % lanes
		if c.whole {
			lane = 0
		}
		shares[lane] = append(shares[lane], r)
	}
	var verdicts [lanes][]verdict
	g, ctx := errgroup.WithContext(ctx)
	for i, rows := range shares {
		g.Go(func() (err error) {
			verdicts[i], err = w.writeShare(ctx, w.conns[i], rows)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return fmt.Errorf("subscribers: importing: %w", err)
	}
	w.count(c, slices.Concat(verdicts[:]...))
	return nil
}

// writeShare writes one lane's rows of a chunk. Readers sign up and change their
// preferences meanwhile; where the two collide, the chunk is tried again, alone with
// the readers for the fraction of a second that it takes.
func (w *importer) writeShare(ctx context.Context, conn *sqlx.Conn, rows []row) (verdicts []verdict, err error) {
	verdicts, err = w.writeOnce(ctx, conn, rows, false)
	var failure *pq.Error
	// 40P01: a deadlock; 23502: a preference set that another transaction has just made.
	again := errors.As(err, &failure) && (failure.Code == "40P01" || failure.Code == "23502")
	if again || postgres.Constraint(err) == "subscribers_email" {
		return w.writeOnce(ctx, conn, rows, true)
	}
	return verdicts, err
}

// intern makes sure that every preference set of rows has an id, in a transaction that
// stays when the chunk's does not.
func (w *importer) intern(ctx context.Context, rows []row) error {
	for _, r := range rows {
		if _, ok := w.sets[r.set]; ok {
			continue
		}
		programs, regions := r.set.lists()
		err := w.store.db.InTx(ctx, func(tx *sqlx.Tx) error {
			id, err := InternTx(ctx, tx, programs, regions)
			w.sets[r.set] = id
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *importer) writeOnce(ctx context.Context, conn *sqlx.Conn, rows []row, alone bool) ([]verdict, error) {
	tx, err := conn.BeginTxx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if alone {
		if _, err := tx.ExecContext(ctx, `LOCK TABLE subscribers IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return nil, err
		}
	}
	if err := w.copyRows(ctx, conn, rows); err != nil {
		return nil, err
	}
	// The temporary table has no statistics: without these the planner may read the
	// whole of subscribers once a chunk.
	if _, err := tx.ExecContext(ctx, `SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off`); err != nil {
		return nil, err
	}
	verdicts, err := dropDuplicates(ctx, tx)
	if err != nil {
		return nil, err
	}
	args := []any{w.o.Now, w.consent, w.store.rules.timeZone}
	var merged []verdict
	if err := tx.SelectContext(ctx, &merged, w.merge, args...); err != nil {
		return nil, err
	}
	for _, v := range verdicts {
		if w.o.DryRun || v.State != string(Left) && v.Suppressed == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, optOutLater, v.Key, w.o.Now, v.State, v.Suppressed); err != nil {
			return nil, err
		}
	}
	return append(verdicts, merged...), tx.Commit()
}

// dropDuplicates takes rows out of import_rows whose address stands earlier in the
// file. Addresses are known by 64 bits, which keeps the table small; in order, so that
// its index is written page by page.
func dropDuplicates(ctx context.Context, tx *sqlx.Tx) ([]verdict, error) {
	// Most files have none: then looking for conflicts costs more than writing.
	const insert = `INSERT INTO import_seen (mark, line) SELECT mark, line FROM import_rows ORDER BY mark, line`
	if _, err := tx.ExecContext(ctx, `SAVEPOINT seen`); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, insert); postgres.Constraint(err) == "" {
		return nil, err
	}
	for _, q := range []string{`ROLLBACK TO SAVEPOINT seen`, insert + ` ON CONFLICT (mark) DO NOTHING`} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return nil, err
		}
	}
	var verdicts []verdict
	err := tx.SelectContext(ctx, &verdicts, `
		DELETE FROM import_rows r
		USING import_seen n
		WHERE n.mark = r.mark AND n.line <> r.line
		RETURNING 'duplicate' AS verdict, r.line, n.line AS first, 1 AS rows, r.key, r.state, r.suppressed`)
	return verdicts, err
}

// verdict is what became of a row, or of many alike.
type verdict struct {
	Verdict string `db:"verdict"`
	Line    int    `db:"line"`
	First   int    `db:"first"`
	Rows    int    `db:"rows"`

	Key        string `db:"key"` // of a duplicate, with what it says
	State      string `db:"state"`
	Suppressed string `db:"suppressed"`
}

func (w *importer) count(c chunk, verdicts []verdict) {
	w.counts.Rows += c.total
	wrong := c.total - len(c.rows)
	reports := c.wrong
	for _, v := range verdicts {
		switch v.Verdict {
		case "added":
			w.counts.Added += v.Rows
		case "updated":
			w.counts.Updated += v.Rows
		case "unchanged":
			w.counts.Unchanged += v.Rows
		case "left":
			w.counts.Left += v.Rows
		case "suppressed":
			w.counts.Suppressed += v.Rows
		case "duplicate":
			wrong++
			reports = append(reports, RowError{Line: v.Line, Position: w.emailAt, Column: "email", Reason: fmt.Sprintf("the same address stands in line %d already; keep one of them", v.First)})
		}
	}
	slices.SortStableFunc(reports, func(a, b RowError) int { return a.Line - b.Line })
	for _, e := range reports {
		w.o.Wrong(e)
	}
	w.counts.Wrong += wrong
}
