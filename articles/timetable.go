package articles

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/lib/pq"
)

const (
	// workersAtOnce is how many sources a process reads at once. A worker that waits for a
	// site that stalls costs a goroutine, and the site's failures make it rare.
	workersAtOnce = 128
	// lookForDue is how often a process looks for due sources.
	lookForDue = time.Second
	// claimBeyondBudget is how long a claim lasts after the budget of its reading. Then the
	// process has died, and the source is due again.
	claimBeyondBudget = time.Minute
	// claimWithoutBudget is how long a claim lasts when a reading has no budget.
	claimWithoutBudget = time.Hour
	// busyAgain is the time until a source is tried again that another gather reads.
	busyAgain = 30 * time.Second
)

// Gathered is the result of reading one source.
type Gathered struct {
	Source   string
	Rows     []Row
	Failures []Failure
	Took     time.Duration
	Err      error // the database's
}

// Work reads each configured source when it is due, until ctx ends. Any number of processes
// share the sources through the database: the one that claims a due source reads it. may
// reports whether a source may be read now; report is called after each reading, by several
// goroutines.
func (g *Gatherer) Work(ctx context.Context, may func(context.Context) bool, report func(Gathered)) error {
	var group sync.WaitGroup
	defer group.Wait()
	if slices.ContainsFunc(g.Sources, func(s Source) bool { return s.Kind == Folder }) {
		group.Go(func() { g.watchFolders(ctx) })
	}
	slots := make(chan struct{}, workersAtOnce)
	known := false
	for {
		due, err := g.takeDue(ctx, may, workersAtOnce-len(slots), &known)
		if err != nil && ctx.Err() == nil {
			report(Gathered{Err: err})
		}
		for _, s := range due {
			slots <- struct{}{}
			group.Go(func() {
				defer func() { <-slots }()
				report(g.readDue(ctx, s))
			})
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(lookForDue):
		}
	}
}

// takeDue claims due sources, unless none may be read. known is set when every source has
// a row.
func (g *Gatherer) takeDue(ctx context.Context, may func(context.Context) bool, most int, known *bool) ([]Source, error) {
	if most == 0 || !may(ctx) {
		return nil, nil
	}
	if !*known {
		if err := g.store.addSources(ctx, g.sourceNames()); err != nil {
			return nil, err
		}
		*known = true
	}
	now := g.Now()
	names, err := g.store.claimDue(ctx, g.sourceNames(), now, now.Add(cmp.Or(g.Budget, claimWithoutBudget)+claimBeyondBudget), most)
	if err != nil {
		return nil, err
	}
	claimed := make(map[string]bool, len(names))
	for _, name := range names {
		claimed[name] = true
	}
	due := make([]Source, 0, len(names))
	for _, s := range g.Sources {
		if claimed[s.Name] {
			due = append(due, s)
		}
	}
	return due, nil
}

// readDue reads a claimed source. A panic is an error.
func (g *Gatherer) readDue(ctx context.Context, s Source) (result Gathered) {
	began := time.Now()
	result.Source = s.Name
	defer func() {
		if cause := recover(); cause != nil {
			result.Err = fmt.Errorf("gathering %s panicked: %v\n%s", s.Name, cause, debug.Stack())
		}
		result.Took = time.Since(began)
	}()
	unlock, err := g.locks.TryLock(ctx, sourceLock(s.Name))
	if err != nil {
		result.Err = err
		return result
	}
	if unlock == nil {
		result.Err = g.store.postpone(ctx, s.Name, g.Now().Add(busyAgain))
		return result
	}
	defer unlock()
	var failure error
	s.Resting = fileRests
	result.Rows, failure, result.Err = g.gatherSource(ctx, s)
	for _, fault := range faults(failure) {
		result.Failures = append(result.Failures, Failure{s.Name, fault})
	}
	return result
}

func (g *Gatherer) sourceNames() []string {
	names := make([]string, len(g.Sources))
	for i, s := range g.Sources {
		names[i] = s.Name
	}
	return names
}

// addSources gives every source a row. A new one is due at once.
func (s *Store) addSources(ctx context.Context, names []string) error {
	if _, err := s.db.ExecContext(ctx, `INSERT INTO sources (name) SELECT unnest($1::text[]) ON CONFLICT (name) DO NOTHING`, pq.Array(names)); err != nil {
		return fmt.Errorf("articles: adding sources: %w", err)
	}
	return nil
}

