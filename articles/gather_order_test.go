package articles

import (
	"slices"
	"testing"
	"time"
)

func TestOlderPiecesAreReadFirst(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 5, n, 0, 0, 0, 0, time.UTC) }
	for _, test := range []struct {
		name string
		jobs []candidate
		want []int
	}{
		{"newest listed first", []candidate{{Changed: day(3)}, {Changed: day(2)}, {Changed: day(1)}}, []int{2, 1, 0}},
		{"any order", []candidate{{Changed: day(2)}, {Changed: day(3)}, {Changed: day(1)}}, []int{2, 0, 1}},
		{"no dates", make([]candidate, 3), []int{2, 1, 0}},
		{"none", nil, []int{}},
	} {
		if got := oldestFirst(test.jobs); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
