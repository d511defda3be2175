package service

import (
	"context"
	"log/slog"
	"time"

	"corridor/articles"
	"corridor/trouble"
)

// noteGathered counts and logs the result of reading a source, and the beginning and the end of
// a trouble with it or with the database.
func (r *Process) noteGathered(ctx context.Context, result articles.Gathered) {
	if ctx.Err() != nil {
		return
	}
	_ = r.Troubles.Note(ctx, trouble.Work, "gather", result.Err)
	if result.Source == "" || result.Err != nil {
		return
	}
	r.metrics.gathered(result.Source, result.Rows, result.Failures)
	outcomes := map[articles.Outcome]int{}
	for _, row := range result.Rows {
		outcomes[row.Outcome]++
	}
	level := slog.LevelDebug
	if outcomes[articles.New]+outcomes[articles.Updated]+outcomes[articles.Gone] > 0 {
		level = slog.LevelInfo
	}
	r.Log.Log(ctx, level, "gathered", "source", result.Source, "new", outcomes[articles.New], "updated", outcomes[articles.Updated], "unchanged", outcomes[articles.Unchanged],
		"withdrawn", outcomes[articles.Gone], "skipped", outcomes[articles.Skipped], "failures", len(result.Failures), "seconds", result.Took.Round(time.Millisecond).Seconds())
	var err error
	if len(result.Failures) > 0 {
		err = result.Failures[0].Err
	}
	_ = r.Troubles.Note(ctx, trouble.Source, result.Source, err)
}
