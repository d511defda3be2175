package subscribers

import (
	"context"
	"fmt"
)

// pageRows is how many readers one query of a listing returns. Short queries leave no
// old snapshot beside the sender, however slowly the listing is read.
const pageRows = 5000

// Filter chooses readers for a listing; what is empty chooses all.
type Filter struct {
	State      State
	Frequency  string
	Program    string // readers who named it
	Region     string
	Suppressed bool // only those who must not be written to
}

// Each calls fn for every reader that f chooses, in the order they came. Readers who
// come or change meanwhile may or may not be seen.
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

// page calls fn for the next readers after the id *after, and moves it on.
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

// pageTail is the rest of a statement that selects one page of a listing.
const pageTail = `
		FROM ` + subscriberTables + `
		WHERE s.id > $1 AND ($2 = '' OR s.state = $2) AND ($3 = '' OR s.frequency = $3)
			AND ($4 = '' OR $4 = ANY (p.programs)) AND ($5 = '' OR $5 = ANY (p.regions)) AND (NOT $6 OR x.reason IS NOT NULL)
		ORDER BY s.id
		LIMIT $7`

// pageWith calls fn for each row of query, which selects subscriberColumns and pageTail.
// fn gets a function that scans a reader, and further columns behind it, and moves *after on.
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
