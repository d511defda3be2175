package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"corridor/articles/reading"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// known holds the columns by which gathering decides about a known article.
type known struct {
	ID            int64            `db:"id"`
	URL           string           `db:"url"`
	GUID          string           `db:"guid"`
	Source        string           `db:"source"`
	State         State            `db:"state"`
	StaffState    bool             `db:"staff_state"`
	StaffLabelled bool             `db:"staff_labelled"`
	Programs      pq.StringArray   `db:"programs"`
	Regions       pq.StringArray   `db:"regions"`
	ReadPrograms  pq.StringArray   `db:"read_programs"`
	ReadRegions   pq.StringArray   `db:"read_regions"`
	Hash          []byte           `db:"content_hash"`
	Rules         int              `db:"rules"`
	Digest        []byte           `db:"digest"`
	CheckedAt     time.Time        `db:"checked_at"`
	TitleKey      []byte           `db:"title_key"`
	TextKey       []byte           `db:"text_key"`
	Title         string           `db:"title"`
	Text          string           `db:"content_text"`
	Language      string           `db:"language"`
	Published     sql.NullTime     `db:"published"`
	Sureness      reading.Sureness `db:"published_sureness"` // of Published
	Said          sql.NullTime     `db:"read_published"`     // the date of the last reading
	FirstSeenAt   time.Time        `db:"first_seen_at"`
	GoneAt        sql.NullTime     `db:"gone_at"` // since when its address is gone
	Former        pq.StringArray   `db:"former"`  // former and further addresses, where they are asked for
}

// isSamePage reports whether an address differs from one of the article's only by marks of a copy.
func (k known) isSamePage(address string) bool {
	return slices.ContainsFunc(append(k.Former, k.URL), func(own string) bool { return isSamePage(own, address) })
}

const knownColumns = `id, url, COALESCE(guid, '') AS guid, source, state, staff_state, staff_labelled, programs, regions, read_programs, read_regions,
	content_hash, rules, digest, checked_at, title_key, text_key, title, content_text, language, published, published_sureness, read_published, first_seen_at, COALESCE(missing_since, withdrawn_at) AS gone_at`

// traits are those of the last reading, and of the text that is stored when it is older.
func (k known) traits() []traits {
	stored := traits{
		fingerprint: fingerprintOf(k.Title, k.Text),
		Title:       k.Title, Text: k.Text, Published: k.Published.Time, Said: k.Said.Time, Language: k.Language, Rules: k.Rules,
	}
	if k.TitleKey == nil || slices.Equal(k.TextKey, stored.TextKey) {
		return []traits{stored}
	}
	read := stored
	read.TitleKey, read.TextKey = k.TitleKey, k.TextKey
	return []traits{read}
}

// errNoMatch: nothing known is the article that was found.
var errNoMatch = errors.New("articles: no known article")

// match is a known article that something found is, and whether that is only a further
// address of it, at which nothing of it is read.
type match struct {
	known
	isCopy bool
}

