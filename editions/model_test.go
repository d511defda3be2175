package editions

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"
)

// model is a reference implementation of planning. It computes the expected result reader
// by reader and article by article, without groups, variants or SQL.
type model struct {
	articles map[int64]*mArticle
	readers  map[int64]*mReader
	mails    []*mMail
	waves    map[string]bool
	editions map[int64]string // digest editions: frequency and period
	served   time.Time
	last     int64 // newest release number
}

type mArticle struct {
	id                int64
	programs, regions []string
	state             string
	no                int64     // 0: never released
	at                time.Time // when the number was given
	made              time.Time // its date
	news              bool
}

type mReader struct {
	id                int64
	programs, regions []string
	frequency         Frequency
	zone              string
	state             string
	pausedUntil       time.Time
	suppressed        bool
	confirmed         time.Time

	seen       int64  // -1: not considered for any digest yet
	considered string // frequency of the period
	period     time.Time
	owed       map[int64]bool // articles in emails that did not arrive

	since   int64 // release number after which the first digest began
	changed bool  // preferences have changed, so the present ones do not say which articles the reader should have
}

// mMail is a delivery. carries are the articles that it contains, or would contain if it
// were sent now.
type mMail struct {
	edition, variant, reader int64
	digest                   bool
	articles                 []int64
	carries                  []int64
	rendered                 bool
	state                    string
	dropped                  bool
	owed                     bool // it did not arrive, and no digest has considered its articles since
}

func newModel() *model {
	return &model{articles: map[int64]*mArticle{}, readers: map[int64]*mReader{}, waves: map[string]bool{}, editions: map[int64]string{}}
}

func shares(chosen, labels []string) bool {
	return len(chosen) == 0 || slices.ContainsFunc(labels, func(l string) bool { return slices.Contains(chosen, l) })
}

func (m *model) matches(r *mReader, a *mArticle) bool {
	return shares(r.programs, a.programs) && shares(r.regions, a.regions)
}

// mayHave reports whether the reader was sent the article, or may have been sent it.
func (m *model) mayHave(r *mReader, article int64) bool {
	return slices.ContainsFunc(m.mails, func(d *mMail) bool {
		sent := d.dropped || slices.Contains([]string{"queued", "sending", "sent", "deferred", "uncertain"}, d.state)
		return d.reader == r.id && sent && slices.Contains(d.carries, article)
	})
}

// begin returns the release number after which a first digest begins.
func (m *model) begin(since time.Time) int64 {
	begin := m.last
	for _, a := range m.articles {
		if a.state == "released" && a.news && a.at.After(since) {
			begin = min(begin, a.no-1)
		}
	}
	return begin
}

// inEdition reports whether the reader has a delivery of that digest already.
func (m *model) inEdition(r *mReader, edition string) bool {
	return slices.ContainsFunc(m.mails, func(d *mMail) bool { return d.reader == r.id && d.digest && m.editions[d.edition] == edition })
}

// consider returns the articles that the reader gets now, newest release first, and
// advances the reader's position. ok is false when the wave does not include the reader.
func (m *model) consider(r *mReader, f Frequency, period, horizon, now time.Time) (list []int64, ok bool) {
	done := r.considered == string(f) && !r.period.Before(period) && !r.period.After(horizon)
	if r.state != "active" || r.suppressed || r.frequency != f || now.Before(r.pausedUntil) || done || m.inEdition(r, editionKey(f, period)) {
		return nil, false
	}
	if r.seen < 0 {
		since := r.confirmed
		if f != Instant {
			since = now.Add(-firstWindow[f])
		}
		r.seen = m.begin(since)
		r.since = r.seen
	}
	for _, a := range m.articles {
		if a.state == "released" && a.news && (a.no > r.seen || r.owed[a.id]) && m.matches(r, a) && !m.mayHave(r, a.id) {
			list = append(list, a.id)
		}
	}
	slices.SortFunc(list, m.newestFirst)
	r.seen, r.considered, r.period = m.last, string(f), period
	for _, d := range m.mails {
		d.owed = d.owed && d.reader != r.id
	}
	m.oweAgain(r)
	return list, true
}

// newestFirst orders articles by the day of their number, then by their dates and numbers.
func (m *model) newestFirst(a, b int64) int {
	const day = 24 * time.Hour
	x, y := m.articles[a], m.articles[b]
	return cmp.Or(y.at.Truncate(day).Compare(x.at.Truncate(day)), y.made.Compare(x.made), cmp.Compare(y.no, x.no))
}

func editionKey(f Frequency, period time.Time) string { return string(f) + period.Format(wallLayout) }

// render applies a rendering to the open deliveries of a variant: articles that are not
// released leave the deliveries and do not come back.
func (m *model) render(variant int64, words bool) {
	for _, d := range m.mails {
		if d.variant != variant || d.state != "queued" && d.state != "deferred" {
			continue
		}
		d.rendered = true
		d.carries = slices.DeleteFunc(slices.Clone(d.carries), func(id int64) bool { return m.articles[id].state != "released" })
		if len(d.carries) == 0 && !words {
			d.state = "skipped"
		}
	}
}

// missed records that an email did not arrive.
func (m *model) missed(d *mMail) {
	d.owed = true
	m.oweAgain(m.readers[d.reader])
}

// oweAgain sets the articles that a reader is owed.
func (m *model) oweAgain(r *mReader) {
	r.owed = map[int64]bool{}
	for _, d := range m.mails {
		for _, id := range d.articles {
			if d.owed && d.reader == r.id {
				r.owed[id] = true
			}
		}
	}
}

// mayRetry reports whether an email that did not arrive is sent once more by a retry.
func (m *model) mayRetry(d *mMail, now time.Time) bool {
	r := m.readers[d.reader]
	if d.dropped || d.state != "failed" && d.state != "bounced" || r.state != "active" || r.suppressed || now.Before(r.pausedUntil) {
		return false
	}
	left := slices.ContainsFunc(d.carries, func(id int64) bool { return m.articles[id].state == "released" })
	return !d.digest || d.owed && left
}

// sorted returns a map's values in the order of their ids, so that draws are reproducible.
func sorted[V any](values map[int64]V) []V {
	list := make([]V, 0, len(values))
	for _, id := range slices.Sorted(maps.Keys(values)) {
		list = append(list, values[id])
	}
	return list
}

func pick[V any](t *rapid.T, label string, list []V) (v V, ok bool) {
	if len(list) == 0 {
		return v, false
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(t, label)], true
}

// checkOnce fails if a reader was sent an article by two digests.
func (m *model) checkOnce(t *rapid.T) {
	count := map[string]int{}
	for _, d := range m.mails {
		if d.state != "sent" || !d.digest {
			continue
		}
		for _, id := range d.carries {
			key := fmt.Sprintf("reader %d, article %d", d.reader, id)
			if count[key]++; count[key] > 1 {
				t.Fatalf("%s: sent twice", key)
			}
		}
	}
}

// checkComplete fails if a reader with unchanged preferences lacks a matching article that
// was released after the reader's first digest began.
func (m *model) checkComplete(t *rapid.T) {
	for _, r := range sorted(m.readers) {
		if r.changed || r.state != "active" {
			continue
		}
		for _, a := range sorted(m.articles) {
			want := a.state == "released" && a.news && a.no > r.since && m.matches(r, a)
			if got := m.mayHave(r, a.id); want && !got {
				t.Fatalf("reader %d never got article %d: %+v %+v", r.id, a.id, *r, *a)
			}
		}
	}
}
