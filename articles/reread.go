package articles

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// Reread reads the known articles of a source again, by the present rules, and passes the
// changes to confirm. When confirm returns true the changes are made: title, text, date,
// authors and labels, except for labels set by staff. No article is released, so no reader
// gets an email. Withdrawn articles stay as they are, and so does the text from a feed that
// does not list the article any more.
func (g *Gatherer) Reread(ctx context.Context, name string, confirm func([]Change) (bool, error)) (rows []Row, failures []Failure, err error) {
	i := slices.IndexFunc(g.Sources, func(s Source) bool { return s.Name == name })
	if i < 0 {
		return nil, nil, fmt.Errorf("articles: there is no source %q", name)
	}
	unlock, err := g.locks.Lock(ctx, sourceLock(name))
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	candidates, failure := g.candidates(ctx, g.Sources[i])
	for _, fault := range faults(failure) {
		failures = append(failures, Failure{name, fault})
	}
	r, jobs := newRound(g.Sources[i], g.others(g.Sources[i]), candidates, failure == nil)
	r.plan = newPlan(false, acceptance{all: true})
	if err := g.learn(ctx, r, jobs); err != nil {
		return nil, failures, err
	}
	p := &phase{g: g, r: r, budget: ctx, jobs: g.rereadJobs(r, jobs)}
	p.rows = make([][]Row, len(p.jobs))
	if err := inFours(ctx, readingOrder(p.jobs, r.known.tried), p.reread); err != nil {
		return nil, failures, err
	}
	rows = slices.Concat(p.rows...)
	yes, err := confirm(r.plan.distinct())
	if err != nil || !yes {
		return nil, failures, err
	}
	for _, d := range r.plan.deferred {
		row, err := g.rereadNow(ctx, d)
		if err != nil {
			return rows, failures, err
		}
		rows = append(rows, row)
	}
	return rows, failures, nil
}

// rereadJobs are the known articles that can be read again: those that the source lists, and
// of a list of pages the others as well.
func (g *Gatherer) rereadJobs(r *round, jobs []candidate) []candidate {
	seen := map[int64]bool{}
	var known []candidate
	for _, c := range jobs {
		if k := c.of(r.known); k.ID != 0 && k.State != Withdrawn && !seen[k.ID] {
			seen[k.ID] = true
			known = append(known, c)
		}
	}
	if r.source.Kind == Feed || r.source.Kind == Folder {
		return known
	}
	for _, k := range r.known.articles() {
		if !seen[k.ID] && k.State != Withdrawn && strings.HasPrefix(k.URL, "http") {
			known = append(known, candidate{URL: k.URL, round: r})
		}
	}
	return known
}

// reread reads the i-th job. A change waits in the plan.
func (p *phase) reread(ctx context.Context, i int) error {
	c := p.jobs[i]
	c.texts = &p.r.texts
	k := c.of(p.r.known)
	k.ETag, k.LastModified = "", ""
	found, row, err := p.g.readKnown(ctx, c, k)
	if err != nil || row.Reason != "" {
		p.rows[i] = []Row{row}
		return err
	}
	a, changed, err := p.g.store.reread(ctx, found, p.g.Now(), true)
	if err != nil {
		return err
	}
	if !changed {
		row.Article, row.Outcome = a, Unchanged
		p.rows[i] = []Row{row}
		return nil
	}
	p.r.plan.wait(changeOf(row.URL, a, found, effect{outcome: Updated, text: true}), deferred{row: row, c: c, k: k, found: &found})
	return nil
}

// readKnown reads the page of a known article. The row has the reason when nothing is read.
func (g *Gatherer) readKnown(ctx context.Context, c candidate, k knownPage) (Found, Row, error) {
	row := Row{Source: c.round.source.Name, URL: cmp.Or(c.URL, c.GUID), Outcome: Unchanged}
	found, _, err := g.read(ctx, c.loaded(), k)
	if ctx.Err() != nil {
		return found, row, ctx.Err()
	}
	if err == nil {
		found.Known, found.round = k.ID, c.round
		err = found.normalise()
	}
	if err != nil {
		row.Reason = "kept as it was: " + Failure{Err: err}.Reason()
		a, getErr := g.store.Get(ctx, k.ID)
		row.Article = a
		return found, row, getErr
	}
	return found, row, nil
}

// rereadNow makes a change.
func (g *Gatherer) rereadNow(ctx context.Context, d deferred) (Row, error) {
	row := d.row
	if d.again {
		found, again, err := g.readKnown(ctx, d.c, d.k)
		if err != nil || again.Reason != "" {
			return again, err
		}
		d.found = &found
	}
	a, changed, err := g.store.reread(ctx, *d.found, g.Now(), false)
	if err != nil {
		return row, err
	}
	row.Article, row.Outcome, row.URL = a, Unchanged, a.URL
	if changed {
		row.Outcome = Updated
	}
	return row, nil
}

// reread takes a reading of a known article over, and reports whether it changes the article.
// A rehearsal leaves a changed article as it is.
func (s *Store) reread(ctx context.Context, f Found, now time.Time, rehearsal bool) (Article, bool, error) {
	changed := false
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		m, err := matchByID(ctx, tx, f)
		if err != nil {
			return err
		}
		a, err := scanArticle(tx.QueryRowContext(ctx, `SELECT `+articleColumns+` FROM articles WHERE id = $1`, m.ID))
		if err != nil {
			return err
		}
		f.keepSurerDate(m.known)
		if changed = f.differsFrom(a, m.StaffLabelled); !changed || rehearsal {
			if changed {
				return nil
			}
			return lookedTx(ctx, tx, m.ID, f, now)
		}
		if err := updateTx(ctx, tx, m.known, f, now, true); err != nil {
			return fmt.Errorf("articles: storing a version: %w", err)
		}
		return touchTx(ctx, tx, m.ID, now)
	})
	if err != nil {
		return Article{}, false, err
	}
	a, err := s.Get(ctx, f.Known)
	return a, changed, err
}

// keepSurerDate keeps the known date of publication unless the new one is at least as certain.
func (f *Found) keepSurerDate(k known) {
	if k.Published.Valid && (f.Published.IsZero() || f.PublishedSureness < k.Sureness) {
		f.Published, f.PublishedSureness = k.Published.Time, k.Sureness
	}
}

// differsFrom reports whether readers would see another article.
func (f *Found) differsFrom(a Article, staffLabelled bool) bool {
	labels := !staffLabelled && !(slices.Equal(f.Programs, a.Programs) && slices.Equal(f.Regions, a.Regions))
	return labels || f.Title != a.Title || !slices.Equal(f.Authors, a.Authors) || !f.Published.Equal(a.Published) || f.Summary != a.Summary ||
		f.ImageURL != a.ImageURL || f.ImageCredit != a.ImageCredit || f.Reading.Language != a.Language || f.ContentHTML != a.ContentHTML
}
