package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"corridor/articles/reading"

	"corridor/fetch"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// The kinds of sources.
const (
	Sitemap = "sitemap"
	Feed    = "feed"
	Listing = "page"
	Folder  = "folder"
)

// Source is where articles are gathered from.
type Source struct {
	Name      string
	Kind      string
	URL       string            // a path for a folder
	Match     string            // which addresses are articles; empty: all
	Every     time.Duration     // the shortest time between two readings; see [Gatherer.Work]
	Selectors reading.Selectors // of its pages, as a last resort
	Hosts     []string          // further hosts of its site
	Resting   time.Duration     // a file that changed less long ago is left to the next gather: it may be half written

	answer *answer // to a request for its list that was made before
}

// isHost reports whether an address is on the host of the source's list, or on a further host
// of its site.
func (s Source) isHost(address string) bool {
	a, errA := url.Parse(s.URL)
	b, errB := url.Parse(address)
	return errA == nil && errB == nil && (strings.EqualFold(a.Host, b.Host) || slices.ContainsFunc(s.Hosts, func(host string) bool { return strings.EqualFold(host, b.Host) }))
}

// candidate is an entry of a source for one article.
type candidate struct {
	URL     string // canonical; empty for an article without an address
	GUID    string
	Changed time.Time        // hint: when it was changed last
	Dated   time.Time        // hint: when it was published
	Text    *reading.Reading // what the source itself holds of it
	Whole   bool             // Text holds the whole article, so that no page is fetched
	Look    bool             // only whether it is still there is asked
	Theirs  int64            // the article's id when it is another source's

	entry    func() (text *reading.Reading, whole bool) // reads Text and Whole from a feed; see loaded
	Evidence Evidence                                   // of Text
	round    *round

	texts *texts          // of the gather that the candidate is read in
	page  *fetch.Document // the page, when it was fetched before and waited for its verdict
}

// dates are the days that the source says of the article.
func (c candidate) dates() []time.Time {
	days := []time.Time{c.Changed, c.Dated}
	if c.Text != nil {
		days = append(days, c.Text.Published, c.Text.Updated)
	}
	return days
}

// sourceState is the stored state of a source.
type sourceState struct {
	FirstDone sql.NullTime `db:"first_done_at"`
	Newest    sql.NullTime `db:"newest"`   // when its last new article came
	Gap       float64      `db:"gap"`      // mean seconds between its latest articles; 0: unknown
	Failures  int          `db:"failures"` // in a row
	LastDone  sql.NullTime `db:"last_done_at"`
	BrakedAt  sql.NullTime `db:"braked_at"`
	Settings  []byte       `db:"settings"` // see Gatherer.settings; nil: not known
	SettledAt sql.NullTime `db:"settled_at"`
}

func (s *Store) sourceState(ctx context.Context, name string) (sourceState, error) {
	var state sourceState
	for range 2 {
		err := s.db.GetContext(ctx, &state, `
			SELECT first_done_at, last_done_at, braked_at, settings, newest, COALESCE(extract(epoch FROM gap), 0)::float8 AS gap, failures, settled_at
			FROM sources WHERE name = $1`, name)
		if err == nil {
			return state, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return state, fmt.Errorf("articles: reading a source's state: %w", err)
		}
		if err := s.addSources(ctx, []string{name}); err != nil {
			return state, err
		}
	}
	return state, fmt.Errorf("articles: the source %s has no row", name)
}

// sourceDone records the end of a gather: complete, failed with a reason, or waiting for
// staff, which is neither. read is set when everything was read that the source has at present.
func (s *Store) sourceDone(ctx context.Context, name string, failure error, read bool, settings []byte, now time.Time) error {
	var braked *BrakedError
	if errors.As(failure, &braked) {
		_, err := s.db.ExecContext(ctx, `UPDATE sources SET last_tried_at = $2 WHERE name = $1`, name, now)
		if err != nil {
			return fmt.Errorf("articles: recording a gather: %w", err)
		}
		return nil
	}
	reason := ""
	if failure != nil {
		reason = cutText(storable(strings.ReplaceAll(failure.Error(), "\n", "; ")), 2000)
	}
	_, err := s.db.ExecContext(ctx, `
		UPDATE sources SET
			last_tried_at = $2,
			first_done_at = CASE WHEN $4 THEN COALESCE(first_done_at, $2) ELSE first_done_at END,
			last_done_at = CASE WHEN $3 = '' THEN $2 ELSE last_done_at END,
			failing_since = CASE WHEN $3 <> '' THEN COALESCE(failing_since, $2) END,
			alerted_at = CASE WHEN $3 <> '' THEN alerted_at END,
			settings = CASE WHEN $4 THEN $5 ELSE settings END,
			last_error = $3
		WHERE name = $1`, name, now, reason, read, settings)
	if err != nil {
		return fmt.Errorf("articles: recording a gather: %w", err)
	}
	return nil
}

// Failing is a source that has failed for some time.
type Failing struct {
	Name  string    `db:"name"`
	Since time.Time `db:"failing_since"`
	Error string    `db:"last_error"`
}

// Alert returns the paragraph that tells staff of f, with a time in zone.
func (f Failing) Alert(zone *time.Location) string {
	return fmt.Sprintf("The source %q has failed since %s: %s.\nTry it: corridor gather --source %q", f.Name, f.Since.In(zone).Format("2 January 2006, 15:04"), f.Error, f.Name)
}

