package subscribers

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// maxFormerLetters limits the number of spellings of an address to 2 to this power.
const maxFormerLetters = 5

// formerHashes returns the hashes that older suppressions of a folded address may have,
// beside its present hash. Formerly the database folded addresses, and lower() with a
// Turkish collation turns "I" into "ı". So each "i" of the local part may have become "ı".
// The domain was always folded by ParseAddress. For more than maxFormerLetters letters only
// two spellings are tried.
func formerHashes(folded string) [][]byte {
	local, domain, _ := strings.Cut(folded, "@")
	parts := strings.Split(local, "i")
	n := len(parts) - 1
	if n == 0 {
		return nil
	}
	if n > maxFormerLetters { // all in upper case, or only the first letter of the address
		spellings := []string{strings.ReplaceAll(local, "i", "ı")}
		if strings.HasPrefix(local, "i") {
			spellings = append(spellings, "ı"+local[1:])
		}
		var hashes [][]byte
		for _, s := range spellings {
			hashes = append(hashes, addressHash(s+"@"+domain))
		}
		return hashes
	}
	hashes := make([][]byte, 0, 1<<n-1)
	for large := 1; large < 1<<n; large++ {
		var b strings.Builder
		b.WriteString(parts[0])
		for i, part := range parts[1:] {
			if large>>i&1 == 1 {
				b.WriteString("ı")
			} else {
				b.WriteByte('i')
			}
			b.WriteString(part)
		}
		hashes = append(hashes, addressHash(b.String()+"@"+domain))
	}
	return hashes
}

// adoptHashTx replaces a former hash of a folded address in suppressions by the present
// hash, so that every statement on suppressions finds it.
func adoptHashTx(ctx context.Context, tx *sqlx.Tx, folded string) error {
	hashes := formerHashes(folded)
	if len(hashes) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		WITH found AS (
			DELETE FROM suppressions WHERE former AND address_hash = ANY ($2)
			RETURNING reason, detail, created_at)
		INSERT INTO suppressions (address_hash, subscriber_id, reason, detail, created_at)
		SELECT $1, (SELECT id FROM subscribers WHERE folded = $3), reason, detail, created_at
		FROM found ORDER BY reason IN ('hard_bounce', 'soft_bounces', 'erased'), created_at LIMIT 1
		ON CONFLICT (address_hash) DO NOTHING`, addressHash(folded), pq.ByteaArray(hashes), folded)
	if err != nil {
		return fmt.Errorf("subscribers: adopting a suppression: %w", err)
	}
	return nil
}

// adoptHashes calls adoptHashTx for the addresses of rows that have a hash in w.former.
func (w *importer) adoptHashes(ctx context.Context, rows []row) error {
	if len(w.former) == 0 {
		return nil
	}
	for _, r := range rows {
		folded := fold(r.email)
		for _, hash := range formerHashes(folded) {
			if !w.former[string(hash)] {
				continue
			}
			if err := w.store.db.InTx(ctx, func(tx *sqlx.Tx) error { return adoptHashTx(ctx, tx, folded) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// formerHashesKept returns the hashes of suppressions that may be former hashes.
func (s *Store) formerHashesKept(ctx context.Context) (map[string]bool, error) {
	var hashes [][]byte
	if err := s.db.SelectContext(ctx, &hashes, `SELECT address_hash FROM suppressions WHERE former`); err != nil {
		return nil, fmt.Errorf("subscribers: reading suppressions: %w", err)
	}
	known := make(map[string]bool, len(hashes))
	for _, hash := range hashes {
		known[string(hash)] = true
	}
	return known, nil
}

// TellMerged writes a line for each reader that the migration to folded addresses merged
// with another reader, because two spellings became one address. The first call after the
// migration writes the lines, and later calls write nothing. If the program ends during the
// first call, the next call may repeat a line.
func (s *Store) TellMerged(ctx context.Context, w io.Writer) error {
	var told bool
	if err := s.db.GetContext(ctx, &told, `SELECT NOT EXISTS (SELECT FROM merged_readers WHERE email IS NOT NULL)`); err != nil || told {
		return notFound(err, "reading merged readers")
	}
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var merged []struct {
			Email string `db:"email"`
			Kept  string `db:"kept"`
			State string `db:"state"`
		}
		err := tx.SelectContext(ctx, &merged, `
			UPDATE merged_readers m SET email = NULL
			FROM merged_readers old
			JOIN subscribers s ON s.id = old.subscriber_id
			LEFT JOIN suppressions x ON `+SuppressionOf+`
			WHERE m.id = old.id AND old.email IS NOT NULL
			RETURNING old.email, s.email AS kept, CASE
				WHEN x.reason IS NOT NULL THEN 'suppressed (' || x.reason || ')'
				WHEN s.state = 'active' AND s.paused_until > now() THEN 'paused' ELSE s.state END AS state`)
		if err != nil {
			return fmt.Errorf("subscribers: reading merged readers: %w", err)
		}
		for _, m := range merged {
			if _, err := fmt.Fprintf(w, "readers %s and %s had one address and are one reader now, %s: %s\n", m.Kept, m.Email, m.Kept, m.State); err != nil {
				return err
			}
		}
		return nil
	})
}

// FormerIDs returns the ids of the readers that were merged into the reader with the given
// id. Deliveries and signed links may still have them.
func FormerIDs(ctx context.Context, q sqlx.QueryerContext, id int64) (ids []int64, err error) {
	if err := sqlx.SelectContext(ctx, q, &ids, `SELECT id FROM merged_readers WHERE subscriber_id = $1`, id); err != nil {
		return nil, fmt.Errorf("subscribers: reading merged readers: %w", err)
	}
	return ids, nil
}
