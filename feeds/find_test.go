package feeds

import (
	"context"
	"errors"
	"testing"
)

// A database error is not "gone": clients drop a feed that has ended.
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
