package editions

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestChoose(t *testing.T) {
	candidates := []Candidate{
		{ID: 1, ReleaseNo: 11, Programs: []string{"eep"}},
		{ID: 2, ReleaseNo: 12, Programs: []string{"spp"}},
		{ID: 3, ReleaseNo: 13, Programs: []string{"eep", "spp"}},
		{ID: 4, ReleaseNo: 14},
		{ID: 5, ReleaseNo: 15, Programs: []string{"eep"}, Regions: []string{"ca"}},
	}
	for _, tt := range []struct {
		name  string
		group Group
		limit int
		want  Choice
	}{
		{"everything, newest first", Group{}, 20, Choice{[]int64{5, 4, 3, 2, 1}, 5}},
		{"since a number", Group{Seen: 13}, 20, Choice{[]int64{5, 4}, 2}},
		{"capped, the rest is kept", Group{}, 2, Choice{[]int64{5, 4, 3, 2, 1}, 2}},
		{"one program", Group{Programs: []string{"eep"}}, 20, Choice{[]int64{5, 3, 1}, 3}},
		{"not what they had", Group{Had: []int64{5, 1}}, 20, Choice{[]int64{4, 3, 2}, 3}},
		{"what did not arrive", Group{Seen: 14, Missed: []int64{1, 2}, Programs: []string{"eep"}}, 20, Choice{[]int64{5, 1}, 2}},
		{"nothing", Group{Seen: 15}, 20, Choice{nil, 0}},
		{"a limit of nothing still shows one", Group{Seen: 14}, 0, Choice{[]int64{5}, 1}},
	} {
		if diff := cmp.Diff(tt.want, Choose(candidates, tt.group, tt.limit)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// An article is chosen if and only if it is due, matches and was not sent before.
func TestChooseProperty(t *testing.T) {
	slugs := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3, rapid.ID)
	ids := rapid.SliceOfNDistinct(rapid.Int64Range(1, 12), 0, 5, rapid.ID)
	rapid.Check(t, func(t *rapid.T) {
		var candidates []Candidate
		for i, no := range rapid.SliceOfNDistinct(rapid.Int64Range(1, 100), 0, 12, rapid.ID).Draw(t, "numbers") {
			at := monday.Add(time.Duration(rapid.IntRange(0, 10).Draw(t, "hour")) * time.Hour)
			candidates = append(candidates, Candidate{ID: int64(i + 1), ReleaseNo: no, At: at, Programs: slugs.Draw(t, "programs"), Regions: slugs.Draw(t, "regions")})
		}
		since := rapid.SampledFrom([]time.Time{{}, monday, monday.Add(5 * time.Hour)}).Draw(t, "since")
		g := Group{slugs.Draw(t, "set programs"), slugs.Draw(t, "set regions"), rapid.Int64Range(0, 100).Draw(t, "seen"), since, ids.Draw(t, "missed"), ids.Draw(t, "had")}
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		got := Choose(candidates, g, limit)
		shares := func(labels, chosen []string) bool {
			return len(chosen) == 0 || slices.ContainsFunc(labels, func(l string) bool { return slices.Contains(chosen, l) })
		}
		for _, c := range candidates {
			want := shares(c.Programs, g.Programs) && shares(c.Regions, g.Regions) && !slices.Contains(g.Had, c.ID) &&
				(c.ReleaseNo > g.Seen && c.At.After(g.Since) || slices.Contains(g.Missed, c.ID))
			if got := slices.Contains(got.Articles, c.ID); got != want {
				t.Fatalf("article %+v for %+v: chosen %v, want %v", c, g, got, want)
			}
		}
		if got.Shown > limit || got.Shown > len(got.Articles) || (got.Shown < len(got.Articles) && got.Shown < limit) {
			t.Fatalf("shows %d of %d with a limit of %d", got.Shown, len(got.Articles), limit)
		}
	})
}

// TestOrderOfDigest: articles of one gather stand by their dates, and an article that was
// held for a week with the day of its release.
func TestOrderOfDigest(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }
	candidates := []Candidate{
		{ID: 1, ReleaseNo: 1, At: at(4, 9), Date: at(4, 8)}, // the newest stands first in its source
		{ID: 2, ReleaseNo: 2, At: at(4, 9), Date: at(4, 2)},
		{ID: 3, ReleaseNo: 3, At: at(4, 9), Date: at(3, 20)},
		{ID: 4, ReleaseNo: 4, At: at(5, 9), Date: at(2, 1)}, // held
		{ID: 5, ReleaseNo: 5, At: at(5, 10), Date: at(5, 10)},
		{ID: 6, ReleaseNo: 6, At: at(5, 10), Date: at(5, 10)},
		{ID: 7, ReleaseNo: 7, At: at(1, 1), Date: at(1, 1)}, // of a first gather
	}
	if got, want := Choose(candidates, Group{}, 20).Articles, []int64{6, 5, 4, 1, 2, 3, 7}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}
