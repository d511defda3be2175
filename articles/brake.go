package articles

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// BrakeLimits define mass change: a gather that reaches both limits waits for staff.
type BrakeLimits struct {
	Share float64 // of the articles of the source, above 0 to 1
	Least int     // articles; 0: no brake
}

// tally counts what a gather would do to the articles of a source. A move to another address
// counts as nothing, because readers see the same article.
type tally struct {
	Known     int // articles of the source that are not withdrawn
	Met       int // of these, the ones that the source lists or that were asked for
	Changed   int // known articles with another text, title, date, label or picture, also when it is not believed
	Returned  int // withdrawn articles that would be released again
	Withdrawn int
	Old       int // new articles without a date, or dated before the gather before
	News      int // the other new articles
	Usual     int // as much news as the source may have since the gather before
}

// closes reports whether a gather with the tally waits for staff. Changes count against the
// articles that the gather has met, so that a feed of the newest articles is judged by them;
// everything together counts against all articles. News counts only when it is unusually much.
func (b BrakeLimits) closes(t tally) bool {
	if b.Least <= 0 {
		return false
	}
	many := func(n, of int) bool { return n >= b.Least && float64(n) >= b.Share*float64(of) }
	return many(t.Changed, t.Met) || many(t.counted(), t.Known)
}

// counted is the number of changes that count together.
func (t tally) counted() int {
	n := t.Changed + t.Returned + t.Withdrawn + t.Old
	if t.News > t.Usual {
		n += t.News
	}
	return n
}

// busyDays is how often the number of the articles of its busiest day a source may bring a day.
const busyDays = 3

// usualNews is how much news a source may have after a time without a gather, when the
// busiest day of its last 90 had so many articles.
func usualNews(busiest int, since time.Duration) int {
	return busyDays * busiest * max(1, int(math.Ceil(since.Hours()/24)))
}

// BrakedError is the failure of a gather that waits for staff.
type BrakedError struct {
	Source string
	tally  tally
}

// Error has the counts and the commands to choose from.
func (e *BrakedError) Error() string {
	return fmt.Sprintf("the gather waits for staff, and nothing of it takes effect: %s; the source has %d articles. See: corridor sources show %q. Let it through: corridor sources accept %q",
		e.tally, e.tally.Known, e.Source, e.Source)
}

// String lists the counts that are not 0.
func (t tally) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{t.Changed, "changed"}, {t.Withdrawn, "withdrawn"}, {t.Returned, "released again"}, {t.Old + t.News, "new"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return strings.Join(parts, ", ")
}

// BrakeAlert returns the paragraph that tells staff that gathers of a source wait since a time.
func BrakeAlert(source string, since time.Time) string {
	return fmt.Sprintf("A gather of the source %q changes unusually many articles and waits since %s.\nNothing of it takes effect. See: corridor sources show %q. Let it through: corridor sources accept %q",
		source, since.Format("2 January 2006, 15:04"), source, source)
}

// HeldAlert returns the paragraph that tells staff of n articles that gathering holds.
func HeldAlert(n int64) string {
	what := "1 article is held because its page may be no article"
	if n > 1 {
		what = fmt.Sprintf("%d articles are held because their pages may be no articles", n)
	}
	return what + ".\nSee: corridor articles list --state held. Release one: corridor articles release ARTICLE"
}