// identifyTx finds the known article that f is: by address, present or former, by its
// source's own id, or by title, date and text. It locks the article, and the title, so
// that two processes that find one article at two addresses store it once.
func identifyTx(ctx context.Context, tx *sqlx.Tx, f Found) (match, error) {
	print := fingerprintOf(f.Title, f.ContentText)
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))`, print.TitleKey); err != nil {
		return match{}, fmt.Errorf("articles: locking a title: %w", err)
	}
	for _, find := range []func(context.Context, *sqlx.Tx, Found) (match, error){matchByID, matchByAddress, matchByFormerAddress, matchByGUID, matchByLead, matchByFirstPage, matchByText} {
		m, err := find(ctx, tx, f)
		if !errors.Is(err, errNoMatch) {
			return m, err
		}
	}
	return match{}, errNoMatch
}

func oneTx(ctx context.Context, tx *sqlx.Tx, where string, args ...any) (match, error) {
	var m match
	err := tx.GetContext(ctx, &m.known, `SELECT `+knownColumns+` FROM articles WHERE `+where+` LIMIT 1 FOR UPDATE`, args...)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return m, errNoMatch
	case err != nil:
		return m, fmt.Errorf("articles: looking up an article: %w", err)
	}
	return m, nil
}

func matchByID(ctx context.Context, tx *sqlx.Tx, f Found) (match, error) {
	if f.Known == 0 {
		return match{}, errNoMatch
	}
	return oneTx(ctx, tx, `id = (SELECT COALESCE(merged_into, id) FROM articles WHERE id = $1)`, f.Known)
}

func matchByAddress(ctx context.Context, tx *sqlx.Tx, f Found) (match, error) {
	if f.URL == "" {
		return match{}, errNoMatch
	}
	return oneTx(ctx, tx, addressKeySQL+` = $2 ORDER BY url = $1 DESC, id`, f.URL, addressKey(f.URL))
}

// matchByFormerAddress: while the source lists the article's present address as well, the
// former one is a copy, or another article when its text differs.
func matchByFormerAddress(ctx context.Context, tx *sqlx.Tx, f Found) (match, error) {
	keys := addressKeys(f.URL, f.Asked)
	if len(keys) == 0 {
		return match{}, errNoMatch
	}
	m, err := oneTx(ctx, tx, `id = (SELECT article_id FROM article_addresses WHERE `+addressKeySQL+` = ANY ($1) ORDER BY url LIMIT 1)`, pq.Array(keys))
	if err != nil || f.round == nil || m.State == Withdrawn || f.round.isMissing(m.ID) || !f.round.lists(m.Source, m.URL, "") {
		return m, err
	}
	m.isCopy = true
	for _, t := range m.traits() {
		if continues(t, f.traits()) {
			return m, nil
		}
	}
	return match{}, errNoMatch
}

// matchByGUID: an id that comes with another address and another text was given to another
// article.
func matchByGUID(ctx context.Context, tx *sqlx.Tx, f Found) (match, error) {
	if f.GUID == "" {
		return match{}, errNoMatch
	}
	m, err := oneTx(ctx, tx, `source = $1 AND guid = $2 ORDER BY id DESC`, f.Source, f.GUID)
	if err != nil || f.URL == "" || f.round == nil {
		return m, err
	}
	for _, t := range m.traits() {
		if continues(t, f.traits()) {
			return m, nil
		}
	}
	return match{}, errNoMatch
}

// matchByLead finds the article with a former page that names this address as canonical.
func matchByLead(ctx context.Context, tx *sqlx.Tx, f Found) (match, error) {
	if f.round == nil || f.URL == "" || f.round.lead(f.URL) == 0 {
		return match{}, errNoMatch
	}
	m, err := oneTx(ctx, tx, `id = $1`, f.round.lead(f.URL))
	if err != nil {
		return m, err
	}
	for _, t := range m.traits() {
		if continues(t, f.traits()) {
			return m, nil
		}
	}
	return match{}, errNoMatch
}

// matchByFirstPage finds the article of which a page is the second or a later one: all pages
// have its title. The text is that of the first page alone.
func matchByFirstPage(ctx context.Context, tx *sqlx.Tx, f Found) (match, error) {
	first := firstPage(f.URL)
	if f.round == nil || first == "" {
		return match{}, errNoMatch
	}
	m, err := oneTx(ctx, tx, addressKeySQL+` = $2 AND title_key = $3 ORDER BY url = $1 DESC, id`, first, addressKey(first), f.traits().TitleKey)
	if err == nil && datesOf(m.traits()[0], f.traits()) == otherDay {
		return match{}, errNoMatch
	}
	m.isCopy = true
	return m, err
}

// matchByText compares with the articles of the same title, and with those of the same day
// that share a band of the text; the likeliest first.
func matchByText(ctx context.Context, tx *sqlx.Tx, f Found) (match, error) {
	if f.round == nil {
		return match{}, errNoMatch
	}
	t := f.traits()
	list, err := likeTx(ctx, tx, t, 0)
	if err != nil {
		return match{}, err
	}
	for _, k := range list {
		for _, other := range k.traits() {
			relation := f.round.relation(k, f)
			if isSameArticle(other, t, relation) {
				m, err := oneTx(ctx, tx, `id = $1`, k.ID)
				m.isCopy = relation != gone && k.State != Withdrawn && f.round.lists(k.Source, k.URL, k.GUID)
				return m, err
			}
		}
	}
	return match{}, errNoMatch
}

// wasStoredTx reports whether the text of a new article is an earlier version of another:
// one that a wrong canonical address had laid upon it. Readers may have had it.
func wasStoredTx(ctx context.Context, tx *sqlx.Tx, f Found) (bool, error) {
	return versionsHoldTx(ctx, tx, f, 0)
}

// versionsHoldTx reports whether an earlier version, of one article or of any, has the
// text that was found.
func versionsHoldTx(ctx context.Context, tx *sqlx.Tx, f Found, id int64) (bool, error) {
	var versions []struct {
		Text      string       `db:"text"`
		Published sql.NullTime `db:"published"`
		Rules     int          `db:"rules"`
	}
	err := tx.SelectContext(ctx, &versions, `
		SELECT COALESCE(article->>'content_text', '') AS text, (article->>'published')::timestamptz AS published, COALESCE((article->>'rules')::int, 1) AS rules
		FROM article_versions
		WHERE md5(article->>'title') = md5($1) AND ($2 = 0 OR article_id = $2)
		ORDER BY seen_at DESC
		LIMIT 20`, f.Title, id)
	if err != nil {
		return false, fmt.Errorf("articles: comparing with versions: %w", err)
	}
	for _, v := range versions {
		// A version takes no address any more, as an article that is gone.
		if isSameArticle(traits{fingerprint: fingerprintOf(f.Title, v.Text), Title: f.Title, Text: v.Text, Published: v.Published.Time, Rules: v.Rules}, f.traits(), present) {
			return true, nil
		}
	}
	return false, nil
}

// atAddress is the id of the article at an address, by any of its forms; 0 when there is
// no such article.
func (s *Store) atAddress(ctx context.Context, address string) (int64, error) {
	var id int64
	err := s.db.GetContext(ctx, &id, `SELECT id FROM articles WHERE `+addressKeySQL+` = $1 ORDER BY id LIMIT 1`, addressKey(address))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("articles: looking up an address: %w", err)
	}
	return id, nil
}

// traits returns the texts of an article with which readings are compared.
func (s *Store) traits(ctx context.Context, id int64) ([]traits, error) {
	var k known
	if err := s.db.GetContext(ctx, &k, `SELECT `+knownColumns+` FROM articles WHERE id = $1`, id); err != nil {
		return nil, fmt.Errorf("articles: reading an article's text: %w", err)
	}
	return k.traits(), nil
}

// fillFingerprints computes those that are missing: of articles stored before there were any.
func (s *Store) fillFingerprints(ctx context.Context) error {
	for {
		var list []known
		if err := s.db.SelectContext(ctx, &list, `SELECT `+knownColumns+` FROM articles WHERE text_bands IS NULL ORDER BY id LIMIT 100`); err != nil {
			return fmt.Errorf("articles: listing those without fingerprint: %w", err)
		}
		if len(list) == 0 {
			return nil
		}
		for _, k := range list {
			print := fingerprintOf(k.Title, k.Text)
			if _, err := s.db.ExecContext(ctx, `
				UPDATE articles SET title_key = COALESCE(title_key, $2), text_key = COALESCE(text_key, $3), text_bands = $4
				WHERE id = $1 AND text_bands IS NULL`, k.ID, print.TitleKey, print.TextKey, pq.Array(sketchOf(k.Text))); err != nil {
				return fmt.Errorf("articles: storing a fingerprint: %w", err)
			}
		}
	}
}