// claimDue claims at most so many of the sources that are due: until the end of the claim
// they are due for no other process. The longest due come first.
func (s *Store) claimDue(ctx context.Context, names []string, now, end time.Time, most int) (claimed []string, err error) {
	err = s.db.SelectContext(ctx, &claimed, `
		UPDATE sources SET due_at = $3
		WHERE name IN (
			SELECT name FROM sources
			WHERE name = ANY ($1) AND (due_at IS NULL OR due_at <= $2)
			ORDER BY due_at NULLS FIRST
			LIMIT $4
			FOR UPDATE SKIP LOCKED)
		RETURNING name`, pq.Array(names), now, end, most)
	if err != nil {
		return nil, fmt.Errorf("articles: claiming due sources: %w", err)
	}
	return claimed, nil
}

// postpone lets a source that another gather reads rest until a time.
func (s *Store) postpone(ctx context.Context, name string, until time.Time) error {
	if _, err := s.db.ExecContext(ctx, `UPDATE sources SET due_at = $2 WHERE name = $1`, name, until); err != nil {
		return fmt.Errorf("articles: postponing a source: %w", err)
	}
	return nil
}

// AskFor makes a source due at once. A source that is being read is read again after that.
func (s *Store) AskFor(ctx context.Context, name string, now time.Time) error {
	if _, err := s.db.ExecContext(ctx, `UPDATE sources SET due_at = LEAST(due_at, $2), asked_at = $2 WHERE name = $1`, name, now); err != nil {
		return fmt.Errorf("articles: asking for a source: %w", err)
	}
	return nil
}

// schedule records when a source that was read is due next: at once when a reading was asked
// for since this one began.
func (g *Gatherer) schedule(ctx context.Context, s Source, state sourceState, began time.Time, rows []Row, failure error) error {
	wait, failures, err := g.wait(ctx, s, state, rows, failure)
	if err != nil {
		return err
	}
	_, err = g.db.ExecContext(ctx, `UPDATE sources SET due_at = CASE WHEN asked_at > $4 THEN asked_at ELSE $2 END, failures = $3 WHERE name = $1`,
		s.Name, g.Now().Add(wait), failures, began)
	if err != nil {
		return fmt.Errorf("articles: setting when a source is due: %w", err)
	}
	return nil
}

// wait returns the time until the next reading, and the failures in a row. A failure of a part,
// such as one sitemap of an index, does not slow down the rest.
func (g *Gatherer) wait(ctx context.Context, s Source, state sourceState, rows []Row, failure error) (wait time.Duration, failures int, err error) {
	now := g.Now()
	news := slices.ContainsFunc(rows, func(r Row) bool { return r.Outcome == New })
	if !state.Newest.Valid || news {
		if state, err = g.store.learnPace(ctx, s.Name, state, now); err != nil {
			return 0, 0, err
		}
	}
	p := pace{Every: s.Every, Gap: time.Duration(state.Gap * float64(time.Second)), Wait: askedToWait(failure)}
	if state.Newest.Valid {
		p.Silence = max(0, now.Sub(state.Newest.Time))
	}
	if failure != nil && len(rows) == 0 {
		p.Failures = state.Failures + 1
	}
	if s.Kind == Feed && g.Hubs != nil {
		if p.Pushed, err = g.Hubs.IsPushed(ctx, s.Name, news, now); err != nil {
			return 0, 0, err
		}
	}
	return spread(p.next()), p.Failures, nil
}

// learnPace computes how often a source has articles from the dates of its latest ones.
func (s *Store) learnPace(ctx context.Context, name string, state sourceState, now time.Time) (sourceState, error) {
	var latest struct {
		Count  int          `db:"count"`
		Newest sql.NullTime `db:"newest"`
		Oldest sql.NullTime `db:"oldest"`
		Seen   sql.NullTime `db:"seen"`
	}
	err := s.db.GetContext(ctx, &latest, `
		SELECT count(*) AS count, max(at) AS newest, min(at) AS oldest, max(seen) AS seen
		FROM (SELECT `+DateSQL+` AS at, first_seen_at AS seen FROM articles WHERE source = $1 ORDER BY 1 DESC LIMIT 10) AS latest`, name)
	if err != nil {
		return state, fmt.Errorf("articles: reading the dates of a source: %w", err)
	}
	state.Newest, state.Gap = latest.Seen, 0
	if latest.Count > 1 {
		state.Gap = latest.Newest.Time.Sub(latest.Oldest.Time).Seconds() / float64(latest.Count-1)
	} else if latest.Count == 1 {
		state.Gap = now.Sub(latest.Newest.Time).Seconds()
	}
	_, err = s.db.ExecContext(ctx, `UPDATE sources SET gap = make_interval(secs => $2), newest = $3 WHERE name = $1`, name, state.Gap, state.Newest)
	if err != nil {
		return state, fmt.Errorf("articles: storing the pace of a source: %w", err)
	}
	return state, nil
}
