package subscribers

import (
	"context"
	"fmt"
)

// pageRows is the number of readers that one query of a listing returns. Short queries hold
// no old snapshot, which would slow down the sender, even when the listing is read slowly.
const pageRows = 5000

// Filter selects readers for a listing. An empty field selects all readers.
type Filter struct {
	State      State
	Frequency  string
	Program    string // readers with this program in their preference set
	Region     string
	Suppressed bool // only suppressed readers
}

// Each calls fn for every reader that f selects, by ascending id. It may miss readers that
// are added or changed meanwhile.
func (s *Store) Each(ctx context.Context, f Filter, fn func(Subscriber) error) error {
	var after int64
	for {
		n, err := s.page(ctx, f, &after, fn)
		if err != nil {
			return err
		}
		if n < pageRows {
			return nil
		}
	}
}

// page calls fn for the next readers after the id *after, sets *after to the last id, and
// returns the number of readers.
func (s *Store) page(ctx context.Context, f Filter, after *int64, fn func(Subscriber) error) (int, error) {
	return s.pageWith(ctx, f, after, `SELECT `+subscriberColumns+pageTail, func(scan func(...any) (Subscriber, error)) error {
		r, err := scan()
		if err != nil {
			return err
		}
		*after = r.ID
		return fn(r)
	})
}

// pageTail is the statement for one page of a listing without its columns.
const pageTail = `
		FROM ` + subscriberTables + `
		WHERE s.id > $1 AND ($2 = '' OR s.state = $2) AND ($3 = '' OR s.frequency = $3)
			AND ($4 = '' OR $4 = ANY (p.programs)) AND ($5 = '' OR $5 = ANY (p.regions)) AND (NOT $6 OR x.reason IS NOT NULL)
		ORDER BY s.id
		LIMIT $7`

// pageWith calls fn for each row of query, which consists of SELECT, subscriberColumns,
// optional further columns, and pageTail. fn calls scan with the destinations of the
// further columns, and advances *after. pageWith returns the number of rows.
func (s *Store) pageWith(ctx context.Context, f Filter, after *int64, query string, fn func(scan func(...any) (Subscriber, error)) error) (int, error) {
	rows, err := s.db.QueryContext(ctx, query, *after, string(f.State), f.Frequency, f.Program, f.Region, f.Suppressed, pageRows)
	if err != nil {
		return 0, fmt.Errorf("subscribers: listing readers: %w", err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		n++
		if err := fn(func(more ...any) (Subscriber, error) { return scanSubscriber(rows, more...) }); err != nil {
			return n, err
		}
	}
	if err := rows.Err(); err != nil {
		return n, fmt.Errorf("subscribers: listing readers: %w", err)
	}
	return n, nil
}

// CountActive returns the number of active readers, paused ones included.
func (s *Store) CountActive(ctx context.Context) (n int64, err error) {
	if err := s.db.GetContext(ctx, &n, `SELECT count(*) FROM subscribers WHERE state = 'active'`); err != nil {
		return 0, fmt.Errorf("subscribers: counting active readers: %w", err)
	}
	return n, nil
}
