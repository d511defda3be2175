package subscribers

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNeutralCellsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"'", "=", "+", "-", "@", ";", " ", "a", "＝", "\"", "\u00a0", "\t", "\r", "é"}), 0, 8).Draw(t, "cell"), "")
		safe := neutral(cell)
		if got := plain(safe); got != cell {
			t.Fatalf("%q is written as %q and read as %q", cell, safe, got)
		}
		for part := range strings.SplitSeq(safe, ";") {
			if part = strings.TrimLeft(part, " \"\u00a0"); part != "" && strings.ContainsRune(formulaStarts, []rune(part)[0]) {
				t.Fatalf("%q is written as %q, which runs", cell, safe)
			}
		}
	})
}
