package subscribers

import (
	"context"
	"database/sql"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"time"
)

// Export writes the readers that f selects as CSV and returns their number. [Store.Import]
// restores the same readers in an empty installation: the columns after csvColumns hold
// suppressions, pauses, evidence of consent and times. A suppressed reader has the status
// "suppressed", so that no program takes the reader for active. Cells that a spreadsheet
// would evaluate as formulas get an apostrophe; see [neutral].
func (s *Store) Export(ctx context.Context, w io.Writer, f Filter) (int, error) {
	zone, err := time.LoadLocation(s.rules.timeZone)
	if err != nil {
		return 0, err
	}
	out := csv.NewWriter(w)
	if err := out.Write(slices.Concat(csvColumns, furtherColumns)); err != nil {
		return 0, err
	}
	total, after := 0, int64(0)
	for n := pageRows; n == pageRows; total += n {
		var page []exported
		n, err = s.pageWith(ctx, f, &after, `SELECT `+subscriberColumns+`, s.consent, x.created_at, COALESCE(x.detail, ''), COALESCE(x.source, '')`+pageTail, func(scan func(...any) (Subscriber, error)) (err error) {
			var r exported
			r.Subscriber, err = scan(&r.consent, &r.suppressedAt, &r.detail, &r.source)
			after = r.ID
			page = append(page, r)
			return err
		})
		if err == nil {
			err = s.addHad(ctx, page)
		}
		for i := 0; i < len(page) && err == nil; i++ {
			err = out.Write(page[i].row(zone))
		}
		if err != nil {
			return total + n, err
		}
	}
	out.Flush()
	return total, out.Error()
}

// exported is a reader with the further data of an export.
type exported struct {
	Subscriber
	consent        string
	suppressedAt   sql.NullTime
	detail, source string    // of the suppression
	had            time.Time // see Events.Had
}

// addHad adds to the readers of a page the times up to which they have received articles.
func (s *Store) addHad(ctx context.Context, page []exported) error {
	ids := make([]int64, len(page))
	for i, r := range page {
		ids[i] = r.ID
	}
	list, err := s.events.Had(ctx, s.db, ids)
	if err != nil {
		return err
	}
	had := make(map[int64]time.Time, len(list))
	for _, start := range list {
		had[start.ID] = start.HadUntil
	}
	for i := range page {
		page[i].had = had[page[i].ID]
	}
	return nil
}

// row returns the columns of a reader for an export.
func (r exported) row(zone *time.Location) []string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format(time.RFC3339Nano)
	}
	status := string(r.State)
	if r.Suppressed != "" && r.State != Left {
		status = suppressedStatus
	}
	p := r.Preferences
	row := []string{
		r.Email, r.Name, exportList(p.Programs), exportList(p.Regions), p.Frequency, p.TimeZone, status,
		p.Format, p.Language, at(r.PausedUntil), at(r.CreatedAt), at(r.ConfirmedAt), at(r.LeftAt), r.consent, string(r.Suppressed), at(r.suppressedAt.Time), r.detail,
		r.source, at(r.had),
	}
	for i, cell := range row {
		row[i] = neutral(cell)
	}
	return row
}

func exportList(slugs []string) string {
	if len(slugs) == 0 {
		return allCell
	}
	return strings.Join(slugs, ";")
}
