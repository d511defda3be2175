package editions

import (
	"cmp"
	"slices"
)

// Matches tells whether an article with these labels is for readers who chose these
// programs and regions. A set that names nothing in a dimension takes everything
// there; an article without a label in a dimension is only for such open sets.
func Matches(articlePrograms, articleRegions, setPrograms, setRegions []string) bool {
	return open(setPrograms, articlePrograms) && open(setRegions, articleRegions)
}

func open(chosen, labels []string) bool {
	if len(chosen) == 0 {
		return true
	}
	for _, label := range labels {
		if slices.Contains(chosen, label) {
			return true
		}
	}
	return false
}

// Candidate is an article that may stand in a digest: released, newsworthy, neither
// held nor withdrawn.
type Candidate struct {
	ID        int64    `db:"id"`
	ReleaseNo int64    `db:"release_no"`
	URL       string   `db:"url"`
	Programs  []string `db:"programs"`
	Regions   []string `db:"regions"`
}

// Group are readers in the same position: one list of articles is right for them all.
type Group struct {
	Programs []string // their preference set; empty: all
	Regions  []string
	Seen     int64   // the release number they have been considered up to
	Missed   []int64 // articles of earlier mails that did not reach them
	Had      []int64 // candidates that they were, possibly, sent
}

// Choice is what a group gets: all articles that are for it, newest release first,
// and how many of them its mail shows. The others are counted there, and stand on
// the web page.
type Choice struct {
	Articles []int64
	Shown    int
}

// Choose picks a group's articles from the candidates: what was released since the
// group was considered or was in a mail that did not arrive, matches, and was not
// sent to it. At most limit of them are shown.
func Choose(candidates []Candidate, g Group, limit int) Choice {
	var chosen []Candidate
	for _, c := range candidates {
		due := c.ReleaseNo > g.Seen || slices.Contains(g.Missed, c.ID)
		if due && Matches(c.Programs, c.Regions, g.Programs, g.Regions) && !slices.Contains(g.Had, c.ID) {
			chosen = append(chosen, c)
		}
	}
	slices.SortFunc(chosen, func(a, b Candidate) int { return cmp.Compare(b.ReleaseNo, a.ReleaseNo) })
	choice := Choice{Shown: min(len(chosen), max(limit, 1))}
	for _, c := range chosen {
		choice.Articles = append(choice.Articles, c.ID)
	}
	return choice
}
