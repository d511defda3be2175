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
		n, err = s.pageWith(ctx, f, &after, `SELECT `+subscriberColumns+`, s.consent, x.created_at, COALESCE(x.detail, '')`+pageTail, func(scan func(...any) (Subscriber, error)) error {
			var consent, detail string
			var suppressedAt sql.NullTime
			r, err := scan(&consent, &suppressedAt, &detail)
			if err != nil {
				return err
			}
			after = r.ID
			return out.Write(exportRow(r, consent, suppressedAt.Time, detail, zone))
		})
		if err != nil {
			return total + n, err
		}
	}
	out.Flush()
	return total, out.Error()
}

// exportRow returns the columns of a reader for an export.
func exportRow(r Subscriber, consent string, suppressedAt time.Time, detail string, zone *time.Location) []string {
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
		p.Format, p.Language, at(r.PausedUntil), at(r.CreatedAt), at(r.ConfirmedAt), at(r.LeftAt), consent, string(r.Suppressed), at(suppressedAt), detail,
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
