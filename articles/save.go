package articles

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"corridor/articles/reading"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Outcome is the result of reading a page.
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
	reading.Reading
	Evidence
	URL        string // canonical; empty: the article gets a page here
	Asked      string // the address that the source names
	Claim      string // another address, which the page calls canonical
	Form       bool   // the page or a permanent redirect says this form of the address
	GUID       string // the source's own id for it
	Known      int64  // id of the article that it is a reading of, when that is known; else 0
	Source     string
	Programs   []string // slugs
	Regions    []string
	Labels     []Label  // the reasons of Programs and Regions, and labels below [Sure], which are none
	Others     []string // the other sources that are read: an article of theirs is left to them
	Newsworthy bool
	Fresh      bool   // as news: feeds place it by its release, where that is late
	Language   string // of the publication, where the page names no language
	Accepted   bool   // staff let the text through
	Refused    string // what the page answered when the text of the feed was taken instead
	HeldReason string // why a new article is held for staff; empty: it is released

	round *round    // nil: an import
	said  time.Time // the date that the page says; Published may be an earlier, surer one
}

// Save stores an article that was found: as a new article, released at once unless it is held
// for staff; as a new version of a known one, which keeps its id and its place; or not at all
// when nothing changed. ownPage makes the address of an article without one from its id. An
// error that wraps [ErrNoArticle] is about the text that was found.
func (s *Store) Save(ctx context.Context, f Found, now time.Time, ownPage func(id int64) string) (Article, Outcome, error) {
	a, done, err := s.save(ctx, f, now, ownPage, nil)
	return a, done.outcome, err
}

// effect is what storing a reading does.
type effect struct {
	outcome  Outcome
	text     bool // a known article gets another title, text, date, label or picture
	returned bool // a withdrawn article is released again
}

// errRehearsed ends the transaction of a rehearsal.
var errRehearsed = errors.New("articles: only a rehearsal")

// save is Save. With an effect for which waits returns true it stores nothing, and returns the
// known article as it is. A nil waits stands for no effect.
func (s *Store) save(ctx context.Context, f Found, now time.Time, ownPage func(id int64) string, waits func(id int64, done effect) bool) (Article, effect, error) {
	if err := f.normalise(); err != nil {
		return Article{}, effect{}, err
	}
	for attempt := 0; ; attempt++ {
		var id int64
		var done effect
		err := s.db.InTx(ctx, func(tx *sqlx.Tx) (err error) {
			if id, done, err = saveTx(ctx, tx, f, now, ownPage); err == nil && waits != nil && waits(id, done) {
				return errRehearsed
			}
			return err
		})
		// Another process stored the same address between our look and our write.
		if postgres.Constraint(err) == "articles_url_key" && attempt < 3 {
			continue
		}
		rehearsed := errors.Is(err, errRehearsed)
		switch {
		case rehearsed && done.outcome == New:
			return Article{URL: f.URL, Title: f.Title}, done, nil
		case err != nil && !rehearsed:
			return Article{ID: id}, effect{}, err
		}
		a, err := s.Get(ctx, id)
		return a, done, err
	}
}

