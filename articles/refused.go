package articles

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"corridor/fetch"
)

// refuses are the statuses by which a page is kept from a program that its feed informs.
var refuses = map[int]bool{
	http.StatusUnauthorized: true, http.StatusPaymentRequired: true, http.StatusForbidden: true, http.StatusNotFound: true, http.StatusNotAcceptable: true,
	http.StatusTooManyRequests: true, http.StatusUnavailableForLegalReasons: true, http.StatusServiceUnavailable: true,
}

// insteadOfPage returns what the feed says of an article with a page that refuses Corridor;
// ok is false when the feed has no text or the error is no refusal. A text that was read from
// the page is not replaced.
func (g *Gatherer) insteadOfPage(c candidate, k knownPage, err error) (found Found, ok bool) {
	var status *fetch.StatusError
	if c.Text == nil || k.ID != 0 && k.Refused == "" || !errors.Is(err, fetch.ErrRobots) && (!errors.As(err, &status) || !refuses[status.Status]) {
		return Found{}, false
	}
	found, feedErr := g.readFromFeed(c)
	found.Refused = err.Error()
	return found, feedErr == nil
}

// setRefused records what an article's page answered when the feed's text was taken instead;
// the empty text when the page was read.
func (s *Store) setRefused(ctx context.Context, id int64, refused string) error {
	if _, err := s.db.ExecContext(ctx, `UPDATE articles SET refused = $2 WHERE id = $1 AND refused <> $2`, id, cutText(refused, 200)); err != nil {
		return fmt.Errorf("articles: recording that a page refuses: %w", err)
	}
	return nil
}
