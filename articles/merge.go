package articles

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// Merged is two known articles that proved to be one.
type Merged struct {
	ID      int64  // of the article that stays, the older one
	Gone    int64  // of the other one, which stands for it from now on
	Address string // of the other one, at which the article stays known
}

// MergedTx returns the articles that were merged into others, each with the article that it
// is now. Editions that name the former concern the latter.
func MergedTx(ctx context.Context, q sqlx.QueryerContext) (map[int64]int64, error) {
	var rows []struct {
		ID   int64 `db:"id"`
		Into int64 `db:"merged_into"`
	}
	if err := sqlx.SelectContext(ctx, q, &rows, `SELECT id, merged_into FROM articles WHERE merged_into IS NOT NULL`); err != nil {
		return nil, fmt.Errorf("articles: listing merged articles: %w", err)
	}
	merged := make(map[int64]int64, len(rows))
	for _, row := range rows {
		merged[row.ID] = row.Into
	}
	return merged, nil
}

// twin holds the columns by which [unionOf] decides.
type twin struct {
	ID            int64         `db:"id"`
	URL           string        `db:"url"`
	GUID          string        `db:"guid"`
	Source        string        `db:"source"`
	State         State         `db:"state"`
	StaffState    bool          `db:"staff_state"`
	StaffLabelled bool          `db:"staff_labelled"`
	Newsworthy    bool          `db:"newsworthy"`
	Listed        bool          `db:"listed"`
	MissingSince  sql.NullTime  `db:"missing_since"`
	WithdrawnAt   sql.NullTime  `db:"withdrawn_at"`
	FirstSeenAt   time.Time     `db:"first_seen_at"`
	Hash          []byte        `db:"content_hash"`
	ReleaseNo     sql.NullInt64 `db:"release_no"`
	IsMerged      bool          `db:"is_merged"`
}

// isThere reports whether the page of the article stands in its source's list and answers.
func (t twin) isThere() bool { return t.State != Withdrawn && t.Listed && !t.MissingSince.Valid }

// union says which facts the older of two articles takes from the younger.
type union struct {
	Page    bool  // address, guid, source, and the reading of its page
	Labels  bool  // those that staff set
	State   State // of the article
	ByStaff bool  // the state
	Release bool  // number and times of the release
}

// unionOf decides about two articles that are one. States and labels set by staff stay, with one
// exception: a withdrawal of the older one after the younger was there removed a duplicate.
func unionOf(older, younger twin) union {
	isCopy := looksLikeCopy(older.URL) && !looksLikeCopy(younger.URL)
	u := union{
		Page:   !older.isThere() && (younger.isThere() || older.State == Withdrawn && younger.State != Withdrawn) || isCopy && younger.isThere(),
		Labels: younger.StaffLabelled && !older.StaffLabelled,
		State:  older.State, ByStaff: older.StaffState,
	}
	wasDuplicate := older.State == Withdrawn && younger.State == Released && younger.FirstSeenAt.Before(older.WithdrawnAt.Time)
	if older.State != Released && (!older.StaffState || wasDuplicate) {
		u.State, u.ByStaff = younger.State, younger.StaffState
	}
	u.Release = u.State == Released && older.State != Released
	return u
}

// readColumns are the columns of articles that a reading fills; labels are apart, because
// staff may set them.
const readColumns = `title, authors, published, published_sureness, read_published, updated, summary, image_url, image_credit, language, words, content_html, content_text,
	content_hash, rules, read_programs, read_regions, digest, title_key, text_key, text_bands, labels, etag, last_modified, checked_at,
	missing_since, listed, refused, held_reason, media, image_alt`

// mergeTx makes one article of two: the older id stays, and the other stands for it. An empty
// address keeps the better one of their addresses. It returns false when one of them is merged
// already. Both are locked, the younger first, in the order in which editions lock articles.
func mergeTx(ctx context.Context, tx *sqlx.Tx, a, b int64, address string, now time.Time) (Merged, bool, error) {
	var pair []twin
	if err := tx.SelectContext(ctx, &pair, `
		SELECT id, url, COALESCE(guid, '') AS guid, source, state, staff_state, staff_labelled, newsworthy, listed, missing_since, withdrawn_at, first_seen_at,
			content_hash, release_no, merged_into IS NOT NULL AS is_merged
		FROM articles WHERE id = ANY (ARRAY[$1, $2]::bigint[]) ORDER BY id DESC FOR UPDATE`, a, b); err != nil {
		return Merged{}, false, fmt.Errorf("articles: locking two articles that are one: %w", err)
	}
	if len(pair) != 2 || pair[0].IsMerged || pair[1].IsMerged {
		return Merged{}, false, nil
	}
	younger, older := pair[0], pair[1]
	u := unionOf(older, younger)
	if address != "" {
		u.Page = address == younger.URL
	}
	former := younger.URL
	if u.Page {
		former = older.URL
	}
	if err := u.applyTx(ctx, tx, older, younger, former, now); err != nil {
		return Merged{}, false, fmt.Errorf("articles: merging article %d into %d: %w", younger.ID, older.ID, err)
	}
	return Merged{older.ID, younger.ID, former}, true, touchTx(ctx, tx, older.ID, now)
}

