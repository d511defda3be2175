package editions

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"corridor/subscribers"
)

// backlog adds the articles of a first gather at the time of gathering, newest first: one
// for each of the 14 days before. The numbers of their releases fall as their dates rise.
func (w *world) backlog(gathered time.Time) {
	w.t.Helper()
	for day := range 14 {
		id := w.article(fmt.Sprintf("Of %d days ago", day), gathered.Add(-time.Hour-time.Duration(day)*24*time.Hour), nil, nil)
		w.exec(`UPDATE articles SET released_at = $2, numbered_at = $2, first_seen_at = $2 WHERE id = $1`, id, gathered)
	}
}

// TestFirstDigestAfterAFirstGather plans the first digests of readers when all articles were
// gathered just now.
func TestFirstDigestAfterAFirstGather(t *testing.T) {
	w := newWorld(t)
	daily, weekly := w.reader("daily@example.org", Daily, "America/New_York", nil, nil), w.reader("weekly@example.org", Weekly, "America/New_York", nil, nil)
	instant := w.reader("instant@example.org", Instant, "America/New_York", nil, nil)
	moved, movedInstant := w.reader("moved@example.org", Daily, "America/New_York", nil, nil), w.reader("moved.instant@example.org", Instant, "America/New_York", nil, nil)
	w.backlog(monday)
	had := monday.Add(-72 * time.Hour)
	if err := startTx(t.Context(), w.db, []subscribers.Start{{ID: moved, HadUntil: had}, {ID: movedInstant, HadUntil: had}}); err != nil {
		t.Fatal(err)
	}
	w.exec(`UPDATE subscribers SET confirmed_at = $1`, monday)
	before, err := hadUntil(w, moved)
	if err != nil || !before.Equal(had) {
		t.Errorf("before the first digest the reader had everything until %v, %v", before, err)
	}
	for _, f := range []Frequency{Daily, Weekly, Instant} {
		w.send(f, monday)
	}
	for reader, want := range map[int64]int{daily: 1, weekly: 7, instant: 0, moved: 3, movedInstant: 3} {
		if got := len(slices.Concat(w.got(reader)...)); got != want {
			t.Errorf("reader %d got %d articles, want %d", reader, got, want)
		}
	}
	if n := w.number(`SELECT count(*) FROM reader_starts`); n != 0 {
		t.Errorf("%d starts remain after the first digest", n)
	}
	if after, err := hadUntil(w, moved); err != nil || !after.Equal(monday.Add(-time.Hour)) {
		t.Errorf("after the first digest the reader had everything until %v, %v", after, err)
	}
	// What is published afterwards reaches everybody, also with a date before.
	late := w.article("Late", monday.Add(-100*time.Hour), nil, nil)
	w.exec(`UPDATE articles SET released_at = $2, numbered_at = $2, first_seen_at = $2, news_at = ARRAY[$2::timestamptz] WHERE id = $1`, late, monday.Add(time.Hour))
	w.send(Daily, monday.Add(24*time.Hour))
	for reader, want := range map[int64]int{daily: 2, moved: 4} {
		if got := len(slices.Concat(w.got(reader)...)); got != want {
			t.Errorf("after a late article reader %d got %d articles, want %d", reader, got, want)
		}
	}
}

func hadUntil(w *world, reader int64) (time.Time, error) {
	list, err := had(w.ctx, w.db, []int64{reader})
	if err != nil || len(list) != 1 {
		return time.Time{}, fmt.Errorf("%d positions, %w", len(list), err)
	}
	return list[0].HadUntil, nil
}
