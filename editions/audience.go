package editions

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Audience is whom a special edition is for: the readers named, and all active readers
// to whom every other condition applies. Without any condition, and nobody named, it
// is everybody. Several values of one condition are alternatives.
type Audience struct {
	Programs    []string    `json:"programs,omitempty"` // readers who follow one of them
	Regions     []string    `json:"regions,omitempty"`
	Frequencies []Frequency `json:"frequencies,omitempty"`
	Editions    []int64     `json:"editions,omitempty"` // readers who received one of them
	Articles    []int64     `json:"articles,omitempty"` // readers who received one of them
	Readers     []int64     `json:"readers,omitempty"`  // by id, so that an erased reader leaves nothing behind
}

// conditional tells whether anybody but the named readers is meant.
func (a Audience) conditional() bool {
	return len(a.Readers) == 0 || len(a.Programs)+len(a.Regions)+len(a.Frequencies)+len(a.Editions)+len(a.Articles) > 0
}

// Check says what is wrong with an audience.
func (a Audience) check(programs, regions []Label) error {
	known := func(kind string, slugs []string, labels []Label) error {
		for _, slug := range slugs {
			if !slices.ContainsFunc(labels, func(l Label) bool { return l.Slug == slug }) {
				var names []string
				for _, l := range labels {
					names = append(names, l.Slug)
				}
				return fmt.Errorf("there is no %s %q; there are %s", kind, slug, strings.Join(names, ", "))
			}
		}
		return nil
	}
	if err := known("program", a.Programs, programs); err != nil {
		return err
	}
	if err := known("region", a.Regions, regions); err != nil {
		return err
	}
	for _, f := range a.Frequencies {
		if !slices.Contains(Frequencies[:], f) {
			return fmt.Errorf("there is no frequency %q; there are instant, daily, weekly, monthly", f)
		}
	}
	return nil
}

// audienceQuery selects the audience's readers, as they are at this moment. Whoever
// was sent a mail that was never answered for counts as having received it.
const audienceQuery = `
	SELECT s.id AS subscriber_id, s.domain
	FROM subscribers s JOIN preference_sets p ON p.id = s.preference_set_id
	WHERE s.state = 'active' AND (s.paused_until IS NULL OR s.paused_until <= $1)
		AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address_hash = sha256(convert_to(s.folded, 'UTF8')))
		AND (s.id = ANY ($2) OR $3
			AND (cardinality($4::text[]) = 0 OR p.programs = '{}' OR p.programs && $4)
			AND (cardinality($5::text[]) = 0 OR p.regions = '{}' OR p.regions && $5)
			AND (cardinality($6::text[]) = 0 OR s.frequency = ANY ($6))
			AND (cardinality($7::bigint[]) + cardinality($8::bigint[]) = 0 OR s.id IN (
				SELECT d.subscriber_id FROM deliveries d
				WHERE (d.state IN ('sent', 'uncertain') OR (d.state = 'failed' AND d.reason = 'dropped')
						OR (d.edition_id, d.subscriber_id) IN (SELECT edition_id, subscriber_id FROM being_sent))
					AND (d.edition_id = ANY ($7) OR d.edition_id IN (
							SELECT v.edition_id FROM variant_articles va JOIN variants v ON v.id = va.variant_id WHERE va.article_id = ANY ($8))
						AND EXISTS (SELECT 1 FROM variants v LEFT JOIN renderings n ON n.id = d.rendering_id
							WHERE v.id = d.variant_id AND COALESCE(n.article_ids, v.article_ids) && $8)))))`

func (a Audience) args(now time.Time) []any {
	texts := func(list []string) any { return pq.Array(append([]string{}, list...)) }
	numbers := func(list []int64) any { return pq.Array(append([]int64{}, list...)) }
	frequencies := []string{}
	for _, f := range a.Frequencies {
		frequencies = append(frequencies, string(f))
	}
	return []any{
		now, numbers(a.Readers), a.conditional(), texts(a.Programs), texts(a.Regions), pq.Array(frequencies),
		numbers(a.Editions), numbers(a.Articles),
	}
}

// size is how many readers the audience has now.
func (a Audience) size(ctx context.Context, q sqlx.QueryerContext, now time.Time) (int64, error) {
	var n int64
	err := sqlx.GetContext(ctx, q, &n, `SELECT count(*) FROM (`+audienceQuery+`) AS audience`, a.args(now)...)
	return n, err
}
