package subscribers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"

	"github.com/jmoiron/sqlx"
	"golang.org/x/sync/errgroup"
)

// chunkRows is the number of rows that are written together. After a crash a second run of
// the import finds the rows of earlier chunks unchanged.
const chunkRows = 20_000

// Import imports readers from a CSV file in one pass and constant memory. Invalid rows are
// reported and counted, and the other rows are imported. A reader that has left or is
// suppressed does not come back. An error concerns the whole file or the database; the
// counts are then those of the chunks that were written.
func (s *Store) Import(ctx context.Context, r io.Reader, o ImportOptions) (Imported, error) {
	if o.Wrong == nil {
		o.Wrong = func(RowError) {}
	}
	if o.Notice == nil {
		o.Notice = func(string) {}
	}
	if o.Planned == nil {
		o.Planned = func(PlannedRow) {}
	}
	if o.Done == nil {
		o.Done = func(int) {}
	}
	file, remarks, err := newCSVReader(r, s.rules, o.FileOptions)
	for _, remark := range remarks {
		o.Notice(remark)
	}
	if err != nil {
		return Imported{}, err
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

// chunk is up to chunkRows rows of a file: the valid rows, and the errors of the others.
type chunk struct {
	rows  []row
	wrong []RowError
	total int  // number of rows, valid and invalid
	whole bool // the chunk is the whole file; its readers are added in the file's order
}

// chunks sends the chunks of the file to out. The rows before an error are sent too.
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

// lanes is the number of connections that share an import, so that it uses two cores. All
// rows of one address take the same lane, which therefore sees the duplicates.
const lanes = 2

// importer writes chunks. Each of its connections has the temporary tables import_rows and
// import_seen.
type importer struct {
	store   *Store
	o       ImportOptions
	conns   [lanes]*sqlx.Conn
	sets    map[setKey]int64
	merge   string
	repeats bool // the tool writes several rows for a person
	emailAt int  // position of the column email, from 1
	consent string
	seed    maphash.Seed
	former  map[string]bool // hashes of suppressions that may be former hashes
	counts  Imported
}

func (s *Store) newImporter(ctx context.Context, file *csvReader, o ImportOptions) (*importer, error) {
	proof := consent{At: &o.Now, How: "import"}
	if file.tool.name != spreadsheet.name {
		proof.From = file.tool.name
	}
	evidence, err := json.Marshal(proof)
	if err != nil {
		return nil, err
	}
	w := &importer{
		store: s, o: o, sets: map[setKey]int64{}, consent: string(evidence),
		merge: mergeRows, repeats: file.tool.repeats, emailAt: file.position["email"] + 1, seed: maphash.MakeSeed(),
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
					line integer NOT NULL, email text NOT NULL, key text NOT NULL, hash bigint NOT NULL, name text NOT NULL, set_id bigint NOT NULL,
					programs boolean NOT NULL, regions boolean NOT NULL, frequency text NOT NULL, time_zone text NOT NULL, state text NOT NULL,
					format text NOT NULL DEFAULT '', language text NOT NULL DEFAULT '', paused text NOT NULL DEFAULT '', created text NOT NULL DEFAULT '',
					confirmed text NOT NULL DEFAULT '', gone text NOT NULL DEFAULT '', consent text NOT NULL DEFAULT '', suppressed text NOT NULL DEFAULT '',
					suppressed_at text NOT NULL DEFAULT '', suppressed_detail text NOT NULL DEFAULT '',
					suppressed_source text NOT NULL DEFAULT '', had text NOT NULL DEFAULT '') ON COMMIT DELETE ROWS;
				CREATE TEMPORARY TABLE import_seen (hash bigint PRIMARY KEY, line integer NOT NULL)`)
		}
		if err != nil {
			w.close()
			return nil, fmt.Errorf("subscribers: importing: %w", err)
		}
	}
	return w, nil
}

// close drops the temporary tables and returns the connections.
func (w *importer) close() {
	for _, conn := range w.conns {
		if conn != nil {
			_, _ = conn.ExecContext(context.Background(), `DROP TABLE IF EXISTS import_rows, import_seen`)
			_ = conn.Close()
		}
	}
}
