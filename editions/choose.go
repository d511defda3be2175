package editions

import (
	"cmp"
	"slices"
	"time"

	"corridor/articles"
)

// Candidate is an article that a digest may contain: it is released (not held, not
// withdrawn) and newsworthy.
type Candidate struct {
	ID        int64     `db:"id"`
	ReleaseNo int64     `db:"release_no"`
	At        time.Time // when it became news; see articles.NewsTimeSQL
	Date      time.Time // see articles.DateSQL
	URL       string    `db:"url"`
	Programs  []string  `db:"programs"`
	Regions   []string  `db:"regions"`
}

// Group describes readers with the same preferences and the same history, so that all of
// them get the same list of articles.
type Group struct {
	Programs []string // of the preference set; empty: all
	Regions  []string
	Seen     int64     // release number up to which earlier digests considered the readers
	Since    time.Time // a first digest contains later news only; zero: any
	Missed   []int64   // articles of earlier emails that did not reach the readers
	Had      []int64   // articles that the readers were sent, or may have been sent
}

// newestFirst orders articles by the day on which they became news, and within a day by their
// dates: the articles of one gather have release numbers in the order of their requests. An
// article that was held for a week stands with the day of its release.
func newestFirst(a, b Candidate) int {
	const day = 24 * time.Hour
	return cmp.Or(b.At.Truncate(day).Compare(a.At.Truncate(day)), b.Date.Compare(a.Date), cmp.Compare(b.ReleaseNo, a.ReleaseNo))
}

// Choice is the result of [Choose]: the articles of a group, newest first. The
// email shows the first Shown articles and counts the others; the web page lists all.
type Choice struct {
	Articles []int64
	Shown    int
}

// Choose returns a group's articles. An article is chosen when it was released after
// g.Seen and became news after g.Since, or is in g.Missed; matches the preferences; and is
// not in g.Had. The email shows
// at most limit of them, and at least one.
func Choose(candidates []Candidate, g Group, limit int) Choice {
	var chosen []Candidate
	for _, c := range candidates {
		due := c.ReleaseNo > g.Seen && (g.Since.IsZero() || c.At.After(g.Since)) || slices.Contains(g.Missed, c.ID)
		if due && articles.Matches(c.Programs, c.Regions, g.Programs, g.Regions) && !slices.Contains(g.Had, c.ID) {
			chosen = append(chosen, c)
		}
	}
	slices.SortFunc(chosen, newestFirst)
	choice := Choice{Shown: min(len(chosen), max(limit, 1))}
	for _, c := range chosen {
		choice.Articles = append(choice.Articles, c.ID)
	}
	return choice
}
