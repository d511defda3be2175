package articles

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"corridor/articles/reading"

	"github.com/jmoiron/sqlx"
)

// ChangeKind is the effect of a gather on an article.
type ChangeKind string

// The kinds of changes that wait for staff.
const (
	NewArticle  ChangeKind = "new"
	Changed     ChangeKind = "changed"
	Moved       ChangeKind = "moved"
	Returned    ChangeKind = "returned" // a withdrawn article is released again
	GoneArticle ChangeKind = "withdrawn"
	Kept        ChangeKind = "kept" // the new text keeps too little of the known one
)

// ChangeKinds are the kinds of changes in the order in which they are counted.
var ChangeKinds = []ChangeKind{Changed, GoneArticle, Returned, NewArticle, Moved, Kept}

// Change is the effect that a gather would have on one article.
type Change struct {
	Kind      ChangeKind `db:"kind" json:"kind"`
	ArticleID int64      `db:"article_id" json:"article"` // 0: not known yet
	URL       string     `db:"url" json:"url"`            // that the source names
	Title     string     `db:"title" json:"title"`        // as it would be
	Former    string     `db:"former" json:"former_title"`
	Kept      float64    `db:"kept" json:"kept"` // share of the known text that is left, 0 to 1
	Words     int        `db:"words" json:"words"`
	WasWords  int        `db:"was_words" json:"former_words"`
	Digest    []byte     `db:"digest" json:"-"`
	Accepted  bool       `db:"accepted" json:"accepted"`

	at   string    // key of the address at which it would be
	news time.Time // when a new article is dated
}

// changeOf describes the effect of storing a reading; a is the article as it is.
func changeOf(address string, a Article, f Found, done effect) Change {
	ch := keptChange(address, a, f.Reading)
	ch.at = addressKey(f.URL)
	switch {
	case done.outcome == New:
		return Change{Kind: NewArticle, URL: address, Title: f.Title, Words: f.Words, Digest: ch.Digest, at: addressKey(f.URL), news: f.Published}
	case done.returned:
		ch.Kind = Returned
	case done.text:
		ch.Kind = Changed
	default:
		ch.Kind = Moved
	}
	return ch
}

// keptChange describes a text that is not taken over because it keeps too little of a.
func keptChange(address string, a Article, r reading.Reading) Change {
	return Change{
		Kind: Kept, ArticleID: a.ID, URL: address, Title: r.Title, Former: a.Title, Words: r.Words, WasWords: a.Words, Digest: textDigest(r),
		Kept: reading.Overlap(a.ContentText, r.ContentText, 4),
	}
}

func withdrawalOf(a Article) Change {
	return Change{Kind: GoneArticle, ArticleID: a.ID, URL: a.URL, Title: a.Title, Former: a.Title, WasWords: a.Words}
}

// row is the row of a change that waits.
func (ch Change) row(source string, a Article) Row {
	row := Row{Source: source, URL: ch.URL, Article: a, Outcome: Unchanged, Reason: "waits for staff with the whole gather; it would be " + string(ch.Kind)}
	if ch.ArticleID == 0 {
		row.Outcome = Skipped
	}
	return row
}

// Changes returns the changes of the last gather of a source that wait for staff.
func (s *Store) Changes(ctx context.Context, source string) ([]Change, error) {
	list := []Change{}
	err := s.db.SelectContext(ctx, &list, `
		SELECT kind, COALESCE(article_id, 0) AS article_id, url, title, former, kept, words, was_words, digest, accepted
		FROM waiting_changes WHERE source = $1 ORDER BY position`, source)
	if err != nil {
		return nil, fmt.Errorf("articles: listing waiting changes: %w", err)
	}
	return list, nil
}

// Accept lets the waiting changes of a source through and opens its brake: the next gather
// makes them. It returns their number. A text that has changed again by then is judged like
// any other.
func (s *Store) Accept(ctx context.Context, source string) (n int64, err error) {
	err = s.db.GetContext(ctx, &n, `
		WITH opened AS (UPDATE sources SET braked_at = NULL WHERE name = $1),
			accepted AS (UPDATE waiting_changes SET accepted = true WHERE source = $1 RETURNING 1)
		SELECT count(*) FROM accepted`, source)
	if err != nil {
		return 0, fmt.Errorf("articles: accepting changes: %w", err)
	}
	return n, nil
}

// acceptance returns the changes that staff let through and no gather has made yet.
func (s *Store) acceptance(ctx context.Context, source string) (acceptance, error) {
	a := acceptance{texts: map[string][]byte{}, withdrawals: map[string]bool{}}
	list, err := s.Changes(ctx, source)
	for _, ch := range list {
		switch {
		case !ch.Accepted:
		case ch.Kind == GoneArticle:
			a.withdrawals[addressKey(ch.URL)] = true
		default:
			a.texts[addressKey(ch.URL)] = ch.Digest
		}
	}
	return a, err
}

// changeRow is the form in which a change goes to the database.
type changeRow struct {
	Kind    ChangeKind `json:"kind"`
	Article int64      `json:"article"`
	URL     string     `json:"url"`
	Title   string     `json:"title"`
	Former  string     `json:"former"`
	Kept    float64    `json:"kept"`
	Words   int        `json:"words"`
	Was     int        `json:"was_words"`
	Digest  string     `json:"digest"`
}

func (ch Change) stored() changeRow {
	return changeRow{
		ch.Kind, ch.ArticleID, storable(cutText(ch.URL, reading.MaxAddress)), storable(cutText(ch.Title, maxTitle)), ch.Former, ch.Kept, ch.Words, ch.WasWords,
		fmt.Sprintf(`\x%x`, ch.Digest),
	}
}

// setChanges replaces the waiting changes of a source, and records whether its gathers wait
// for staff.
func (s *Store) setChanges(ctx context.Context, source string, list []Change, braked bool, now time.Time) error {
	rows := make([]changeRow, 0, len(list))
	for _, ch := range list {
		rows = append(rows, ch.stored())
	}
	data, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("articles: writing changes: %w", err)
	}
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `
			UPDATE sources SET braked_at = CASE WHEN $2 THEN COALESCE(braked_at, $3) END WHERE name = $1`, source, braked, now); err != nil {
			return fmt.Errorf("articles: recording the brake of a source: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM waiting_changes WHERE source = $1`, source); err != nil {
			return fmt.Errorf("articles: forgetting waiting changes: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO waiting_changes (source, position, kind, article_id, url, title, former, kept, words, was_words, digest)
			SELECT $1, position, c->>'kind', NULLIF((c->>'article')::bigint, 0), c->>'url', c->>'title', c->>'former', (c->>'kept')::real, (c->>'words')::int,
				(c->>'was_words')::int, (c->>'digest')::bytea
			FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS list (c, position)`, source, data); err != nil {
			return fmt.Errorf("articles: recording waiting changes: %w", err)
		}
		return nil
	})
}
