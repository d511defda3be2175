package editions

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"corridor/templates"
)

// Archived is an edition as the public archive shows it.
type Archived struct {
	ID       int64
	Address  string // on the web: /editions/ADDRESS
	Kind     string // digest, special
	Name     string
	Dateline string // "Daily digest · 23 November 2026"
	Sent     time.Time
	Intro    []string
	Count    int // articles that are still public
}

// wentOut is the SQL condition for an edition that has a web page: its sending has
// started, and, if it is cancelled or held, at least one reader was sent it.
const wentOut = `(e.started_at IS NOT NULL AND (e.state IN ('sending', 'paused', 'finished') OR e.state IN ('cancelled', 'held') AND (
	EXISTS (SELECT 1 FROM deliveries d WHERE d.edition_id = e.id AND d.state IN ('sent', 'uncertain'))
	OR COALESCE((e.kept_counts ->> 'sent')::bigint, 0) > 0)))`

// toNamed is the SQL condition for an edition to named readers alone, without any other
// condition in its audience.
const toNamed = `(e.audience ? 'readers' AND NOT e.audience ?| ARRAY['programs', 'regions', 'frequencies', 'editions', 'articles'])`

// isPublic is the SQL condition for an edition that the public may see. The archive's list
// and an edition's pages use it. An edition to named readers alone is read with a signed
// link instead; see [Store.NamedPage].
const isPublic = wentOut + ` AND NOT ` + toNamed

type archivedRow struct {
	ID        int64          `db:"id"`
	Address   string         `db:"address"`
	Kind      string         `db:"kind"`
	Frequency sql.NullString `db:"frequency"`
	Period    sql.NullTime   `db:"period"`
	Subject   string         `db:"subject"`
	Intro     string         `db:"intro"`
	Started   time.Time      `db:"started_at"`
	Articles  int            `db:"articles"`
}

const archivedColumns = `e.id, e.address, e.kind, e.frequency, e.period, e.subject, e.intro, e.started_at, (
	SELECT count(DISTINCT a.id) FROM variants v JOIN variant_articles va ON va.variant_id = v.id JOIN articles w ON w.id = va.article_id
		JOIN articles a ON a.id = COALESCE(w.merged_into, w.id)
	WHERE v.edition_id = e.id AND a.state = 'released') AS articles`

func (s *Store) archived(row archivedRow) Archived {
	a := Archived{ID: row.ID, Address: row.Address, Kind: row.Kind, Name: row.Subject, Sent: row.Started, Intro: paragraphs(row.Intro), Count: row.Articles}
	a.Dateline = "Special edition · " + s.date(row.Started)
	if row.Kind == "digest" {
		a.Dateline = dateline(Frequency(row.Frequency.String), row.Period.Time)
	}
	return a
}

// Archive lists at most limit public editions, newest first. When before is not 0 it lists
// only editions with a lower id.
func (s *Store) Archive(ctx context.Context, before int64, limit int) (_ []Archived, err error) {
	defer wrap(&err, "listing the archive")
	var rows []archivedRow
	err = s.db.SelectContext(ctx, &rows, `
		SELECT `+archivedColumns+` FROM editions e WHERE `+isPublic+` AND (e.id < $1 OR $1 = 0) ORDER BY e.id DESC LIMIT $2`, before, limit)
	list := make([]Archived, 0, len(rows))
	for _, row := range rows {
		list = append(list, s.archived(row))
	}
	return list, err
}

// PublicAddress returns the address of a public edition. The error is [ErrNotFound] when
// id is not a public edition.
func (s *Store) PublicAddress(ctx context.Context, id int64) (_ string, err error) {
	defer wrap(&err, "reading the address of edition %d", id)
	var address string
	err = s.db.GetContext(ctx, &address, `SELECT e.address FROM editions e WHERE e.id = $1 AND `+isPublic, id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", missing("there is no public edition %d", id)
	}
	return address, err
}

// ArchivedEdition returns the public edition at an address, with its articles that are still
// public: a digest's by program, a special's in the order staff gave them. The error is
// [ErrNotFound] when there is no such edition.
func (s *Store) ArchivedEdition(ctx context.Context, address string) (_ Archived, _ []templates.MailSection, err error) {
	defer wrap(&err, "reading the archived edition %s", address)
	var row archivedRow
	err = s.db.GetContext(ctx, &row, `SELECT `+archivedColumns+` FROM editions e WHERE `+isPublic+` AND e.address = $1`, address)
	if errors.Is(err, sql.ErrNoRows) {
		return Archived{}, nil, missing("there is no edition %s", address)
	}
	if err != nil {
		return Archived{}, nil, err
	}
	var ids []int64
	if err := s.db.SelectContext(ctx, &ids, `
		SELECT a.id FROM variants v JOIN variant_articles va ON va.variant_id = v.id JOIN articles a ON a.id = va.article_id
		WHERE v.edition_id = $1 GROUP BY a.id ORDER BY max(array_position(v.article_ids, a.id)) FILTER (WHERE v.upto_no = 0), a.release_no DESC`, row.ID); err != nil {
		return Archived{}, nil, err
	}
	articles, err := articlesTx(ctx, s.db, ids, true)
	if err != nil {
		return Archived{}, nil, err
	}
	if row.Kind == "special" && len(articles) > 0 {
		return s.archived(row), []templates.MailSection{{Articles: s.mailArticles(articles)}}, nil
	}
	return s.archived(row), s.byProgram(articles), nil
}
