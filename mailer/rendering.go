package mailer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"corridor/mailer/message"
	"corridor/postgres"

	"github.com/lib/pq"
)

// readRendering reads a rendering of package editions.
func readRendering(ctx context.Context, db *postgres.DB, id int64) (message.Rendering, error) {
	r := message.Rendering{ID: id}
	err := db.QueryRowContext(ctx, `
		SELECT kind, list, subject, html, html_places, text, text_places FROM renderings WHERE id = $1`, id).
		Scan(&r.Kind, &r.List, &r.Subject, &r.HTML, (*pq.Int64Array)(&r.HTMLPlaces), &r.Text, (*pq.Int64Array)(&r.TextPlaces))
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("mailer: rendering %d is gone", id)
	}
	if err != nil {
		return r, fmt.Errorf("mailer: reading rendering %d: %w", id, err)
	}
	return r, nil
}
