package articles

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Outcome is what became of a page that was read.
type Outcome string

// The outcomes of a gather.
const (
	New       Outcome = "new"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	Gone      Outcome = "withdrawn"
	Skipped   Outcome = "skipped"
)

// Found is an article as a source or an import yields it.
type Found struct {
	Reading
	Evidence
	URL        string // canonical; empty: it has none, and gets a page here
	Was        string // address at which it was asked for, when that led to another
	GUID       string // the source's own id for it
	Source     string
	Programs   []string // slugs
	Regions    []string
	Others     []string // the other sources that are read: a piece of theirs is left to them
	Newsworthy bool
	Fresh      bool   // as news: feeds place it by its release, where that is late
	Language   string // of the publication, where the page says none
}

// Save stores what was found: as a new article, released at once; as a new version of
// a known one, which keeps its id and its place; or not at all when nothing changed.
// ownPage makes the address of an article that has none of its own from its id.
func (s *Store) Save(ctx context.Context, f Found, now time.Time, ownPage func(id int64) string) (Article, Outcome, error) {
	f.normalise()
	for attempt := 0; ; attempt++ {
		var id int64
		var outcome Outcome
		err := s.db.InTx(ctx, func(tx *sqlx.Tx) (err error) {
			id, outcome, err = saveTx(ctx, tx, f, now, ownPage)
			return err
		})
		// Another process stored the same address between our look and our write.
		if postgres.Constraint(err) == "articles_url_key" && attempt < 3 {
			continue
		}
		if err != nil {
			return Article{}, "", err
		}
		a, err := s.Get(ctx, id)
		return a, outcome, err
	}
}

func (f *Found) normalise() {
	if f.Reading.Language == "" {
		f.Reading.Language = f.Language
	}
	f.Published = f.Published.Truncate(time.Microsecond) // as the database keeps it
	f.Programs, f.Regions = sorted(f.Programs), sorted(f.Regions)
	if f.Authors == nil {
		f.Authors = []string{}
	}
}

func sorted(slugs []string) []string {
	slugs = slices.Clone(slugs)
	slices.Sort(slugs)
	return slices.Compact(append([]string{}, slugs...))
}