// applyTx writes the union to the older article. The younger one stays as a row that points
// to it, because editions refer to that row; it gives up its address, guid and source.
func (u union) applyTx(ctx context.Context, tx *sqlx.Tx, older, younger twin, former string, now time.Time) error {
	if u.Page {
		if err := takePageTx(ctx, tx, older, younger); err != nil {
			return err
		}
	}
	if u.Labels || u.Page && !older.StaffLabelled {
		if err := execTx(ctx, tx, `
			UPDATE articles SET (programs, regions, staff_labelled) = (SELECT programs, regions, staff_labelled FROM articles WHERE id = $2)
			WHERE id = $1`, older.ID, younger.ID); err != nil {
			return err
		}
	}
	if err := execTx(ctx, tx, `
		UPDATE articles SET state = $2, staff_state = $3, withdrawn_at = CASE WHEN $2 = 'withdrawn' THEN COALESCE(withdrawn_at, $4) END,
			held_reason = CASE WHEN $2 = 'held' AND NOT $3 THEN held_reason ELSE '' END, newsworthy = newsworthy OR $5
		WHERE id = $1`, older.ID, u.State, u.ByStaff, now, younger.Newsworthy); err != nil {
		return err
	}
	if u.Release {
		if err := takeReleaseTx(ctx, tx, older, younger); err != nil {
			return err
		}
	}
	own := older
	if u.Page {
		own = younger
	}
	if err := standForTx(ctx, tx, older, younger, now); err != nil {
		return err
	}
	if err := execTx(ctx, tx, `DELETE FROM article_addresses WHERE url = $1`, own.URL); err != nil {
		return err
	}
	if err := execTx(ctx, tx, `UPDATE articles SET url = $2, guid = NULLIF($3, ''), source = $4, compared = false WHERE id = $1`,
		older.ID, own.URL, cmp.Or(own.GUID, older.GUID), own.Source); err != nil {
		return err
	}
	return rememberTx(ctx, tx, known{ID: older.ID}, former)
}

func execTx(ctx context.Context, tx *sqlx.Tx, query string, args ...any) error {
	_, err := tx.ExecContext(ctx, query, args...)
	return err
}

// takePageTx gives the older article the reading of the younger one's page, as a new version
// where it differs.
func takePageTx(ctx context.Context, tx *sqlx.Tx, older, younger twin) error {
	if !slices.Equal(older.Hash, younger.Hash) {
		if err := keepVersionTx(ctx, tx, older.ID); err != nil {
			return err
		}
		if err := execTx(ctx, tx, `UPDATE articles SET version = version + 1 WHERE id = $1`, older.ID); err != nil {
			return err
		}
	}
	if err := execTx(ctx, tx, `DELETE FROM article_languages WHERE article_id = $1`, older.ID); err != nil {
		return err
	}
	if err := execTx(ctx, tx, `UPDATE article_languages SET article_id = $1 WHERE article_id = $2`, older.ID, younger.ID); err != nil {
		return err
	}
	return execTx(ctx, tx, `UPDATE articles SET (`+readColumns+`) = (SELECT `+readColumns+` FROM articles WHERE id = $2) WHERE id = $1`, older.ID, younger.ID)
}

// takeReleaseTx gives the older article the release of the younger one. The readers of that
// release are not considered again.
func takeReleaseTx(ctx context.Context, tx *sqlx.Tx, older, younger twin) error {
	if err := execTx(ctx, tx, `UPDATE articles SET release_no = NULL WHERE id = $1`, younger.ID); err != nil {
		return err
	}
	return execTx(ctx, tx, `
		UPDATE articles a
		SET release_no = $3, numbered_at = y.numbered_at, released_at = COALESCE(a.released_at, y.released_at), news_at = a.news_at || y.news_at
		FROM articles y WHERE a.id = $1 AND y.id = $2`, older.ID, younger.ID, younger.ReleaseNo)
}

// standForTx makes the younger article stand for the older one, with all that stands for the
// younger one already.
func standForTx(ctx context.Context, tx *sqlx.Tx, older, younger twin, now time.Time) error {
	if err := execTx(ctx, tx, `
		UPDATE articles
		SET merged_into = $1, url = 'urn:uuid:' || uid, guid = NULL, source = '', state = 'withdrawn', staff_state = true, held_reason = '',
			listed = false, compared = true, withdrawn_at = COALESCE(withdrawn_at, $3), changed_at = $3
		WHERE id = $2`, older.ID, younger.ID, now); err != nil {
		return err
	}
	if err := execTx(ctx, tx, `UPDATE articles SET merged_into = $1 WHERE merged_into = $2`, older.ID, younger.ID); err != nil {
		return err
	}
	if err := execTx(ctx, tx, `DELETE FROM article_languages WHERE article_id = $1`, younger.ID); err != nil {
		return err
	}
	if err := execTx(ctx, tx, `UPDATE article_addresses SET article_id = $1 WHERE article_id = $2`, older.ID, younger.ID); err != nil {
		return err
	}
	return execTx(ctx, tx, `SELECT pg_notify('articles', $1::text)`, younger.ID)
}
