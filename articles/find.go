package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"corridor/articles/reading"

	"github.com/lib/pq"
	"golang.org/x/net/idna"
)

// Find returns the article that a person names: by its id, by its UID, or by its address,
// present or former, in any form in which addresses of one page are written. Forms differ
// by scheme, www, tracking parameters, fragment, trailing slash, case of the host and
// percent-encoding. The error wraps [ErrUnknown] when there is no such article.
func (s *Store) Find(ctx context.Context, key string) (Article, error) {
	key = strings.TrimSpace(key)
	id, err := s.lookUp(ctx, key)
	if err != nil {
		return Article{}, err
	}
	if id == 0 {
		return Article{}, fmt.Errorf("%w %s; 'corridor articles list' shows all, with their ids", ErrUnknown, key)
	}
	return s.Get(ctx, id)
}

// uidForm is an article's UID, also as feeds write it.
var uidForm = regexp.MustCompile(`^(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)

// idOrUID reads a key that is an id or a UID; the other is null. Any other key is an
// address, and both are null.
func idOrUID(key string) (id sql.NullInt64, uid sql.NullString) {
	if n, err := strconv.ParseInt(key, 10, 64); err == nil {
		return sql.NullInt64{Int64: n, Valid: true}, uid
	}
	if form := uidForm.FindStringSubmatch(strings.ToLower(key)); form != nil {
		uid = sql.NullString{String: form[1], Valid: true}
	}
	return id, uid
}

// lookUp returns the id of the article that a key names, or 0.
func (s *Store) lookUp(ctx context.Context, key string) (int64, error) {
	if id, uid := idOrUID(key); id.Valid || uid.Valid {
		return s.one(ctx, `SELECT id FROM articles WHERE id = $1 OR uid = $2`, id, uid)
	}
	address, err := reading.CanonicalURL(key)
	if err != nil && !strings.Contains(key, "://") { // as browsers show it
		address, err = reading.CanonicalURL("https://" + strings.TrimLeft(key, "/"))
	}
	if err != nil {
		return 0, nil //nolint:nilerr // it is no address: no article has it
	}
	if _, part, has := strings.Cut(key, "#"); has { // an article may be a part of a page
		if id, err := s.lookUpAddress(ctx, address+"#"+part); err != nil || id != 0 {
			return id, err
		}
	}
	return s.lookUpAddress(ctx, address)
}

// one returns the id that a statement selects, or 0.
func (s *Store) one(ctx context.Context, query string, args ...any) (int64, error) {
	var id int64
	if err := s.db.GetContext(ctx, &id, query, args...); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("articles: looking up an article: %w", err)
	}
	return id, nil
}

// addressRows selects the addresses of all articles, present and former.
const addressRows = `
	SELECT url, id AS article_id, true AS present FROM articles
	UNION ALL SELECT url, article_id, false FROM article_addresses`

// lookUpAddress returns the id of the article at a canonical address, or 0.
func (s *Store) lookUpAddress(ctx context.Context, address string) (int64, error) {
	plain := plainAddress(address)
	id, err := s.one(ctx, `
		SELECT article_id FROM (`+addressRows+`) a
		WHERE `+addressKeySQL+` = ANY ($1)
		ORDER BY url = $2 DESC, present DESC, article_id
		LIMIT 1`, pq.Array(addressKeys(address, plain)), address)
	if err != nil || id != 0 {
		return id, err
	}
	// Stored addresses keep the percent-encoding of their site.
	var escaped []struct {
		URL string `db:"url"`
		ID  int64  `db:"article_id"`
	}
	if err := s.db.SelectContext(ctx, &escaped, `
		SELECT url, article_id FROM (`+addressRows+`) a WHERE url LIKE '%\%%' ORDER BY present DESC, article_id`); err != nil {
		return 0, fmt.Errorf("articles: listing escaped addresses: %w", err)
	}
	for _, row := range escaped {
		if addressKey(plainAddress(row.URL)) == addressKey(plain) {
			return row.ID, nil
		}
	}
	return 0, nil
}

// plainAddress returns a canonical address with its host in ASCII and one form of
// percent-encoding: escapes in capitals, unreserved characters without escapes (RFC 3986,
// section 6.2.2).
func plainAddress(address string) string {
	if u, err := url.Parse(address); err == nil {
		if host, err := idna.Lookup.ToASCII(u.Hostname()); err == nil && host != u.Hostname() {
			u.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
			address = u.String()
		}
	}
	var b strings.Builder
	for i := 0; i < len(address); i++ {
		c := address[i]
		if c == '%' && i+2 < len(address) {
			if n, err := strconv.ParseUint(address[i+1:i+3], 16, 8); err == nil {
				c = byte(n)
				i += 2
				if !isUnreserved(c) {
					fmt.Fprintf(&b, "%%%02X", c)
					continue
				}
			}
		}
		if c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// isUnreserved reports whether a character never needs an escape (RFC 3986, section 2.3).
func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
