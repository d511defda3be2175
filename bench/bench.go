// Package bench holds the project's own benchmarks, each beside a reference that is
// measured in the same run.
package bench

import (
	"io"
	"strings"
	"text/tabwriter"
)

// writeColumns writes rows in columns; the first row is the header.
func writeColumns(w io.Writer, rows [][]string) {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, row := range rows {
		_, _ = io.WriteString(t, strings.Join(row, "\t")+"\n")
	}
	_ = t.Flush()
}
