package editions

import (
	"context"
	"strings"
	"testing"
	"time"
)

// until polls for a condition that another goroutine makes true.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never came: %s", what)
		}
	}
}

func TestFollowPreparesAfterChanges(t *testing.T) {
	w := newWorld(t)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	a := w.article("Kazkhstan", monday.Add(-time.Hour), nil, nil)
	w.article("Another", monday.Add(-time.Hour), nil, nil)
	w.send(Daily, monday)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.store.Follow(ctx, func() time.Time { return monday.Add(time.Minute) }) }()
	until(t, "the first rendering", func() bool { return w.number(`SELECT count(*) FROM renderings`) == 1 })
	w.exec(`UPDATE articles SET title = 'Kazakhstan', changed_at = $2 WHERE id = $1`, a, monday.Add(time.Minute))
	w.exec(`SELECT pg_notify('articles', '1')`)
	until(t, "the corrected rendering", func() bool { return strings.Contains(w.rendered(), "Kazakhstan") })
	until(t, "a period for instant readers", func() bool { return w.number(`SELECT count(*) FROM instant_periods`) == 1 })
	cancel()
	if err := <-done; err != nil && ctx.Err() == nil {
		t.Error(err)
	}
}
