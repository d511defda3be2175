package subscribers

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"golang.org/x/sync/errgroup"
)

// write writes one chunk, in one transaction for each lane.
func (w *importer) write(ctx context.Context, c chunk) error {
	if err := w.intern(ctx, c.rows); err != nil {
		return err
	}
	if err := w.adoptHashes(ctx, c.rows); err != nil {
		return err
	}
	var shares [lanes][]row
	for _, r := range c.rows {
		if r.more.had == "" && !w.o.HadUntil.IsZero() {
			r.more.had = w.o.HadUntil.UTC().Format(time.RFC3339Nano)
		}
		r.hash = int64(maphash.String(w.seed, fold(r.email)))
		lane := uint64(r.hash) % lanes
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

// writeShare writes the rows of one lane of a chunk. Readers sign up and change their
// preferences meanwhile. When such a change collides with the transaction, writeShare
// repeats it with a lock on subscribers, which takes a fraction of a second.
func (w *importer) writeShare(ctx context.Context, conn *sqlx.Conn, rows []row) (verdicts []verdict, err error) {
	verdicts, err = w.writeOnce(ctx, conn, rows, false)
	var failure *pq.Error
	// 40P01: a deadlock; 23502: another transaction has just inserted a preference set.
	again := errors.As(err, &failure) && (failure.Code == "40P01" || failure.Code == "23502")
	if again || postgres.Constraint(err) == "subscribers_email" {
		return w.writeOnce(ctx, conn, rows, true)
	}
	return verdicts, err
}

// intern fills w.sets with the ids of all preference sets of rows. It has its own
// transactions, so that the ids stay valid when the chunk's transaction is rolled back.
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
	// The temporary table has no statistics. Without these settings the planner may read
	// the whole table subscribers for each chunk.
	if _, err := tx.ExecContext(ctx, `SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off`); err != nil {
		return nil, err
	}
	verdicts, err := dropDuplicates(ctx, tx)
	if err != nil {
		return nil, err
	}
	args := []any{w.o.Now, w.consent, w.store.rules.timeZone}
	var before int64
	if err := tx.GetContext(ctx, &before, `SELECT COALESCE(max(id), 0) FROM subscribers`); err != nil {
		return nil, err
	}
	var merged []verdict
	if err := tx.SelectContext(ctx, &merged, w.merge, args...); err != nil {
		return nil, err
	}
	if !w.o.DryRun {
		err = w.finish(ctx, tx, rows, before)
	}
	if err != nil {
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

// finish suppresses the addresses of rows with a suppression, and tells what new readers
// had received before. before is the greatest id before the merge.
func (w *importer) finish(ctx context.Context, tx *sqlx.Tx, rows []row, before int64) error {
	if slices.ContainsFunc(rows, func(r row) bool { return r.more.suppressed != "" }) {
		if _, err := tx.ExecContext(ctx, suppressRows, w.o.Now); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(rows, func(r row) bool { return r.more.had != "" }) {
		return nil
	}
	var readers []Start
	if err := tx.SelectContext(ctx, &readers, startedRows, before); err != nil {
		return err
	}
	return w.store.events.MovedIn(ctx, tx, readers)
}

// dropDuplicates deletes from import_rows the rows with an address that occurs earlier in
// the file, and returns their verdicts. import_seen holds hashes of 64 bits instead of
// addresses, to be small. The hashes are inserted in order, so that the index is written
// page by page.
func dropDuplicates(ctx context.Context, tx *sqlx.Tx) ([]verdict, error) {
	// Most files have no duplicates, and ON CONFLICT costs more than a plain insert. So it is
	// used only after the plain insert has failed.
	const insert = `INSERT INTO import_seen (hash, line) SELECT hash, line FROM import_rows ORDER BY hash, line`
	if _, err := tx.ExecContext(ctx, `SAVEPOINT seen`); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, insert); postgres.Constraint(err) == "" {
		return nil, err
	}
	for _, q := range []string{`ROLLBACK TO SAVEPOINT seen`, insert + ` ON CONFLICT (hash) DO NOTHING`} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return nil, err
		}
	}
	var verdicts []verdict
	err := tx.SelectContext(ctx, &verdicts, `
		DELETE FROM import_rows r
		USING import_seen n
		WHERE n.hash = r.hash AND n.line <> r.line
		RETURNING 'duplicate' AS verdict, r.line, n.line AS first, 1 AS rows, r.key, r.state, r.suppressed`)
	return verdicts, err
}
