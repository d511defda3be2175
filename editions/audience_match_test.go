package editions

import (
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"corridor/articles"
)

// subsets are all choices out of two labels.
func subsets(a, b string) [][]string { return [][]string{nil, {a}, {b}, {a, b}} }

// The audience of a special edition is the readers that match articles with its labels.
func TestAudienceMatches(t *testing.T) {
	w := newWorld(t)
	type set struct{ programs, regions []string }
	sets := map[int64]set{}
	for _, programs := range subsets("eep", "spp") {
		for _, regions := range subsets("central-asia", "south-caucasus") {
			email := strings.Join(append(append([]string{"r"}, programs...), regions...), "-") + "@example.com"
			sets[w.reader(email, Daily, "UTC", programs, regions)] = set{programs, regions}
		}
	}
	pick := func(rt *rapid.T, name string, of [][]string) []string { return rapid.SampledFrom(of).Draw(rt, name) }
	rapid.Check(t, func(rt *rapid.T) {
		a := Audience{Programs: pick(rt, "programs", subsets("eep", "spp")), Regions: pick(rt, "regions", subsets("central-asia", "south-caucasus"))}
		var want int64
		for _, s := range sets {
			// Without a condition in a dimension every reader is in the audience.
			if (len(a.Programs) == 0 || articles.Takes(s.programs, a.Programs)) && (len(a.Regions) == 0 || articles.Takes(s.regions, a.Regions)) {
				want++
			}
		}
		err := w.db.InTx(w.ctx, func(tx *sqlx.Tx) error {
			got, err := a.size(w.ctx, tx, monday)
			if got != want {
				rt.Errorf("%d readers, want %d", got, want)
			}
			return err
		})
		if err != nil {
			rt.Fatal(err)
		}
	})
}