// TakeFailingTx returns the sources that have failed since before cutoff without an alert,
// and records that staff are alerted now. names are the configured sources; other sources
// cause no alert.
func TakeFailingTx(ctx context.Context, tx *sqlx.Tx, names []string, cutoff, now time.Time) ([]Failing, error) {
	failing := []Failing{}
	err := tx.SelectContext(ctx, &failing, `
		UPDATE sources SET alerted_at = $3
		WHERE name = ANY ($1) AND failing_since < $2 AND alerted_at IS NULL
		RETURNING name, failing_since, last_error`, pq.Array(names), cutoff, now)
	if err != nil {
		return nil, fmt.Errorf("articles: looking for failing sources: %w", err)
	}
	return failing, nil
}

// SourceState is the result of a source's gathers so far.
type SourceState struct {
	Name         string       `db:"name"`
	LastDone     sql.NullTime `db:"last_done_at"`  // of the last gather that succeeded
	FailingSince sql.NullTime `db:"failing_since"` // null: the last gather succeeded
	LastError    string       `db:"last_error"`
	Due          sql.NullTime `db:"due_at"`    // when it is read next; null: at once
	BrakedAt     sql.NullTime `db:"braked_at"` // since when a gather waits for staff
}

// SourceStates returns the states of all sources that were ever gathered, by name.
func (s *Store) SourceStates(ctx context.Context) (map[string]SourceState, error) {
	var list []SourceState
	if err := s.db.SelectContext(ctx, &list, `SELECT name, last_done_at, failing_since, last_error, due_at, braked_at FROM sources`); err != nil {
		return nil, fmt.Errorf("articles: reading the states of sources: %w", err)
	}
	states := make(map[string]SourceState, len(list))
	for _, state := range list {
		states[state.Name] = state
	}
	return states, nil
}

// CountHeld returns the number of articles that gathering holds for staff.
func (s *Store) CountHeld(ctx context.Context) (n int64, err error) {
	if err := s.db.GetContext(ctx, &n, `SELECT count(*) FROM articles WHERE state = 'held' AND held_reason <> ''`); err != nil {
		return 0, fmt.Errorf("articles: counting held articles: %w", err)
	}
	return n, nil
}

// CountBySource returns the number of articles of each source that are not withdrawn.
func (s *Store) CountBySource(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		Source string `db:"source"`
		Count  int    `db:"count"`
	}
	if err := s.db.SelectContext(ctx, &rows, `SELECT source, count(*) AS count FROM articles WHERE state <> 'withdrawn' GROUP BY source`); err != nil {
		return nil, fmt.Errorf("articles: counting the articles of sources: %w", err)
	}
	counts := make(map[string]int, len(rows))
	for _, row := range rows {
		counts[row.Source] = row.Count
	}
	return counts, nil
}

// Refused is the page of a known article that is no article at present.
type Refused struct {
	URL    string    `db:"url" json:"url"`
	Title  string    `db:"title" json:"title"` // of the known article
	Reason string    `db:"reason" json:"reason"`
	SeenAt time.Time `db:"seen_at" json:"at"`
}

// Refused returns the pages of a source's known articles that gathering refuses at present.
func (s *Store) Refused(ctx context.Context, source string) ([]Refused, error) {
	list := []Refused{}
	err := s.db.SelectContext(ctx, &list, `
		SELECT p.url, a.title, p.reason, p.seen_at
		FROM skipped_pages p JOIN articles a ON a.url = p.url
		WHERE p.source = $1 AND a.state <> 'withdrawn'
		ORDER BY p.seen_at DESC, p.url`, source)
	if err != nil {
		return nil, fmt.Errorf("articles: listing refused pages: %w", err)
	}
	return list, nil
}

// skip records why no article came of a page, so that staff can see it.
func (s *Store) skip(ctx context.Context, source, url, reason string, now time.Time) error {
	_, err := s.db.ExecContext(ctx, `
		INSERT INTO skipped_pages (source, url, reason, seen_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (source, url) DO UPDATE SET reason = excluded.reason, seen_at = excluded.seen_at`, source, url, storable(reason), now)
	if err != nil {
		return fmt.Errorf("articles: recording a skipped page: %w", err)
	}
	return nil
}

// tried returns when a source's articles and pages were last read or skipped, by the keys
// of candidates. One that is missing was never tried.
func (s *Store) tried(ctx context.Context, source string, known map[string]knownPage) (map[string]time.Time, error) {
	var skipped []struct {
		URL    string    `db:"url"`
		SeenAt time.Time `db:"seen_at"`
	}
	if err := s.db.SelectContext(ctx, &skipped, `SELECT url, seen_at FROM skipped_pages WHERE source = $1`, source); err != nil {
		return nil, fmt.Errorf("articles: listing skipped pages: %w", err)
	}
	at := make(map[string]time.Time, len(known)+len(skipped))
	for key, k := range known {
		at[key] = k.CheckedAt
	}
	for _, page := range skipped {
		at[page.URL], at[addressKey(page.URL)] = page.SeenAt, page.SeenAt
	}
	return at, nil
}

func (s *Store) unskip(ctx context.Context, source, url string) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM skipped_pages WHERE source = $1 AND url = $2`, source, url)
	return err
}

// CountFailing returns the number of sources whose last gathering failed.
func (s *Store) CountFailing(ctx context.Context) (n int64, err error) {
	if err := s.db.GetContext(ctx, &n, `SELECT count(*) FROM sources WHERE failing_since IS NOT NULL`); err != nil {
		return 0, fmt.Errorf("articles: counting failing sources: %w", err)
	}
	return n, nil
}
