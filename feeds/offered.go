package feeds

import (
	"context"
	"fmt"

	"github.com/lib/pq"
)

// labelKey names a program or a region in catalogue.offered.
type labelKey struct {
	kind Kind
	slug string
}

// Offer stores the current programs and regions, so that their feeds answer 410 after they
// have ended.
func (p *Publisher) Offer(ctx context.Context) error {
	for kind, labels := range map[string][]Label{"program": p.o.Programs, "region": p.o.Regions} {
		var slugs []string
		for _, l := range labels {
			slugs = append(append(slugs, l.Slug), l.Former...)
		}
		if _, err := p.db.ExecContext(ctx, `
			INSERT INTO feed_labels (kind, slug) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`, kind, pq.Array(slugs)); err != nil {
			return fmt.Errorf("feeds: remembering labels: %w", err)
		}
	}
	return nil
}

// loadOffered reads the programs and regions stored by Offer.
func (p *Publisher) loadOffered(ctx context.Context) (map[labelKey]bool, error) {
	var rows []struct{ Kind, Slug string }
	if err := p.db.SelectContext(ctx, &rows, `SELECT kind, slug FROM feed_labels`); err != nil {
		return nil, fmt.Errorf("feeds: reading labels: %w", err)
	}
	offered := map[labelKey]bool{}
	for _, r := range rows {
		kind := Program
		if r.Kind == "region" {
			kind = Region
		}
		offered[labelKey{kind, r.Slug}] = true
	}
	return offered, nil
}
