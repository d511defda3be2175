package editions

import (
	"context"
	"errors"
	"time"

	"corridor/postgres"
	"corridor/trouble"
)

// settleTime is the delay after a notification, so that a burst of notifications causes
// one pass.
const settleTime = 200 * time.Millisecond

// Follow listens for changes of articles and editions until ctx ends. After a release it
// opens a period for instant readers, so that their delay begins at the release and not at
// the scheduler's next tick. After a change of an article it renders again the emails that
// contain the article and are not sent yet. Every process may call Follow: each pass does
// only the work that no other process has done. A pass that fails is logged, and repeated
// with the next change or by the scheduler.
func (s *Store) Follow(ctx context.Context, now func() time.Time) error {
	changed := make(chan struct{}, 1)
	wake := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	done := make(chan error, 1)
	go func() {
		done <- postgres.Listen(ctx, s.db.URL, []string{"articles", "releases", "editions"}, func(string, string) { wake() }, wake)
	}()
	for {
		select {
		case err := <-done:
			return err
		case <-changed:
		}
		select {
		case <-ctx.Done():
		case <-time.After(settleTime):
		}
		_ = s.opts.Troubles.Note(ctx, trouble.Work, "editions: plan and prepare", errors.Join(s.planInstantDue(ctx, now()), s.Prepare(ctx, now()), s.Tell(ctx)))
	}
}
