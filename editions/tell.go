package editions

import (
	"context"
	"log/slog"
	"time"
)

// told is an edition whose state has changed since a process logged it.
type told struct {
	editionRow
	Before State `db:"before"` // "" for an edition that was never logged
}

// Tell logs the changes of editions' states since the last call of any process: started, held,
// paused, resumed, cancelled, finished. Each change is logged by one process; a process that
// is killed in this moment leaves a line out.
func (s *Store) Tell(ctx context.Context) (err error) {
	defer wrap(&err, "logging the states of editions")
	var changed []told
	if err := s.db.SelectContext(ctx, &changed, `
		UPDATE editions e SET told = e.state
		FROM (SELECT id AS before_id, told AS before FROM editions WHERE told <> state ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) AS b
		WHERE e.id = b.before_id
		RETURNING `+editionColumns+`, before`); err != nil {
		return err
	}
	for _, change := range changed {
		e, err := s.counted(ctx, change.editionRow)
		if err != nil {
			return err
		}
		for _, line := range change.lines() {
			s.log.LogAttrs(ctx, slog.LevelInfo, line, e.attrs()...) //nolint:sloglint // one of the constants of lines
		}
	}
	return nil
}

// lines returns the messages for a change of state.
func (c told) lines() (lines []string) {
	if c.Started.Valid && (c.Before == "" || c.Before == Draft || c.Before == Approved) {
		lines = append(lines, "edition started")
	}
	switch {
	case c.State == Sending && (c.Before == Held || c.Before == Paused):
		lines = append(lines, "edition resumed")
	case c.State == Sending && c.Before == Finished:
		lines = append(lines, "edition reopened")
	case c.State == Held, c.State == Paused, c.State == Cancelled, c.State == Finished:
		lines = append(lines, "edition "+string(c.State))
	}
	return lines
}

// attrs are the keys and values of an edition's lines.
func (e Edition) attrs() []slog.Attr {
	attrs := []slog.Attr{slog.Int64("edition_id", e.ID), slog.String("kind", e.Kind)}
	if e.Frequency != "" {
		attrs = append(attrs, slog.String("frequency", string(e.Frequency)))
	}
	if e.Reason != "" {
		attrs = append(attrs, slog.String("reason", e.Reason))
	}
	c := e.Counts
	for _, count := range []struct {
		key string
		n   int64
	}{
		{"readers", c.Planned}, {"sent", c.Sent}, {"failed", c.Failed}, {"bounced", c.Bounced}, {"skipped", c.Skipped}, {"uncertain", c.Uncertain}, {"open", c.Open()},
	} {
		attrs = append(attrs, slog.Int64(count.key, count.n))
	}
	if !e.Started.IsZero() && !e.Finished.IsZero() {
		attrs = append(attrs, slog.Float64("seconds", e.Finished.Sub(e.Started).Round(time.Millisecond).Seconds()))
	}
	return attrs
}
