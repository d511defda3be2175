package editions

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"corridor/articles"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// groupRow is a row of plan_groups.
type groupRow struct {
	ID       int64          `db:"group_id"`
	SetID    int64          `db:"preference_set_id"`
	Programs pq.StringArray `db:"programs"`
	Regions  pq.StringArray `db:"regions"`
	Seen     int64          `db:"seen"`
	Since    time.Time      `db:"since"`
	Missed   pq.Int64Array  `db:"missed"`
	Had      pq.Int64Array  `db:"had"`
	Readers  int64          `db:"readers"`
}

// chooseTx chooses the articles of each group of the snapshot and adds the variants to
// plan. Groups with the same list of articles share a variant.
func (s *Store) chooseTx(ctx context.Context, tx *sqlx.Tx, plan *Plan, upto int64) error {
	var groups []groupRow
	if err := tx.SelectContext(ctx, &groups, `
		SELECT g.group_id, g.preference_set_id, p.programs, p.regions, g.seen, g.since, g.missed, g.had, g.readers
		FROM plan_groups g JOIN preference_sets p ON p.id = g.preference_set_id`); err != nil || len(groups) == 0 {
		return err
	}
	missed, had, err := listsTx(ctx, tx, groups)
	if err != nil {
		return err
	}
	lowest := slices.MinFunc(groups, func(a, b groupRow) int { return cmp.Compare(a.Seen, b.Seen) }).Seen
	candidates, err := candidatesTx(ctx, tx, lowest, upto, missed)
	if err != nil {
		return err
	}
	urls := map[int64]string{}
	for _, c := range candidates {
		urls[c.ID] = c.URL
	}
	byList := map[string]*PlannedVariant{}
	for _, row := range groups {
		g := Group{Programs: row.Programs, Regions: row.Regions, Seen: row.Seen, Since: row.Since, Missed: union(missed, row.Missed), Had: union(had, row.Had)}
		plan.Considered += row.Readers
		choice := Choose(candidates, g, s.opts.MaxArticles)
		if len(choice.Articles) == 0 {
			continue
		}
		key := fmt.Sprint(choice.Articles)
		v := byList[key]
		if v == nil {
			v = &PlannedVariant{Articles: choice.Articles, Shown: choice.Shown, afterNo: row.Seen}
			for _, id := range v.Articles {
				v.URLs = append(v.URLs, urls[id])
			}
			byList[key] = v
		}
		v.afterNo = min(v.afterNo, row.Seen)
		v.Readers += row.Readers
		v.groups = append(v.groups, row.ID)
		plan.Readers += row.Readers
	}
	for _, v := range byList {
		plan.Variants = append(plan.Variants, *v)
	}
	slices.SortFunc(plan.Variants, func(a, b PlannedVariant) int {
		return cmp.Or(cmp.Compare(b.Readers, a.Readers), slices.Compare(b.Articles, a.Articles))
	})
	return nil
}

// candidatesTx reads the articles that any group may get: the news
// released after the number after and up to upto, and the news in missed.
func candidatesTx(ctx context.Context, tx *sqlx.Tx, after, upto int64, missed map[int64][]int64) ([]Candidate, error) {
	var ids []int64
	for _, list := range missed {
		ids = append(ids, list...)
	}
	rows, err := tx.QueryxContext(ctx, `
		SELECT id, release_no, `+articles.NewsTimeSQL+`, `+articles.DateSQL+`, url, programs, regions FROM articles
		WHERE state = 'released' AND newsworthy AND release_no <= $2 AND (release_no > $1 OR id = ANY ($3))
		ORDER BY release_no DESC`, after, upto, pq.Array(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Candidate
	for rows.Next() {
		var c Candidate
		if err := rows.Scan(&c.ID, &c.ReleaseNo, &c.At, &c.Date, &c.URL, pq.Array(&c.Programs), pq.Array(&c.Regions)); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// listsTx reads the article lists that the groups refer to. missed is keyed by variant id.
// had is keyed by rendering id, or by the negative variant id where no rendering exists. The
// lists have the articles that merged ones are now.
func listsTx(ctx context.Context, tx *sqlx.Tx, groups []groupRow) (missed, had map[int64][]int64, err error) {
	var missedIDs, hadIDs []int64
	for _, g := range groups {
		missedIDs, hadIDs = append(missedIDs, g.Missed...), append(hadIDs, g.Had...)
	}
	if missed, err = articleListsTx(ctx, tx, `SELECT id, article_ids FROM variants WHERE id = ANY ($1)`, missedIDs); err != nil {
		return nil, nil, err
	}
	if had, err = articleListsTx(ctx, tx, `
		SELECT id, article_ids FROM renderings WHERE id = ANY ($1)
		UNION ALL SELECT -id, article_ids FROM variants WHERE -id = ANY ($1)`, hadIDs); err != nil {
		return nil, nil, err
	}
	merged, err := articles.MergedTx(ctx, tx)
	for _, lists := range []map[int64][]int64{missed, had} {
		for _, list := range lists {
			replaceMerged(list, merged)
		}
	}
	return missed, had, err
}

// replaceMerged replaces the ids of merged articles by those of the articles that they are.
func replaceMerged(ids []int64, merged map[int64]int64) {
	for i, id := range ids {
		if now, is := merged[id]; is {
			ids[i] = now
		}
	}
}

func articleListsTx(ctx context.Context, tx *sqlx.Tx, query string, ids []int64) (map[int64][]int64, error) {
	lists := map[int64][]int64{}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
		return lists, nil
	}
	rows, err := tx.QueryxContext(ctx, query, pq.Array(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var list pq.Int64Array
		if err := rows.Scan(&id, &list); err != nil {
			return nil, err
		}
		lists[id] = list
	}
	return lists, rows.Err()
}

func union(lists map[int64][]int64, ids []int64) []int64 {
	var all []int64
	for _, id := range ids {
		all = append(all, lists[id]...)
	}
	return all
}
