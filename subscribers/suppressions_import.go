package subscribers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// SuppressionImport are the options of [Store.ImportSuppressions].
type SuppressionImport struct {
	Encoding string // as in the WHATWG standard; empty: recognised
	Reason   Reason // of rows that name none
	Now      time.Time
	Notice   func(remark string) // told remarks about the whole file
	Wrong    func(e RowError)    // told of each wrong row
}

// ImportedSuppressions are the counts of an import. An address counts as a row.
type ImportedSuppressions struct {
	Rows  int `json:"rows"`
	Added int `json:"added"` // suppressed now, or for a reason that lifting bounces does not lift
	Known int `json:"known"` // suppressed before
	Wrong int `json:"wrong"`
}

// suppressionsAtOnce is the number of rows that one transaction writes.
const suppressionsAtOnce = 1000

// ImportSuppressions suppresses the addresses of a file: an export of suppressions, CSV of
// another tool, or a list of addresses. It lifts no suppression and may be repeated. Wrong
// rows are reported and counted, and the others are imported. An error concerns the whole
// file or the database.
func (s *Store) ImportSuppressions(ctx context.Context, r io.Reader, o SuppressionImport) (counts ImportedSuppressions, err error) {
	if _, err := readReason(string(o.Reason)); err != nil {
		return counts, Invalid{{"reason", err.Error()}}
	}
	f, remark, err := newSuppressionReader(r, o.Encoding, o.Reason)
	if remark != "" {
		o.Notice(remark)
	}
	if err != nil {
		return counts, err
	}
	w := suppressionWriter{store: s, now: o.Now}
	if w.former, err = s.formerHashesKept(ctx); err != nil {
		return counts, err
	}
	for err == nil {
		var rows []suppressionRow
		var wrong []RowError
		rows, wrong, err = f.next()
		for _, e := range wrong {
			o.Wrong(e)
		}
		counts.Wrong += len(wrong)
		counts.Rows += len(wrong) + len(rows)
		w.rows = append(w.rows, rows...)
		if len(w.rows) >= suppressionsAtOnce || err != nil {
			err = errors.Join(err, w.flush(ctx, &counts))
		}
	}
	if errors.Is(err, io.EOF) {
		err = w.findReaders(ctx)
	}
	return counts, err
}

// suppressionWriter writes the rows of an import.
type suppressionWriter struct {
	store  *Store
	now    time.Time
	former map[string]bool // hashes of suppressions that may be former hashes
	rows   []suppressionRow
	hashes [][]byte // of all rows without an address
}

// flush writes the rows and counts them.
func (w *suppressionWriter) flush(ctx context.Context, counts *ImportedSuppressions) error {
	rows := w.rows
	w.rows = nil
	if len(rows) == 0 {
		return nil
	}
	var added int64
	err := w.store.db.InTx(ctx, func(tx *sqlx.Tx) (err error) {
		added, err = w.writeTx(ctx, tx, rows)
		return err
	})
	if err != nil {
		return fmt.Errorf("subscribers: importing suppressions: %w", err)
	}
	counts.Added += int(added)
	counts.Known += len(rows) - int(added)
	return nil
}

func (w *suppressionWriter) writeTx(ctx context.Context, tx *sqlx.Tx, rows []suppressionRow) (added int64, err error) {
	var named, hashed suppressionArrays
	seen := map[string]bool{}
	for _, r := range rows {
		if seen[string(r.hash)] {
			continue
		}
		seen[string(r.hash)] = true
		if r.source == "" {
			r.source = "import"
		}
		if r.at.IsZero() || r.at.After(w.now) {
			r.at = w.now
		}
		if r.folded == "" {
			hashed.add(r)
			w.hashes = append(w.hashes, r.hash)
			continue
		}
		if slices.ContainsFunc(formerHashes(r.folded), func(hash []byte) bool { return w.former[string(hash)] }) {
			if err := adoptHashTx(ctx, tx, r.folded); err != nil {
				return 0, err
			}
		}
		named.add(r)
	}
	for _, write := range []struct {
		rows suppressionArrays
		do   func(context.Context, *sqlx.Tx) (int64, error)
	}{{named, named.writeNamedTx}, {hashed, hashed.writeHashedTx}} {
		if len(write.rows.reasons) == 0 {
			continue
		}
		n, err := write.do(ctx, tx)
		if err != nil {
			return 0, err
		}
		added += n
	}
	return added, nil
}

// findReaders finds the readers of suppressions without an address, so that deliveries that
// are planned already are skipped. It reads all readers once.
func (w *suppressionWriter) findReaders(ctx context.Context) error {
	if len(w.hashes) == 0 {
		return nil
	}
	if _, err := w.store.db.ExecContext(ctx, `
		UPDATE suppressions x SET subscriber_id = s.id FROM subscribers s
		WHERE x.address_hash = ANY ($1) AND x.subscriber_id IS NULL AND `+SuppressionOf, pq.ByteaArray(w.hashes)); err != nil {
		return fmt.Errorf("subscribers: finding the readers of imported suppressions: %w", err)
	}
	return nil
}

// suppressionArrays are rows as arrays of a statement.
type suppressionArrays struct {
	hashes                                    [][]byte
	folded, emails, reasons, details, sources []string
	at                                        []time.Time
	former                                    []bool
}

func (a *suppressionArrays) add(r suppressionRow) {
	a.hashes, a.folded, a.emails = append(a.hashes, r.hash), append(a.folded, r.folded), append(a.emails, r.email)
	a.reasons, a.details, a.sources = append(a.reasons, string(r.reason)), append(a.details, r.detail), append(a.sources, r.source)
	a.at, a.former = append(a.at, r.at), append(a.former, r.former)
}

// writeNamedTx writes suppressions of addresses, in the order of [SuppressBouncedTx]. Like a
// complaint, a request replaces a suppression because of bounces, which can be lifted.
func (a *suppressionArrays) writeNamedTx(ctx context.Context, tx *sqlx.Tx) (int64, error) {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO suppressions AS x (address_hash, email, subscriber_id, reason, detail, source, created_at)
		SELECT sha256(convert_to(r.folded, 'UTF8')), CASE WHEN r.reason <> 'erased' THEN r.email END, s.id, r.reason, r.detail, r.source, r.at
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[]) AS r (folded, email, reason, detail, source, at)
		LEFT JOIN subscribers s ON s.folded = r.folded
		ORDER BY r.folded
		ON CONFLICT (address_hash) DO UPDATE
		SET reason = EXCLUDED.reason, detail = EXCLUDED.detail, source = EXCLUDED.source, event = '', created_at = EXCLUDED.created_at
		WHERE x.reason IN ('hard_bounce', 'soft_bounces') AND x.email IS NOT NULL AND EXCLUDED.reason IN ('complaint', 'asked', 'staff')`,
		pq.Array(a.folded), pq.Array(a.emails), pq.Array(a.reasons), pq.Array(a.details), pq.Array(a.sources), pq.Array(a.at))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// writeHashedTx writes suppressions without an address.
func (a *suppressionArrays) writeHashedTx(ctx context.Context, tx *sqlx.Tx) (int64, error) {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO suppressions (address_hash, reason, detail, source, created_at, former)
		SELECT hash, reason, detail, source, at, former
		FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::boolean[]) AS r (hash, reason, detail, source, at, former)
		ORDER BY hash
		ON CONFLICT (address_hash) DO NOTHING`,
		pq.ByteaArray(a.hashes), pq.Array(a.reasons), pq.Array(a.details), pq.Array(a.sources), pq.Array(a.at), pq.Array(a.former))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
