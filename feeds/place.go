package feeds

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// late is the least delay, in seconds, between an article's own date and a release for the
// release to determine the place.
const late = 24 * 60 * 60

// news is the times of the releases that made an article news, in Unix microseconds.
type news struct {
	all     []int64          // in every feed, ascending
	byLabel map[string]int64 // in feeds that contain the article because of a label: "program eep"
}

func (n news) none() bool { return len(n.all) == 0 && len(n.byLabel) == 0 }

// setLabels parses articles.gained.
func (n *news) setLabels(gained []byte) error {
	if string(gained) == "{}" {
		return nil
	}
	var times map[string]time.Time
	if err := json.Unmarshal(gained, &times); err != nil {
		return fmt.Errorf("feeds: reading gained labels: %w", err)
	}
	n.byLabel = make(map[string]int64, len(times))
	for label, at := range times {
		n.byLabel[label] = at.UnixMicro()
	}
	return nil
}

// latest is the time of the last release, not after asOf, that made the article news in a
// feed.
func (n news) latest(c *card, t Topic, asOf int64) int64 {
	var last int64
	for _, at := range n.all {
		last = max(last, upTo(at, asOf))
	}
	if len(n.byLabel) > 0 {
		last = max(last, n.since("program ", t.Program, c.programs, asOf), n.since("region ", t.Region, c.regions, asOf))
	}
	return last
}

// since is the time, not after asOf, when the article got the first of its labels that the
// feed chooses. It is 0 if the article always had one, or if the feed chooses no label of
// this kind.
func (n news) since(kind, chosen string, labels []string, asOf int64) int64 {
	if chosen == "" {
		return 0
	}
	first := int64(math.MaxInt64)
	for _, label := range labels {
		if sharesOne(chosen, []string{label}) {
			first = min(first, upTo(n.byLabel[kind+label], asOf))
		}
	}
	if first == math.MaxInt64 {
		return 0
	}
	return first
}

func upTo(at, asOf int64) int64 {
	if at > asOf {
		return 0
	}
	return at
}

// now as an asOf includes every release.
const now = math.MaxInt64

// place is the publication time of an article in a feed, in Unix seconds: its own date, or
// the release that made it news in that feed if that is more than a day later. Releases
// after asOf (Unix microseconds) do not count. Order and dates in all formats, and the
// pages of the archive, follow from the place.
func (c *card) place(t Topic, asOf int64) int64 {
	if c.news.none() {
		return c.own
	}
	if at := c.news.latest(c, t, asOf) / 1e6; at-c.own > late {
		return at
	}
	return c.own
}

// placed is an article with its place in a feed.
type placed struct {
	*card
	at int64 // Unix seconds
}

// before orders articles in feeds: negative if a precedes b.
func before(a, b placed) int {
	return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(b.id, a.id))
}

// position is a parsed cursor: the place of the entry before the page, and the last release
// that the pages before it include.
type position struct {
	at, id int64
	asOf   int64
}

// cursor names the page after an entry. Articles that become news later keep their places
// on the following pages, so that a client reading the archive meets every entry once.
func (p placed) cursor(asOf int64) Cursor {
	c := strconv.FormatInt(p.at, 10) + "-" + strconv.FormatInt(p.id, 10)
	if asOf > 0 {
		c += "-" + strconv.FormatInt(asOf, 10)
	}
	return Cursor(c)
}

func (c Cursor) position() position {
	if c == "" {
		return position{asOf: now}
	}
	at, rest, _ := strings.Cut(string(c)[1:], "-") // a leading minus belongs to the time
	id, asOf, _ := strings.Cut(rest, "-")
	var p position
	p.at, _ = strconv.ParseInt(string(c)[:1]+at, 10, 64)
	p.id, _ = strconv.ParseInt(id, 10, 64)
	p.asOf, _ = strconv.ParseInt(asOf, 10, 64)
	return p
}

// page returns the articles of a page of the feed, one more than most if there are more,
// and the asOf of the following pages.
func (k *catalogue) page(t Topic, c Cursor, most int) (list []placed, asOf int64) {
	at := c.position()
	asOf = at.asOf
	if c == "" {
		asOf = k.latestNews(t)
	}
	moved := k.moved(t, asOf)
	start, next := 0, 0
	if c != "" {
		after := placed{&card{id: at.id}, at.at}
		start = after.in(len(k.cards), func(i int) placed { return placed{k.cards[i], k.cards[i].key} })
		next = after.in(len(moved), func(i int) placed { return moved[i] })
	}
	for _, card := range k.cards[start:] {
		p := placed{card, card.key}
		for next < len(moved) && before(moved[next], p) < 0 && len(list) <= most {
			list, next = append(list, moved[next]), next+1
		}
		if len(list) > most {
			return list, asOf
		}
		if card.shownIn(t) && card.place(t, asOf) == card.key {
			list = append(list, p)
		}
	}
	list = append(list, moved[next:]...)
	return list[:min(len(list), most+1)], asOf
}

// in returns the index of the first of n sorted places that come after p.
func (p placed) in(n int, at func(int) placed) int {
	i := 0
	for low, high := 0, n; low < high; i = low {
		if middle := (low + high) / 2; before(at(middle), p) <= 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return i
}

// moved returns the feed's articles whose place differs from their place in the feed of all
// articles.
func (k *catalogue) moved(t Topic, asOf int64) []placed {
	var list []placed
	for _, c := range k.news {
		if at := c.place(t, asOf); at != c.key && c.shownIn(t) {
			list = append(list, placed{c, at})
		}
	}
	slices.SortFunc(list, before)
	return list
}

// latestNews is the last release that made an article of the feed news, or 0.
func (k *catalogue) latestNews(t Topic) int64 {
	var last int64
	for _, c := range k.news {
		if c.shownIn(t) {
			last = max(last, c.news.latest(c, t, now))
		}
	}
	return last
}

func (c *card) shownIn(t Topic) bool {
	return c.released && t.matches(c.programs, c.regions, c.authors)
}
