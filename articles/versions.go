package articles

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"corridor/articles/reading"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// isTranslation reports whether a reading names an address as that of another language.
func (f *Found) isTranslation(address string) bool {
	for _, v := range f.Versions {
		if addressKey(v.URL) == addressKey(address) && !areOneLanguage(v.Language, f.Reading.Language) {
			return true
		}
	}
	return false
}

// setVersionsTx records the language versions that the page of an article names. They are the
// page's claims; [Store.Versions] believes them under conditions. A change of them is no
// change of the article.
func setVersionsTx(ctx context.Context, tx *sqlx.Tx, id int64, f Found) error {
	if !f.IsPage() {
		return nil
	}
	languages, addresses := []string{}, []string{}
	for _, v := range f.Versions {
		languages, addresses = append(languages, v.Language), append(addresses, v.URL)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM article_languages WHERE article_id = $1 AND url <> ALL ($2)`, id, pq.Array(addresses)); err != nil {
		return fmt.Errorf("articles: recording language versions: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO article_languages (article_id, language, url) SELECT $1, * FROM unnest($2::text[], $3::text[])
		ON CONFLICT (article_id, url) DO UPDATE SET language = excluded.language WHERE article_languages.language <> excluded.language`,
		id, pq.Array(languages), pq.Array(addresses)); err != nil {
		return fmt.Errorf("articles: recording language versions: %w", err)
	}
	return nil
}

// languageVersion is an article as a language version of another one.
type languageVersion struct {
	ID       int64  `db:"id"`
	URL      string `db:"url"`
	Language string `db:"language"`
	Listed   bool   `db:"listed"`
}

// Versions returns the released language versions of an article, each with its language and
// its present address, in the order of the addresses. Two articles are language versions of
// one article when each names the other by hreflang. Where only one names the other, the other
// must be in the list of its source, and no third article in the language of the first may
// name it: themes name one page on all.
func (s *Store) Versions(ctx context.Context, id int64) ([]reading.Version, error) {
	list := []reading.Version{}
	named, err := s.namedVersions(ctx, id)
	if err != nil {
		return nil, err
	}
	naming, err := s.namingVersions(ctx, id)
	if err != nil {
		return nil, err
	}
	both, err := s.languageVersions(ctx, append(append([]int64{id}, named...), naming...))
	if err != nil {
		return nil, err
	}
	own := both[id]
	delete(both, id)
	for other, v := range both {
		isNamed, names := slices.Contains(named, other), slices.Contains(naming, other)
		isVersion := isNamed && names
		switch {
		case areOneLanguage(own.Language, v.Language):
			continue
		case isNamed && !names:
			isVersion, err = s.isNamedOnce(ctx, v, own)
		case names && !isNamed:
			isVersion, err = s.isNamedOnce(ctx, own, v)
		}
		if err != nil {
			return nil, err
		}
		if isVersion {
			list = append(list, reading.Version{Language: v.Language, URL: v.URL})
		}
	}
	slices.SortFunc(list, func(a, b reading.Version) int { return strings.Compare(a.URL, b.URL) })
	return list, nil
}

// isNamedOnce reports whether an article is listed, and no other article in the language of
// by names it.
func (s *Store) isNamedOnce(ctx context.Context, v, by languageVersion) (bool, error) {
	naming, err := s.namingVersions(ctx, v.ID)
	if err != nil {
		return false, err
	}
	others, err := s.languageVersions(ctx, naming)
	delete(others, by.ID)
	for _, other := range others {
		if areOneLanguage(other.Language, by.Language) {
			return false, err
		}
	}
	return v.Listed, err
}

// namedVersions are the articles at the addresses that an article names.
func (s *Store) namedVersions(ctx context.Context, id int64) ([]int64, error) {
	var addresses []string
	if err := s.db.SelectContext(ctx, &addresses, `SELECT url FROM article_languages WHERE article_id = $1`, id); err != nil {
		return nil, fmt.Errorf("articles: reading language versions: %w", err)
	}
	var ids []int64
	if err := s.db.SelectContext(ctx, &ids, `
		SELECT article_id FROM (`+addressRows+`) a WHERE `+addressKeySQL+` = ANY ($1) AND article_id <> $2`, pq.Array(addressKeys(addresses...)), id); err != nil {
		return nil, fmt.Errorf("articles: looking up language versions: %w", err)
	}
	return ids, nil
}

// namingVersions are the articles that name an address of an article.
func (s *Store) namingVersions(ctx context.Context, id int64) ([]int64, error) {
	var addresses []string
	if err := s.db.SelectContext(ctx, &addresses, `SELECT url FROM (`+addressRows+`) a WHERE article_id = $1`, id); err != nil {
		return nil, fmt.Errorf("articles: reading an article's addresses: %w", err)
	}
	var ids []int64
	if err := s.db.SelectContext(ctx, &ids, `
		SELECT article_id FROM article_languages WHERE `+addressKeySQL+` = ANY ($1) AND article_id <> $2`, pq.Array(addressKeys(addresses...)), id); err != nil {
		return nil, fmt.Errorf("articles: looking up language versions: %w", err)
	}
	return ids, nil
}

// languageVersions are the released articles among ids, by id.
func (s *Store) languageVersions(ctx context.Context, ids []int64) (map[int64]languageVersion, error) {
	var rows []languageVersion
	if err := s.db.SelectContext(ctx, &rows, `SELECT id, url, language, listed FROM articles WHERE id = ANY ($1) AND state = 'released'`, pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("articles: reading language versions: %w", err)
	}
	versions := make(map[int64]languageVersion, len(rows))
	for _, row := range rows {
		versions[row.ID] = row
	}
	return versions, nil
}
