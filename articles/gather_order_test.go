package articles

import (
	"slices"
	"testing"
	"time"
)

func TestReadingOrder(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 5, n, 0, 0, 0, 0, time.UTC) }
	for _, test := range []struct {
		name  string
		jobs  []candidate
		want  []int
		tried map[string]time.Time
	}{
		{"newest listed first", []candidate{{Changed: day(3)}, {Changed: day(2)}, {Changed: day(1)}}, []int{2, 1, 0}, nil},
		{"any order", []candidate{{Changed: day(2)}, {Changed: day(3)}, {Changed: day(1)}}, []int{2, 0, 1}, nil},
		{"no dates", make([]candidate, 3), []int{2, 1, 0}, nil},
		{"none", nil, []int{}, nil},
		{
			"never tried, then longest ago",
			[]candidate{{URL: "a", Changed: day(1)}, {URL: "b", Changed: day(3)}, {GUID: "c", Changed: day(2)}, {URL: "d", Changed: day(1)}},
			[]int{2, 1, 3, 0},
			map[string]time.Time{"a": day(9), "d": day(8)},
		},
	} {
		if got := readingOrder(test.jobs, test.tried); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
