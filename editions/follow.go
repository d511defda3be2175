package editions

import (
	"context"
	"errors"
	"time"

	"corridor/postgres"
)

// settleTime gathers a burst of changes into one look.
const settleTime = 200 * time.Millisecond

// Follow listens until ctx ends. After a release it opens the period of instant
// readers, so that their wait begins with the release and not with the next minute;
// after any change of an article it prepares anew the mails that hold it and have not
// left. Every process may follow; what one does, the others find done. A look that
// fails is logged and made again with the next change, or by the scheduler.
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
		if err := errors.Join(s.planInstantDue(ctx, now()), s.Prepare(ctx, now())); err != nil && ctx.Err() == nil {
			s.log.Error("editions could not be prepared", "error", err)
		}
	}
}
