package subscribers

import (
	"fmt"
	"slices"
	"time"
)

// ImportOptions configure an import.
type ImportOptions struct {
	FileOptions
	DryRun bool      // check all rows, write nothing
	Now    time.Time // the present time, for the evidence of consent

	// HadUntil is the time up to which new readers have received everything from another tool,
	// unless the column had_until says another. Zero: their first digest is like any other.
	HadUntil time.Time

	Wrong  func(RowError) // called for each error in a row, in the file's order
	Notice func(string)   // called with a remark about the whole file

	// Planned is called in a dry run for each valid row, in the file's order.
	Planned func(PlannedRow)

	Done func(rows int) // called after each chunk with the number of rows so far
}

// PlannedRow says what an import would make of a row.
type PlannedRow struct {
	Line       int    `json:"line"`
	Email      string `json:"email"`
	Result     string `json:"result"` // added, updated, unchanged, left or suppressed, as Imported counts it
	State      State  `json:"state"`  // of the reader afterwards
	Suppressed Reason `json:"suppressed"`
}

// Imported counts the results of a file's rows. Every row counts in exactly one of Added,
// Updated, Unchanged, Left, Suppressed and Wrong.
type Imported struct {
	Rows       int `json:"rows"`
	Added      int `json:"added"`
	Updated    int `json:"updated"`
	Unchanged  int `json:"unchanged"`
	Left       int `json:"left"`       // rows of readers that have left, which stay left
	Suppressed int `json:"suppressed"` // rows with a suppressed address
	Wrong      int `json:"wrong"`
}

// verdict is the result of one row, or the number of rows with the same result.
type verdict struct {
	Verdict string `db:"verdict"`
	Line    int    `db:"line"`
	First   int    `db:"first"`
	Rows    int    `db:"rows"`

	// Of a duplicate: its folded address, and its opt-out, which holds although the earlier
	// row counts.
	Key        string `db:"key"`
	State      string `db:"state"`
	Suppressed string `db:"suppressed"`
	Email      string `db:"email"` // in a dry run
}

func (w *importer) count(c chunk, verdicts []verdict) {
	w.counts.Rows += c.total
	wrong := c.total - len(c.rows)
	reports := c.wrong
	if w.o.DryRun {
		slices.SortFunc(verdicts, func(a, b verdict) int { return a.Line - b.Line })
	}
	for _, v := range verdicts {
		if w.o.DryRun && v.Email != "" {
			w.o.Planned(PlannedRow{v.Line, v.Email, v.Verdict, State(v.State), Reason(v.Suppressed)})
		}
		switch v.Verdict {
		case "added":
			w.counts.Added += v.Rows
		case "updated":
			w.counts.Updated += v.Rows
		case "unchanged":
			w.counts.Unchanged += v.Rows
		case "left":
			w.counts.Left += v.Rows
		case "suppressed":
			w.counts.Suppressed += v.Rows
		case "duplicate":
			if w.repeats {
				w.counts.Unchanged++
				continue
			}
			wrong++
			reports = append(reports, RowError{Line: v.Line, Position: w.emailAt, Column: "email", Reason: fmt.Sprintf("the same address is also in line %d; keep one of them", v.First)})
		}
	}
	slices.SortStableFunc(reports, func(a, b RowError) int { return a.Line - b.Line })
	for _, e := range reports {
		w.o.Wrong(e)
	}
	w.counts.Wrong += wrong
}
