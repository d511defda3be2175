package subscribers

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/jmoiron/sqlx"
)

// copyPiece is about how many bytes of rows are handed to the driver at once.
const copyPiece = 60_000

// copyRows copies rows into import_rows, in COPY's text format, within the transaction
// that conn is in. Giving the driver each value apart costs a third of an import's own
// time.
func (w *importer) copyRows(ctx context.Context, conn *sqlx.Conn, rows []row) error {
	return conn.Raw(func(dc any) error {
		c, ok := dc.(driver.Conn)
		if !ok {
			return fmt.Errorf("%T is no connection", dc)
		}
		columns := `line, email, key, mark, name, set_id, programs, regions, frequency, time_zone, state`
		rich := slices.ContainsFunc(rows, func(r row) bool { return r.more != further{} })
		if rich { // few files are, and empty fields take their time as well
			columns += `, format, language, paused, created, confirmed, gone, consent, suppressed, suppressed_at, suppressed_detail`
		}
		stmt, err := c.Prepare(`COPY import_rows (` + columns + `) FROM STDIN`)
		if err != nil {
			return err
		}
		err = w.copyTo(ctx, stmt, rows, rich)
		return errors.Join(err, stmt.Close())
	})
}

func (w *importer) copyTo(ctx context.Context, stmt driver.Stmt, rows []row, rich bool) error {
	in, ok := stmt.(interface { // of lib/pq
		CopyData(ctx context.Context, lines string) (driver.Result, error)
		Exec(none []driver.Value) (driver.Result, error)
	})
	if !ok {
		return fmt.Errorf("%T takes no copied data", stmt)
	}
	piece := make([]byte, 0, copyPiece+4096)
	for i, r := range rows {
		piece = appendFields(piece, strconv.Itoa(r.line), r.email, fold(r.email), strconv.FormatInt(r.mark, 10), r.name,
			strconv.FormatInt(w.sets[r.set], 10), strconv.FormatBool(r.programs), strconv.FormatBool(r.regions), r.frequency, r.timeZone, string(r.state))
		if m := r.more; rich {
			piece = append(piece, '\t')
			piece = appendFields(piece, m.format, m.language, m.paused, m.created, m.confirmed, m.left, m.consent, m.suppressed, m.suppressedAt, m.suppress)
		}
		if i == len(rows)-1 || len(piece) >= copyPiece {
			if _, err := in.CopyData(ctx, string(piece)); err != nil { // which ends the last line
				return err
			}
			piece = piece[:0]
			continue
		}
		piece = append(piece, '\n')
	}
	_, err := in.Exec(nil)
	return err
}

// appendFields appends a line of COPY's text format, without its end.
func appendFields(b []byte, fields ...string) []byte {
	for i, f := range fields {
		if i > 0 {
			b = append(b, '\t')
		}
		for j := range len(f) {
			switch c := f[j]; c {
			case '\\':
				b = append(b, '\\', '\\')
			case '\t':
				b = append(b, '\\', 't')
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			default:
				b = append(b, c)
			}
		}
	}
	return b
}
