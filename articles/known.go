package articles

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"corridor/fetch"

	"github.com/lib/pq"
)

// knownPage holds the columns of a stored article that gathering needs.
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
	Refused      string       `db:"refused"`
	Digest       []byte       `db:"digest"`
}

// validatorsAt are those of the page at an address; a former address has no validators.
func (k knownPage) validatorsAt(address string) fetch.Validators {
	if k.State == Withdrawn || k.URL != address { // a withdrawn article must be read again to come back
		return fetch.Validators{}
	}
	return fetch.Validators{ETag: k.ETag, LastModified: k.LastModified}
}

// knowledge is the database's answer to the question of a round: which articles it has
// that the round may meet.
type knowledge struct {
	pages  map[string]knownPage // the source's articles by the key of their address, by those of former addresses, and by the source's own id
	theirs map[string]int64     // ids of articles that other sources found first, by address key
	tried  map[string]time.Time // when an address was asked last, by the address and its key
}

// knowledgeOf asks for the articles of a source, for those of other sources at the
// addresses of jobs, and for the pages that were skipped.
func (s *Store) knowledgeOf(ctx context.Context, source string, others []string, jobs []candidate) (k knowledge, err error) {
	if k.pages, err = s.pagesOf(ctx, source); err != nil {
		return k, err
	}
	var addresses []string
	for _, c := range jobs {
		if c.URL != "" && c.of(k).ID == 0 {
			addresses = append(addresses, c.URL)
		}
	}
	if k.theirs, err = s.theirs(ctx, addresses, others); err != nil {
		return k, err
	}
	k.tried, err = s.tried(ctx, source, k.pages)
	return k, err
}

// pagesOf returns a source's articles by the key of their address, by those of former
// addresses, and by the source's own id.
func (s *Store) pagesOf(ctx context.Context, source string) (map[string]knownPage, error) {
	var pages []knownPage
	err := s.db.SelectContext(ctx, &pages, `
		SELECT id, url, COALESCE(guid, '') AS guid, state, `+DateSQL+` AS newest, checked_at,
			missing_since, listed, etag, last_modified, rules, refused, digest
		FROM articles WHERE source = $1 ORDER BY id DESC`, source)
	if err != nil {
		return nil, fmt.Errorf("articles: listing a source's articles: %w", err)
	}
	known := make(map[string]knownPage, 2*len(pages))
	byID := make(map[int64]knownPage, len(pages))
	for _, p := range pages {
		known[p.URL], known[addressKey(p.URL)], byID[p.ID] = p, p, p
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
		if _, taken := known[addressKey(f.URL)]; !taken {
			known[addressKey(f.URL)] = byID[f.ID]
		}
	}
	return known, nil
}

// of returns the article that a candidate names, by its address; by its guid when it has
// no address, else the zero page.
func (c candidate) of(known knowledge) knownPage {
	if k, ok := known.pages[c.URL]; ok && c.URL != "" {
		return k
	}
	return known.pages[c.key()]
}

// theirs returns, of some addresses, those of articles that other sources have found
// first, by key, and the articles' ids.
func (s *Store) theirs(ctx context.Context, addresses, sources []string) (map[string]int64, error) {
	var rows []struct {
		Key string `db:"key"`
		ID  int64  `db:"id"`
	}
	err := s.db.SelectContext(ctx, &rows, `
		SELECT `+addressKeySQL+` AS key, id FROM articles WHERE `+addressKeySQL+` = ANY ($1) AND source = ANY ($2) AND state <> 'withdrawn'
		UNION ALL
		SELECT f.key, a.id FROM (SELECT `+addressKeySQL+` AS key, article_id FROM article_addresses WHERE `+addressKeySQL+` = ANY ($1)) f
		JOIN articles a ON a.id = f.article_id
		WHERE a.source = ANY ($2) AND a.state <> 'withdrawn'`, pq.Array(addressKeys(addresses...)), pq.Array(sources))
	if err != nil {
		return nil, fmt.Errorf("articles: listing articles of other sources: %w", err)
	}
	found := make(map[string]int64, len(rows))
	for _, row := range rows {
		found[row.Key] = row.ID
	}
	return found, nil
}

// others are the names of the sources other than s.
func (g *Gatherer) others(s Source) []string {
	var names []string
	for _, other := range g.Sources {
		if other.Name != s.Name {
			names = append(names, other.Name)
		}
	}
	return names
}

// unlisted are known articles that their source names no more and that should be asked
// for: those that have just vanished, those missing already, and now and then the rest.
// When the list is incomplete the first group is empty.
func (g *Gatherer) unlisted(r *round, reached map[int64]bool) []candidate {
	if r.source.Kind == Folder {
		return nil // staff clear folders
	}
	var jobs []candidate
	for _, k := range r.known.articles() {
		ask := k.Listed && r.complete || k.MissingSince.Valid || g.Now().Sub(k.CheckedAt) > 24*time.Hour
		if !reached[k.ID] && k.State != Withdrawn && ask && strings.HasPrefix(k.URL, "http") {
			// The text that a feed gave of an article stays when it lists the article no
			// more: its page may say it in other words, which would look like an edit.
			jobs = append(jobs, candidate{URL: k.URL, Changed: g.Now(), Look: r.source.Kind == Feed, round: r})
		}
	}
	return jobs
}

// reached are the known articles that a source names, by id.
func reached(jobs []candidate, known knowledge) map[int64]bool {
	ids := map[int64]bool{}
	for _, c := range jobs {
		if k := c.of(known); k.ID != 0 {
			ids[k.ID] = true
		}
		if k := known.pages[c.GUID]; k.ID != 0 && c.GUID != "" {
			ids[k.ID] = true
		}
	}
	return ids
}

// setListed records which articles the source named. When the list is incomplete, or not
// all of it was read, only articles that were asked for are recorded as not listed.
func (s *Store) setListed(ctx context.Context, source string, reached, asked map[int64]bool, complete bool) error {
	ids := func(set map[int64]bool) any { return pq.Array(slices.Collect(maps.Keys(set))) }
	_, err := s.db.ExecContext(ctx, `
		UPDATE articles SET listed = NOT listed
		WHERE source = $1 AND listed <> (id = ANY ($2)) AND ($4 OR NOT listed OR id = ANY ($3))`, source, ids(reached), ids(asked), complete)
	if err != nil {
		return fmt.Errorf("articles: recording what a source lists: %w", err)
	}
	return nil
}

// checked records that an article was asked for and has not changed.
func (s *Store) checked(ctx context.Context, id int64, now time.Time) (Article, error) {
	if _, err := s.db.ExecContext(ctx, `UPDATE articles SET checked_at = $2, missing_since = NULL WHERE id = $1`, id, now); err != nil {
		return Article{}, fmt.Errorf("articles: recording a look: %w", err)
	}
	return s.Get(ctx, id)
}

func (s *Store) setValidators(ctx context.Context, id int64, v fetch.Validators) error {
	v = storableValidators(v)
	_, err := s.db.ExecContext(ctx, `
		UPDATE articles SET etag = $2, last_modified = $3 WHERE id = $1 AND (etag, last_modified) IS DISTINCT FROM ($2, $3)`, id, v.ETag, v.LastModified)
	if err != nil {
		return fmt.Errorf("articles: recording validators: %w", err)
	}
	return nil
}
