package service

import (
	"context"
	"time"

	"corridor/articles"
	"corridor/trouble"
)

// noteGather logs the result of gathering a source, and the beginning and the end of a trouble
// with it.
func (s *Service) noteGather(ctx context.Context, source string, rows []articles.Row, failures []articles.Failure, took time.Duration) {
	outcomes := map[articles.Outcome]int{}
	for _, row := range rows {
		outcomes[row.Outcome]++
	}
	if ctx.Err() == nil {
		s.Log.Info("gathered", "source", source, "new", outcomes[articles.New], "updated", outcomes[articles.Updated], "unchanged", outcomes[articles.Unchanged],
			"withdrawn", outcomes[articles.Gone], "skipped", outcomes[articles.Skipped], "failures", len(failures), "seconds", took.Round(time.Millisecond).Seconds())
	}
	var err error
	if len(failures) > 0 {
		err = failures[0].Err
	}
	_ = s.Troubles.Note(ctx, trouble.Source, source, err)
}
