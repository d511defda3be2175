package feeds

import (
	"strings"
	"testing"

	"corridor/articles"

	"pgregory.net/rapid"
)

// A reader's feed contains the articles that match the reader's preference set.
func TestAReadersFeedMatches(t *testing.T) {
	labels := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "ab"}), 0, 3, rapid.ID)
	rapid.Check(t, func(t *rapid.T) {
		programs, regions := labels.Draw(t, "programs"), labels.Draw(t, "regions")
		setPrograms, setRegions := labels.Draw(t, "set programs"), labels.Draw(t, "set regions")
		topic := Topic{Kind: Reader, Program: strings.Join(setPrograms, ","), Region: strings.Join(setRegions, ",")}
		if got, want := topic.matches(programs, regions, nil), articles.Matches(programs, regions, setPrograms, setRegions); got != want {
			t.Errorf("%v, want %v", got, want)
		}
	})
}
