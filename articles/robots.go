package articles

import (
	"context"
	"log/slog"

	"corridor/fetch"
	"corridor/postgres"
)

// RobotsCache returns a cache of robots.txt files in db, for requests that ask only whether
// they have changed, and for rules that hold while a server is in trouble. Failures of the
// database cost a request, and are logged for debugging alone.
func RobotsCache(db *postgres.DB, log *slog.Logger) fetch.RobotsCache {
	return fetch.RobotsCache{
		Load: func(ctx context.Context, host string) (text fetch.RobotsText, ok bool) {
			err := db.QueryRowContext(ctx, `SELECT body, etag, last_modified FROM robots_files WHERE host = $1`, host).
				Scan(&text.Body, &text.Validators.ETag, &text.Validators.LastModified)
			return text, err == nil
		},
		Keep: func(ctx context.Context, host string, text fetch.RobotsText) {
			v := storableValidators(text.Validators)
			if _, err := db.ExecContext(ctx, `
				INSERT INTO robots_files (host, body, etag, last_modified) VALUES ($1, $2, $3, $4)
				ON CONFLICT (host) DO UPDATE SET body = excluded.body, etag = excluded.etag, last_modified = excluded.last_modified
				WHERE (robots_files.body, robots_files.etag, robots_files.last_modified) IS DISTINCT FROM (excluded.body, excluded.etag, excluded.last_modified)`,
				storable(host), text.Body, v.ETag, v.LastModified); err != nil {
				log.Debug("a robots.txt is not kept", "host", host, "error", err)
			}
		},
	}
}