func (f *Found) normalise() error {
	if err := f.limit(); err != nil {
		return err
	}
	if f.Reading.Language == "" {
		f.Reading.Language = f.Language
	}
	f.Published = f.Published.Truncate(time.Microsecond) // as the database keeps it
	f.said = f.Published
	f.Programs, f.Regions = sorted(f.Programs), sorted(f.Regions)
	return nil
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

// isChangedBy reports whether a reading shows that the article was changed. A reading by
// other rules than the known one shows it only together with evidence of an edit.
func (k known) isChangedBy(f Found, now time.Time) bool {
	if slices.Equal(k.Hash, f.hash()) {
		return false
	}
	if k.Rules < f.Since {
		f.Digest = nil
	}
	return k.Rules == readingRules || f.isEdited(k.Digest, f.Reading.Updated, k.CheckedAt, now)
}

// gainsFrom reports whether a reading labels the article with something that an earlier
// reading by the same rules, and the article, did not.
func (k known) gainsFrom(f Found) bool {
	return k.Rules == readingRules &&
		(gains(slices.Concat(k.Programs, k.ReadPrograms), f.Programs) || gains(slices.Concat(k.Regions, k.ReadRegions), f.Regions))
}

// isRelabelledBy reports whether a reading gives a released article labels that neither
// staff nor an earlier reading gave it.
func (k known) isRelabelledBy(f Found) bool {
	return !k.StaffLabelled && k.State == Released && k.gainsFrom(f)
}

func saveTx(ctx context.Context, tx *sqlx.Tx, f Found, now time.Time, ownPage func(id int64) string) (int64, effect, error) {
	k, err := identifyTx(ctx, tx, f)
	if errors.Is(err, errNoMatch) {
		return insertTx(ctx, tx, f, now, ownPage)
	}
	if err != nil {
		return 0, effect{}, err
	}
	if k.isCopy || k.State != Withdrawn && slices.Contains(f.Others, k.Source) {
		// Two readings of one article would take turns for ever.
		return k.ID, effect{outcome: Unchanged}, aliasTx(ctx, tx, k.known, f)
	}
	if err := k.replacedBy(f, now); err != nil {
		return k.ID, effect{}, err
	}
	moved, err := relocateTx(ctx, tx, k.known, f)
	if err != nil {
		return 0, effect{}, err
	}
	if err := setVersionsTx(ctx, tx, k.ID, f); err != nil {
		return 0, effect{}, err
	}
	done, err := readAgainTx(ctx, tx, k.known, f, moved, now)
	return k.ID, done, err
}

// readAgainTx takes over a reading of a known article that may have moved.
func readAgainTx(ctx context.Context, tx *sqlx.Tx, k known, f Found, moved bool, now time.Time) (effect, error) {
	f, changed, redated := k.compare(f, now)
	if !changed {
		var err error
		if changed, err = isSwappedTx(ctx, tx, k, f); err != nil {
			return effect{}, err
		}
	}
	back := k.State == Withdrawn && !k.StaffState
	if err := recordReadingTx(ctx, tx, k, f, changed, redated, now); err != nil {
		return effect{}, err
	}
	if !changed && !moved && !back {
		return effect{outcome: Unchanged}, nil
	}
	done := effect{Updated, changed, back}
	if err := touchTx(ctx, tx, k.ID, now); err != nil {
		return done, err
	}
	gained := changed && k.isRelabelledBy(f)
	if gained {
		if err := labelNewsTx(ctx, tx, k.ID, gainedLabels(k.Programs, k.Regions, f.Programs, f.Regions), true, now); err != nil {
			return done, err
		}
	}
	if back || gained {
		return done, releaseTx(ctx, tx, k.ID, now)
	}
	return done, nil
}

// recordReadingTx stores a changed version, or that the article was looked at.
func recordReadingTx(ctx context.Context, tx *sqlx.Tx, k known, f Found, changed, redated bool, now time.Time) error {
	var err error
	if changed {
		err = updateTx(ctx, tx, k, f, now, redated)
	} else {
		err = lookedTx(ctx, tx, k.ID, f, now)
	}
	if err != nil {
		return fmt.Errorf("articles: storing a version: %w", err)
	}
	return nil
}

// isSwappedTx reports whether an article that other rules read has its own earlier text
// again: wrong canonical addresses laid the texts of two pages upon each other in turn.
func isSwappedTx(ctx context.Context, tx *sqlx.Tx, k known, f Found) (bool, error) {
	if f.round == nil || k.Rules == readingRules || k.Title == f.Title {
		return false, nil
	}
	return versionsHoldTx(ctx, tx, f, k.ID)
}

// gains reports whether labels were added, so that further readers may want the article.
func gains(before, after []string) bool {
	return slices.ContainsFunc(after, func(label string) bool { return !slices.Contains(before, label) })
}

func insertTx(ctx context.Context, tx *sqlx.Tx, f Found, now time.Time, ownPage func(id int64) string) (int64, effect, error) {
	var id int64
	if err := tx.GetContext(ctx, &id, `SELECT nextval(pg_get_serial_sequence('articles', 'id'))`); err != nil {
		return 0, effect{}, fmt.Errorf("articles: numbering an article: %w", err)
	}
	if f.URL == "" {
		f.URL = ownPage(id)
	}
	if f.Newsworthy && f.round != nil {
		stored, err := wasStoredTx(ctx, tx, f)
		if err != nil {
			return 0, effect{}, err
		}
		f.Newsworthy, f.Fresh = !stored, f.Fresh && !stored
	}
	print := fingerprintOf(f.Title, f.ContentText)
	_, err := tx.ExecContext(ctx, `
		INSERT INTO articles (id, url, guid, source, state, title, authors, published, updated, programs, regions, summary, image_url,
			image_credit, language, words, content_html, content_text, content_hash, newsworthy, changed_at, first_seen_at, checked_at,
			rules, read_programs, read_regions, digest, title_key, text_key, published_sureness, held_reason, labels, text_bands, media, image_alt)
		OVERRIDING SYSTEM VALUE
		VALUES ($1, $2, NULLIF($3, ''), $4, 'held', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20, $20, $21, $9, $10, $22, $23, $24, $25, $26, $27, $28, $29, $30)`,
		id, f.URL, f.GUID, f.Source, f.Title, pq.Array(f.Authors), postgres.NullTime(f.Published), postgres.NullTime(f.Reading.Updated),
		pq.Array(f.Programs), pq.Array(f.Regions), f.Summary, f.ImageURL, f.ImageCredit, f.Reading.Language, f.Words,
		f.ContentHTML, f.ContentText, f.hash(), f.Newsworthy, now, readingRules, f.Digest, print.TitleKey, print.TextKey, f.PublishedSureness, f.HeldReason, storedLabels(f.Labels), pq.Array(sketchOf(f.ContentText)), storedMedia(f.Media), f.ImageAlt)
	if err != nil {
		return 0, effect{}, fmt.Errorf("articles: storing an article: %w", err)
	}
	if err := aliasTx(ctx, tx, known{ID: id, URL: f.URL}, f); err != nil {
		return 0, effect{}, err
	}
	if err := setVersionsTx(ctx, tx, id, f); err != nil {
		return 0, effect{}, err
	}
	if f.HeldReason != "" {
		return id, effect{outcome: New}, nil // a release by staff makes it news
	}
	if f.Fresh {
		if err := newsTx(ctx, tx, id, now); err != nil {
			return 0, effect{}, err
		}
	}
	return id, effect{outcome: New}, releaseTx(ctx, tx, id, now)
}

// updateTx keeps the present version and writes the new one over it. Staff's labels stay;
// redated tells that nothing but the date of publication is new, which is no edit.
func updateTx(ctx context.Context, tx *sqlx.Tx, k known, f Found, now time.Time, redated bool) error {
	if err := keepVersionTx(ctx, tx, k.ID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE articles SET
			guid = COALESCE(NULLIF($2, ''), guid), title = $3, authors = $4, published = $5, published_sureness = $16, updated = CASE WHEN $17 THEN updated ELSE $6 END,
			programs = CASE WHEN staff_labelled THEN programs ELSE $7 END,
			regions = CASE WHEN staff_labelled THEN regions ELSE $8 END,
			summary = $9, image_url = $10, image_credit = $11, language = $12, words = $13, content_html = $14, content_text = $15, media = $18, image_alt = $19,
			version = version + 1
		WHERE id = $1`,
		k.ID, f.GUID, f.Title, pq.Array(f.Authors), postgres.NullTime(f.Published), postgres.NullTime(editedAt(f.Reading, now)), pq.Array(f.Programs), pq.Array(f.Regions),
		f.Summary, f.ImageURL, f.ImageCredit, f.Reading.Language, f.Words, f.ContentHTML, f.ContentText, f.PublishedSureness, redated, storedMedia(f.Media), f.ImageAlt)
	if err != nil {
		return err
	}
	return lookedTx(ctx, tx, k.ID, f, now)
}

// keepVersionTx keeps the present version of an article.
func keepVersionTx(ctx context.Context, tx *sqlx.Tx, id int64) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO article_versions (article_id, version, seen_at, article)
		SELECT id, version, changed_at, to_jsonb(articles) - '{content_hash,digest,title_key,text_key,text_bands}'::text[] FROM articles WHERE id = $1`, id)
	return err
}

// lookedTx records a reading as the one that the next is compared with, whether or not the
// article took it over.
func lookedTx(ctx context.Context, tx *sqlx.Tx, id int64, f Found, now time.Time) error {
	print := fingerprintOf(f.Title, f.ContentText)
	_, err := tx.ExecContext(ctx, `
		UPDATE articles SET
			content_hash = $2, rules = $3, read_programs = $4, read_regions = $5, digest = $6, checked_at = $7, missing_since = NULL,
			title_key = $8, text_key = $9, labels = $10, text_bands = $11,
			compared = compared AND title_key IS NOT DISTINCT FROM $8 AND text_key IS NOT DISTINCT FROM $9, read_published = $12
		WHERE id = $1`, id, f.hash(), readingRules, pq.Array(f.Programs), pq.Array(f.Regions), f.Digest, now, print.TitleKey, print.TextKey, storedLabels(f.Labels), pq.Array(sketchOf(f.ContentText)), postgres.NullTime(f.said))
	return err
}

// editedAt is the time of an edit: the page's date of it where that is possible, else now.
func editedAt(r reading.Reading, now time.Time) time.Time {
	if r.Updated.After(r.Published) && !r.Updated.After(now) {
		return r.Updated
	}
	return now
}
