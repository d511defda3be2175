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

// copyBuffer is the approximate number of bytes that the driver gets at once.
const copyBuffer = 60_000

// copyRows copies rows into import_rows, in the text format of COPY, within the transaction
// of conn. Passing each value to the driver separately would cost a third of the time that
// an import takes in this process.
func (w *importer) copyRows(ctx context.Context, conn *sqlx.Conn, rows []row) error {
	return conn.Raw(func(dc any) error {
		c, ok := dc.(driver.Conn)
		if !ok {
			return fmt.Errorf("%T is no connection", dc)
		}
		columns := `line, email, key, hash, name, set_id, programs, regions, frequency, time_zone, state`
		rich := slices.ContainsFunc(rows, func(r row) bool { return r.more != further{} })
		if rich { // few files have these columns, and empty columns cost time too
			columns += `, format, language, paused, created, confirmed, gone, consent, suppressed, suppressed_at, suppressed_detail, suppressed_source, had`
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
	buffer := make([]byte, 0, copyBuffer+4096)
	for i, r := range rows {
		buffer = appendFields(buffer, strconv.Itoa(r.line), r.email, fold(r.email), strconv.FormatInt(r.hash, 10), r.name,
			strconv.FormatInt(w.sets[r.set], 10), strconv.FormatBool(r.programs), strconv.FormatBool(r.regions), r.frequency, r.timeZone, string(r.state))
		if m := r.more; rich {
			buffer = append(buffer, '\t')
			buffer = appendFields(buffer, m.format, m.language, m.paused, m.created, m.confirmed, m.left, m.consent, string(m.suppressed), m.suppressedAt, m.suppress, m.source, m.had)
		}
		if i == len(rows)-1 || len(buffer) >= copyBuffer {
			if _, err := in.CopyData(ctx, string(buffer)); err != nil { // CopyData ends the last line
				return err
			}
			buffer = buffer[:0]
			continue
		}
		buffer = append(buffer, '\n')
	}
	_, err := in.Exec(nil)
	return err
}

// appendFields appends a line in the text format of COPY, without the line break.
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
