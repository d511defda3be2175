package editions

import (
	"context"
	"slices"
	"strings"
	"time"

	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Audience selects the readers of a special edition: the readers named in Readers, and the
// active readers that meet all other conditions. The values of one condition are
// alternatives. The zero Audience selects all active readers.
type Audience struct {
	Programs    []string    `json:"programs,omitempty"` // readers that follow one of these programs
	Regions     []string    `json:"regions,omitempty"`
	Frequencies []Frequency `json:"frequencies,omitempty"`
	Editions    []int64     `json:"editions,omitempty"` // readers that received one of these editions
	Articles    []int64     `json:"articles,omitempty"` // readers that received one of these articles
	Readers     []int64     `json:"readers,omitempty"`  // ids instead of addresses, so that erasing a reader leaves no address here
}

// conditional reports whether the audience selects readers by conditions, and not only
// the named readers.
func (a Audience) conditional() bool {
	return len(a.Readers) == 0 || len(a.Programs)+len(a.Regions)+len(a.Frequencies)+len(a.Editions)+len(a.Articles) > 0
}

// list is the list of List-Id and Feedback-ID: the slug of the only program or region that
// the audience is limited to, like "eep.programs" or "central-asia.regions", or "".
func (a Audience) list() string {
	switch {
	case len(a.Frequencies)+len(a.Editions)+len(a.Articles)+len(a.Readers) > 0:
	case len(a.Programs) == 1 && len(a.Regions) == 0:
		return a.Programs[0] + ".programs"
	case len(a.Regions) == 1 && len(a.Programs) == 0:
		return a.Regions[0] + ".regions"
	}
	return ""
}

// check returns an error for a program, region or frequency that does not exist.
func (a Audience) check(programs, regions []Label) error {
	known := func(kind string, slugs []string, labels []Label) error {
		for _, slug := range slugs {
			if !slices.ContainsFunc(labels, func(l Label) bool { return l.Slug == slug }) {
				var names []string
				for _, l := range labels {
					names = append(names, l.Slug)
				}
				return refuse("there is no %s %q; there are %s", kind, slug, strings.Join(names, ", "))
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
			return refuse("there is no frequency %q; there are instant, daily, weekly, monthly", f)
		}
	}
	return nil
}

// audienceQuery selects the readers of an audience: those whose preference set takes one of
// its programs and one of its regions, as [articles.Takes] does. A paused, suppressed or
// inactive reader is never selected. A reader with an uncertain delivery, a dropped delivery
// or a delivery in flight counts as having received it.
const audienceQuery = `
	SELECT s.id AS subscriber_id, s.domain
	FROM subscribers s JOIN preference_sets p ON p.id = s.preference_set_id
	WHERE s.state = 'active' AND (s.paused_until IS NULL OR s.paused_until <= $1)
		AND ` + subscribers.NotSuppressed + `
		AND (s.id = ANY ($2) OR $3
			AND (cardinality($4::text[]) = 0 OR p.programs = '{}' OR p.programs && $4)
			AND (cardinality($5::text[]) = 0 OR p.regions = '{}' OR p.regions && $5)
			AND (cardinality($6::text[]) = 0 OR s.frequency = ANY ($6))
			AND (cardinality($7::bigint[]) + cardinality($8::bigint[]) = 0 OR s.id IN (
				SELECT d.subscriber_id FROM deliveries d
				WHERE (d.state IN ('sent', 'uncertain') OR (d.state = 'failed' AND d.reason = 'dropped')
						OR (d.edition_id, d.subscriber_id) IN (SELECT edition_id, subscriber_id FROM being_sent))
					AND (d.edition_id = ANY ($7) OR d.edition_id IN (
							SELECT v.edition_id FROM variant_articles va JOIN variants v ON v.id = va.variant_id WHERE va.article_id = ANY (` + namedArticles + `))
						AND EXISTS (SELECT 1 FROM variants v LEFT JOIN renderings n ON n.id = d.rendering_id
							WHERE v.id = d.variant_id AND COALESCE(n.article_ids, v.article_ids) && ` + namedArticles + `)))))`

// namedArticles are the articles $8, and those that were merged into them.
const namedArticles = `ARRAY(SELECT id FROM articles WHERE id = ANY ($8) OR merged_into = ANY ($8))`

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

// size counts the readers of the audience now.
func (a Audience) size(ctx context.Context, q sqlx.QueryerContext, now time.Time) (int64, error) {
	var n int64
	err := sqlx.GetContext(ctx, q, &n, `SELECT count(*) FROM (`+audienceQuery+`) AS audience`, a.args(now)...)
	return n, err
}
