package subscribers

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
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
	rows, err := s.db.QueryContext(ctx, `
		SELECT `+subscriberColumns+`
		FROM `+subscriberTables+`
		WHERE s.id > $1 AND ($2 = '' OR s.state = $2) AND ($3 = '' OR s.frequency = $3)
			AND ($4 = '' OR $4 = ANY (p.programs)) AND ($5 = '' OR $5 = ANY (p.regions)) AND (NOT $6 OR x.reason IS NOT NULL)
		ORDER BY s.id
		LIMIT $7`, *after, string(f.State), f.Frequency, f.Program, f.Region, f.Suppressed, pageRows)
	if err != nil {
		return 0, fmt.Errorf("subscribers: listing readers: %w", err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		r, err := scanSubscriber(rows)
		if err != nil {
			return n, err
		}
		n, *after = n+1, r.ID
		if err := fn(r); err != nil {
			return n, err
		}
	}
	if err := rows.Err(); err != nil {
		return n, fmt.Errorf("subscribers: listing readers: %w", err)
	}
	return n, nil
}

// Export writes the readers that f chooses as CSV, as Import reads them.
func (s *Store) Export(ctx context.Context, w io.Writer, f Filter) (int, error) {
	out := csv.NewWriter(w)
	if err := out.Write(csvColumns); err != nil {
		return 0, err
	}
	n := 0
	err := s.Each(ctx, f, func(r Subscriber) error {
		n++
		p := r.Preferences
		return out.Write([]string{r.Email, r.Name, strings.Join(p.Programs, ";"), strings.Join(p.Regions, ";"), p.Frequency, p.TimeZone, string(r.State)})
	})
	if err != nil {
		return n, err
	}
	out.Flush()
	return n, out.Error()
}
