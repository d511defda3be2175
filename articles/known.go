package articles

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"corridor/fetch"

	"github.com/lib/pq"
)

// knownPage is what gathering must know of a piece it has.
type knownPage struct {
	ID           int64        `db:"id"`
	URL          string       `db:"url"`
	GUID         string       `db:"guid"`
	State        State        `db:"state"`
	Newest       time.Time    `db:"newest"`
	CheckedAt    time.Time    `db:"checked_at"`
	MissingSince sql.NullTime `db:"missing_since"`
	Listed       bool         `db:"listed"`
	ETag         string       `db:"etag"`
	LastModified string       `db:"last_modified"`
	Rules        int          `db:"rules"`
}

func (k knownPage) validators() fetch.Validators {
	if k.State == Withdrawn { // it must be read again to come back
		return fetch.Validators{}
	}
	return fetch.Validators{ETag: k.ETag, LastModified: k.LastModified}
}

// knownOf returns a source's pieces by address, by former address and by the source's
// own id.
func (s *Store) knownOf(ctx context.Context, source string) (map[string]knownPage, error) {
	var pages []knownPage
	err := s.db.SelectContext(ctx, &pages, `
		SELECT id, url, COALESCE(guid, '') AS guid, state, COALESCE(published, first_seen_at) AS newest, checked_at,
			missing_since, listed, etag, last_modified, rules
		FROM articles WHERE source = $1`, source)
	if err != nil {
		return nil, fmt.Errorf("articles: listing a source's pieces: %w", err)
	}
	known := make(map[string]knownPage, 2*len(pages))
	byID := make(map[int64]knownPage, len(pages))
	for _, p := range pages {
		known[p.URL], byID[p.ID] = p, p
		if p.GUID != "" {
			known[p.GUID] = p
		}
	}
	var former []struct {
		URL string `db:"url"`
		ID  int64  `db:"article_id"`
	}
	if err := s.db.SelectContext(ctx, &former, `
		SELECT f.url, f.article_id FROM article_addresses f JOIN articles a ON a.id = f.article_id WHERE a.source = $1`, source); err != nil {
		return nil, fmt.Errorf("articles: listing former addresses: %w", err)
	}
	for _, f := range former {
		if _, taken := known[f.URL]; !taken {
			known[f.URL] = byID[f.ID]
		}
	}
	return known, nil
}

// theirs returns, of some addresses, those of pieces that other sources have found
// first, and the pieces' ids.
func (s *Store) theirs(ctx context.Context, addresses, sources []string) (map[string]int64, error) {
	var rows []struct {
		URL string `db:"url"`
		ID  int64  `db:"id"`
	}
	err := s.db.SelectContext(ctx, &rows, `
		SELECT url, id FROM articles WHERE url = ANY ($1) AND source = ANY ($2) AND state <> 'withdrawn'
		UNION ALL
		SELECT f.url, a.id FROM article_addresses f JOIN articles a ON a.id = f.article_id
		WHERE f.url = ANY ($1) AND a.source = ANY ($2) AND a.state <> 'withdrawn'`, pq.Array(addresses), pq.Array(sources))
	if err != nil {
		return nil, fmt.Errorf("articles: listing pieces of other sources: %w", err)
	}
	found := make(map[string]int64, len(rows))
	for _, row := range rows {
		found[row.URL] = row.ID
	}
	return found, nil
}

// others are the names of the sources besides s.
func (g *Gatherer) others(s Source) []string {
	var names []string
	for _, other := range g.Sources {
		if other.Name != s.Name {
			names = append(names, other.Name)
		}
	}
	return names
}

// unlisted are known pieces that their source names no more and that should be asked
// for: those that have just vanished, those missing already, and now and then the rest.
// When the list is incomplete the first group is empty.
func (g *Gatherer) unlisted(s Source, known map[string]knownPage, listed map[string]bool, complete bool) []candidate {
	if s.Kind == Folder {
		return nil // staff clear folders
	}
	reached := map[int64]bool{}
	for key := range listed {
		if k, ok := known[key]; ok {
			reached[k.ID] = true
		}
	}
	var jobs []candidate
	for key, k := range known {
		ask := k.Listed && complete || k.MissingSince.Valid || g.Now().Sub(k.CheckedAt) > 24*time.Hour
		if key == k.URL && !reached[k.ID] && !listed[k.GUID] && k.State == Released && ask && strings.HasPrefix(key, "http") {
			// What a feed said of a piece stays when it lists the piece no more: its page
			// may say it in other words, which would look like an edit.
			jobs = append(jobs, candidate{URL: k.URL, Changed: g.Now(), Look: s.Kind == Feed})
		}
	}
	return jobs
}

// setListed records which articles the source named; when the list is incomplete, only
// those that it did name.
func (s *Store) setListed(ctx context.Context, source string, listed map[string]bool, complete bool) error {
	keys := make([]string, 0, len(listed))
	for key := range listed {
		keys = append(keys, key)
	}
	_, err := s.db.ExecContext(ctx, `
		UPDATE articles a SET listed = NOT a.listed
		WHERE source = $1 AND ($3 OR NOT listed) AND listed <> (
			url = ANY ($2) OR COALESCE(guid, '') = ANY ($2)
			OR EXISTS (SELECT FROM article_addresses f WHERE f.article_id = a.id AND f.url = ANY ($2)))`, source, pq.Array(keys), complete)
	if err != nil {
		return fmt.Errorf("articles: recording what a source lists: %w", err)
	}
	return nil
}

// checked records that a piece was asked for and has not changed.
func (s *Store) checked(ctx context.Context, id int64, now time.Time) (Article, error) {
	if _, err := s.db.ExecContext(ctx, `UPDATE articles SET checked_at = $2, missing_since = NULL WHERE id = $1`, id, now); err != nil {
		return Article{}, fmt.Errorf("articles: recording a look: %w", err)
	}
	return s.Get(ctx, id)
}

func (s *Store) setValidators(ctx context.Context, id int64, v fetch.Validators) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE articles SET etag = $2, last_modified = $3 WHERE id = $1 AND (etag, last_modified) IS DISTINCT FROM ($2, $3)`, id, v.ETag, v.LastModified)
	if err != nil {
		return fmt.Errorf("articles: recording validators: %w", err)
	}
	return nil
}
