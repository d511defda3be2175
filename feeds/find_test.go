package feeds

import (
	"context"
	"errors"
	"testing"
)

// A database that cannot be asked ends no feed: who heard so would drop subscribers.
func TestFindSaysThatItCouldNotAsk(t *testing.T) {
	w := newWorld(t)
	w.article(0)
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	err := w.publisher().Find(ctx, Topic{Kind: Author, Author: "toghrul-ali"})
	if err == nil || errors.Is(err, ErrGone) || errors.Is(err, ErrNoFeed) {
		t.Errorf("got %v", err)
	}
}
