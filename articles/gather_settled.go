package articles

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"corridor/fetch"
)

// settledFor is how long an unchanged feed stands for its entries. After that a whole round
// looks for articles that are gone.
const settledFor = 24 * time.Hour

// answer is the answer to a request for a list.
type answer struct {
	doc *fetch.Document
	err error
}

// isSettled reports whether the last round of a source found nothing to do and asked for no
// page, so that an unchanged list of it has nothing to do either.
func (s sourceState) isSettled(settings []byte, now time.Time) bool {
	return s.SettledAt.Valid && now.Sub(s.SettledAt.Time) < settledFor && !s.BrakedAt.Valid && bytes.Equal(s.Settings, settings)
}

// askSettled asks for the list of a settled feed. With the answer "not modified" the round is
// over. Another answer is kept in the source, so that the round does not ask again.
func (g *Gatherer) askSettled(ctx context.Context, s *Source) (unmodified bool, err error) {
	var v struct {
		ETag         string `db:"etag"`
		LastModified string `db:"last_modified"`
	}
	err = g.db.GetContext(ctx, &v, `SELECT etag, last_modified FROM source_lists WHERE source = $1 AND url = $2 AND form = $3 AND match = $4`, s.Name, s.URL, listForm, s.Match)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("articles: reading the validators of a list: %w", err)
	}
	doc, err := g.client.Get(ctx, s.URL, fetch.Validators{ETag: v.ETag, LastModified: v.LastModified})
	if err == nil && doc.NotModified {
		g.followHub(ctx, *s, doc)
		return true, nil
	}
	s.answer = &answer{doc, err}
	return false, nil
}

// rest records a reading of a settled source that found its list unmodified.
func (g *Gatherer) rest(ctx context.Context, s Source, state sourceState, began time.Time) error {
	wait, failures, err := g.wait(ctx, s, state, nil, nil)
	if err != nil {
		return err
	}
	now := g.Now()
	_, err = g.db.ExecContext(ctx, `
		UPDATE sources SET last_tried_at = $2, last_done_at = $2, failing_since = NULL, alerted_at = NULL, last_error = '', failures = $3,
			due_at = CASE WHEN asked_at > $5 THEN asked_at ELSE $4 END
		WHERE name = $1`, s.Name, now, failures, now.Add(wait), began)
	if err != nil {
		return fmt.Errorf("articles: recording a gather: %w", err)
	}
	return nil
}

// settle records whether a source is settled after a round.
func (g *Gatherer) settle(ctx context.Context, s Source, state sourceState, r *round, rows []Row, whole bool) error {
	settled := whole && s.Kind == Feed && r != nil && r.requests.Load() == 0
	for _, row := range rows {
		settled = settled && (row.Outcome == Unchanged || row.Outcome == Skipped)
	}
	if settled == state.SettledAt.Valid && !settled {
		return nil
	}
	at := sql.NullTime{Time: g.Now(), Valid: settled}
	if _, err := g.db.ExecContext(ctx, `UPDATE sources SET settled_at = $2 WHERE name = $1`, s.Name, at); err != nil {
		return fmt.Errorf("articles: recording that a source is settled: %w", err)
	}
	return nil
}
