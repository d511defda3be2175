package bench

import (
	"context"
	"strconv"
	"strings"
	"time"

	"corridor/mailer/deliveries"
	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// makeReaders makes readers of every program and region.
func (s Send) makeReaders(ctx context.Context, db *postgres.DB) error {
	return db.InTx(ctx, func(tx *sqlx.Tx) error {
		for _, q := range []string{
			`INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}')`,
			`INSERT INTO subscribers (email, folded, name, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
			SELECT email, email, 'Reader ' || i, 'active', 'daily', 'UTC', (SELECT id FROM preference_sets), now(), now()
			FROM generate_series(1, ` + strconv.Itoa(s.Readers) + `) i, LATERAL (SELECT 'reader' || i || '@d' || i % 50 || '.example.net' AS email) e`,
		} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
}

// plan makes an edition for all readers.
func (s Send) plan(ctx context.Context, db *postgres.DB) (edition int64, err error) {
	err = db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := tx.GetContext(ctx, &edition, `
			INSERT INTO editions (kind, subject, state, created_at, started_at) VALUES ('special', 'Benchmark', 'sending', now(), now()) RETURNING id`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO variants (edition_id, article_ids, shown) SELECT $1, ARRAY[i], 0 FROM generate_series(1, $2::int) i`, edition, s.Variants); err != nil {
			return err
		}
		asHTML, asText := body(s.Size)
		if _, err := tx.ExecContext(ctx, `
			WITH r AS (INSERT INTO renderings (variant_id, subject, html, text, created_at) SELECT id, 'The news of the day', $1, $2, now() FROM variants WHERE edition_id = $3 RETURNING id, variant_id)
			UPDATE variants v SET rendering_id = r.id FROM r WHERE r.variant_id = v.id`, asHTML, asText, edition); err != nil {
			return err
		}
		if _, err := deliveries.EnqueueTx(ctx, tx, edition, `
			SELECT s.id AS subscriber_id, v.id AS variant_id, s.domain
			FROM subscribers s JOIN variants v ON v.edition_id = $1 AND v.article_ids[1] = 1 + s.id % $2`, edition, s.Variants); err != nil {
			return err
		}
		return deliveries.ReadyTx(ctx, tx, edition, time.Now())
	})
	if err == nil {
		_, err = db.ExecContext(ctx, `ANALYZE`)
	}
	return edition, err
}

// body is a rendering of about size bytes, three quarters of them HTML.
func body(size int) (asHTML, asText string) {
	line := "The Caspian has no outlet: what the rivers bring, the sun must take away again. "
	words := func(n int) string { return strings.Repeat(line, n/len(line)+1)[:n] }
	asText = "{{corridor:greeting}}\n\n" + strings.ReplaceAll(words(size/4-600), ": ", ":\n") + "\n\n{{corridor:why}}\n{{corridor:preferences_url}}\n{{corridor:unsubscribe_url}}\n"
	asHTML = "<p>{{corridor:greeting}}</p>\n<p>" + strings.ReplaceAll(words(size*3/4-1200), ": ", ":</p>\n<p>") +
		"</p>\n<p>{{corridor:why}} <a href=\"{{corridor:preferences_url}}\">Preferences</a> <a href=\"{{corridor:unsubscribe_url}}\">Leave</a> <a href=\"{{corridor:view_url}}\">On the web</a></p>\n"
	return asHTML, asText
}