// hash tells one version from another: everything that a reader sees.
func (f *Found) hash() []byte {
	text, err := json.Marshal([]any{
		f.Title, f.Authors, f.Published.UTC(), f.Reading.Updated.UTC(), f.Programs, f.Regions, f.Summary, f.ImageURL, f.ImageCredit, f.Reading.Language, f.ContentHTML,
	})
	if err != nil {
		panic(err) // plain values
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// known is what deciding about a known article takes.
type known struct {
	ID            int64          `db:"id"`
	URL           string         `db:"url"`
	Source        string         `db:"source"`
	State         State          `db:"state"`
	StaffState    bool           `db:"staff_state"`
	StaffLabelled bool           `db:"staff_labelled"`
	Programs      pq.StringArray `db:"programs"`
	Regions       pq.StringArray `db:"regions"`
	ReadPrograms  pq.StringArray `db:"read_programs"`
	ReadRegions   pq.StringArray `db:"read_regions"`
	Hash          []byte         `db:"content_hash"`
	Rules         int            `db:"rules"`
	Digest        []byte         `db:"digest"`
	CheckedAt     time.Time      `db:"checked_at"`
	Published     sql.NullTime   `db:"published"`
	Sureness      Sureness       `db:"published_sureness"` // of Published
}

// isChangedBy tells whether a reading shows that the article was changed. A reading by
// other rules than the known one shows it only together with evidence of an edit.
func (k known) isChangedBy(f Found, now time.Time) bool {
	if slices.Equal(k.Hash, f.hash()) {
		return false
	}
	return k.Rules == readingRules || f.isEdited(k.Digest, f.Reading.Updated, k.CheckedAt, now)
}

// gainsFrom tells whether a reading labels the article with something that an earlier
// reading by the same rules, and the article, did not.
func (k known) gainsFrom(f Found) bool {
	return k.Rules == readingRules &&
		(gains(slices.Concat(k.Programs, k.ReadPrograms), f.Programs) || gains(slices.Concat(k.Regions, k.ReadRegions), f.Regions))
}

func saveTx(ctx context.Context, tx *sqlx.Tx, f Found, now time.Time, ownPage func(id int64) string) (int64, Outcome, error) {
	k, err := lookUpTx(ctx, tx, f)
	if errors.Is(err, sql.ErrNoRows) {
		return insertTx(ctx, tx, f, now, ownPage)
	}
	if err != nil {
		return 0, "", fmt.Errorf("articles: looking up an article: %w", err)
	}
	if k.State != Withdrawn && slices.Contains(f.Others, k.Source) {
		return k.ID, Unchanged, nil // two readings of one piece would take turns for ever
	}
	if f.URL != "" && f.URL != k.URL {
		if err := moveTx(ctx, tx, k, f.URL); err != nil {
			return 0, "", err
		}
	}
	f, changed, redated := k.compare(f, now)
	moved := f.URL != "" && f.URL != k.URL
	back := k.State == Withdrawn && !k.StaffState
	if changed {
		err = updateTx(ctx, tx, k, f, now, redated)
	} else {
		err = lookedTx(ctx, tx, k.ID, f, now)
	}
	if err != nil {
		return 0, "", fmt.Errorf("articles: storing a version: %w", err)
	}
	if !changed && !moved && !back {
		return k.ID, Unchanged, nil
	}
	if err := touchTx(ctx, tx, k.ID, now); err != nil {
		return 0, "", err
	}
	gained := changed && !k.StaffLabelled && k.State == Released && k.gainsFrom(f)
	if gained {
		if err := labelNewsTx(ctx, tx, k.ID, gainedLabels(k.Programs, k.Regions, f.Programs, f.Regions), true, now); err != nil {
			return 0, "", err
		}
	}
	if back || gained {
		err = releaseTx(ctx, tx, k.ID, now)
	}
	return k.ID, Updated, err
}

// gains tells whether labels were added, so that readers may want the article who did
// not before.
func gains(before, after []string) bool {
	return slices.ContainsFunc(after, func(label string) bool { return !slices.Contains(before, label) })
}

// lookUpTx finds an article by its address, present or former, or by its source's own
// id. One whose address leads to another now has moved, if the title says so too: sites
// send what they have removed to their front page.
func lookUpTx(ctx context.Context, tx *sqlx.Tx, f Found) (known, error) {
	var k known
	err := tx.GetContext(ctx, &k, `
		SELECT id, url, source, state, staff_state, staff_labelled, programs, regions, read_programs, read_regions, content_hash, rules, digest, checked_at, published, published_sureness
		FROM articles
		WHERE $1 <> '' AND (url = $1 OR id = (SELECT article_id FROM article_addresses WHERE url = $1))
			OR $2 <> '' AND source = $3 AND guid = $2
			OR $4 <> '' AND url = $4 AND title = $5
		ORDER BY url = $1 DESC
		LIMIT 1
		FOR UPDATE`, f.URL, f.GUID, f.Source, f.Was, f.Title)
	return k, err
}

func insertTx(ctx context.Context, tx *sqlx.Tx, f Found, now time.Time, ownPage func(id int64) string) (int64, Outcome, error) {
	var id int64
	if err := tx.GetContext(ctx, &id, `SELECT nextval(pg_get_serial_sequence('articles', 'id'))`); err != nil {
		return 0, "", fmt.Errorf("articles: numbering an article: %w", err)
	}
	if f.URL == "" {
		f.URL = ownPage(id)
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO articles (id, url, guid, source, state, title, authors, published, updated, programs, regions, summary, image_url,
			image_credit, language, words, content_html, content_text, content_hash, newsworthy, changed_at, first_seen_at, checked_at,
			rules, read_programs, read_regions, digest, published_sureness)
		OVERRIDING SYSTEM VALUE
		VALUES ($1, $2, NULLIF($3, ''), $4, 'released', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20, $20, $21, $9, $10, $22, $23)`,
		id, f.URL, f.GUID, f.Source, f.Title, pq.Array(f.Authors), nullTime(f.Published), nullTime(f.Reading.Updated),
		pq.Array(f.Programs), pq.Array(f.Regions), f.Summary, f.ImageURL, f.ImageCredit, f.Reading.Language, f.Words,
		f.ContentHTML, f.ContentText, f.hash(), f.Newsworthy, now, readingRules, f.Digest, f.PublishedSureness)
	if err != nil {
		return 0, "", fmt.Errorf("articles: storing an article: %w", err)
	}
	if f.Fresh {
		if err := newsTx(ctx, tx, id, now); err != nil {
			return 0, "", err
		}
	}
	return id, New, releaseTx(ctx, tx, id, now)
}

// moveTx gives an article its new address and remembers the old one.
func moveTx(ctx context.Context, tx *sqlx.Tx, k known, to string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM article_addresses WHERE url = $1`, to); err != nil {
		return fmt.Errorf("articles: moving: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO article_addresses (url, article_id) VALUES ($1, $2)
		ON CONFLICT (url) DO UPDATE SET article_id = excluded.article_id`, k.URL, k.ID); err != nil {
		return fmt.Errorf("articles: moving: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE articles SET url = $2 WHERE id = $1`, k.ID, to); err != nil {
		return fmt.Errorf("articles: moving: %w", err)
	}
	return nil
}

// updateTx keeps the present version and writes the new one over it. Staff's labels stay;
// redated tells that nothing but the date of publication is new, which is no edit.
func updateTx(ctx context.Context, tx *sqlx.Tx, k known, f Found, now time.Time, redated bool) error {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO article_versions (article_id, version, seen_at, article)
		SELECT id, version, changed_at, to_jsonb(articles) - '{content_hash,digest}'::text[] FROM articles WHERE id = $1`, k.ID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE articles SET
			guid = COALESCE(NULLIF($2, ''), guid), title = $3, authors = $4, published = $5, published_sureness = $16, updated = CASE WHEN $17 THEN updated ELSE $6 END,
			programs = CASE WHEN staff_labelled THEN programs ELSE $7 END,
			regions = CASE WHEN staff_labelled THEN regions ELSE $8 END,
			summary = $9, image_url = $10, image_credit = $11, language = $12, words = $13, content_html = $14, content_text = $15,
			version = version + 1
		WHERE id = $1`,
		k.ID, f.GUID, f.Title, pq.Array(f.Authors), nullTime(f.Published), nullTime(editedAt(f.Reading, now)), pq.Array(f.Programs), pq.Array(f.Regions),
		f.Summary, f.ImageURL, f.ImageCredit, f.Reading.Language, f.Words, f.ContentHTML, f.ContentText, f.PublishedSureness, redated)
	if err != nil {
		return err
	}
	return lookedTx(ctx, tx, k.ID, f, now)
}

// lookedTx records a reading as the one that the next is compared with, whether or not
// the article took over what it says.
func lookedTx(ctx context.Context, tx *sqlx.Tx, id int64, f Found, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE articles SET content_hash = $2, rules = $3, read_programs = $4, read_regions = $5, digest = $6, checked_at = $7, missing_since = NULL
		WHERE id = $1`, id, f.hash(), readingRules, pq.Array(f.Programs), pq.Array(f.Regions), f.Digest, now)
	return err
}

// editedAt is when an edit happened: what the page says, when it says something that
// can be true, else now.
func editedAt(r Reading, now time.Time) time.Time {
	if r.Updated.After(r.Published) && !r.Updated.After(now) {
		return r.Updated
	}
	return now
}

func nullTime(t time.Time) sql.NullTime { return sql.NullTime{Time: t, Valid: !t.IsZero()} }
