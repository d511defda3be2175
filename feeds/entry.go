package feeds

import (
	"context"
	"database/sql"
	"fmt"
	"html"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"corridor/articles"

	"github.com/lib/pq"
)

// entry is a cleaned article, as feeds contain it.
type entry struct {
	id          int64
	uid         string // urn:uuid:…
	url         string
	title       string
	authors     []string
	published   time.Time
	updated     time.Time
	programs    []string
	regions     []string
	summary     string
	content     string // HTML; empty if too long, then the summary replaces it
	imageURL    string
	imageCredit string
	imageAlt    string
	language    string
}

// loadEntries reads the released articles among the ids, in no order. The map's values are
// the places in the feed, in Unix seconds.
func (p *Publisher) loadEntries(ctx context.Context, at map[int64]int64) ([]entry, error) {
	rows, err := p.db.QueryContext(ctx, `
		SELECT id, uid, url, title, authors, `+articles.EditedSQL+`, programs, regions, summary,
			image_url, image_credit, image_alt, language, content_html
		FROM articles WHERE id = ANY ($1) AND state = 'released'`, pq.Array(slices.Collect(maps.Keys(at))))
	if err != nil {
		return nil, fmt.Errorf("feeds: reading articles: %w", err)
	}
	defer rows.Close()
	var list []entry
	for rows.Next() {
		var e entry
		var updated sql.NullTime
		if err := rows.Scan(&e.id, &e.uid, &e.url, &e.title, pq.Array(&e.authors), &updated, pq.Array(&e.programs), pq.Array(&e.regions),
			&e.summary, &e.imageURL, &e.imageCredit, &e.imageAlt, &e.language, &e.content); err != nil {
			return nil, fmt.Errorf("feeds: reading articles: %w", err)
		}
		e.published = time.Unix(at[e.id], 0).UTC()
		if e.updated = updated.Time.UTC().Truncate(time.Second); e.updated.Before(e.published) {
			e.updated = e.published
		}
		// Entries that changed in the same second, or never, would have the same time.
		// Validators report that, and some readers then sort the entries at random.
		e.updated = e.updated.Add(time.Duration(e.id%1e6) * time.Microsecond)
		e.clean()
		list = append(list, e)
	}
	return list, rows.Err()
}

// maxContent is the longest body in a feed, in bytes. For a longer body the feed contains
// the summary.
const maxContent = 200 << 10

// clean makes an entry valid for XML and JSON.
func (e *entry) clean() {
	e.uid = "urn:uuid:" + e.uid
	for _, s := range []*string{&e.title, &e.summary, &e.imageCredit, &e.imageAlt, &e.content} {
		*s = printable(*s)
	}
	e.url, e.imageURL = webAddress(e.url), webAddress(e.imageURL)
	e.title, e.summary, e.imageCredit, e.imageAlt = oneLine(e.title), oneLine(e.summary), oneLine(e.imageCredit), oneLine(e.imageAlt)
	if e.title == "" {
		e.title = e.url
	}
	var authors []string
	for _, name := range e.authors {
		if name = oneLine(printable(name)); name != "" {
			authors = append(authors, name)
		}
	}
	e.authors = authors
	if !languageTag.MatchString(e.language) {
		e.language = ""
	}
	if len(e.content) > maxContent {
		e.content = ""
	}
	if e.content != "" && e.imageURL != "" && !strings.Contains(e.content, html.EscapeString(e.imageURL)) && !strings.Contains(e.content, "<img") {
		e.content = e.figure() + e.content
	}
}

// figure is the article's image as HTML, for readers that show the content only.
func (e *entry) figure() string {
	caption := ""
	if e.imageCredit != "" {
		caption = "<figcaption>Image: " + html.EscapeString(e.imageCredit) + "</figcaption>"
	}
	return `<figure><img src="` + html.EscapeString(e.imageURL) + `" alt="` + html.EscapeString(e.imageAlt) + `">` + caption + "</figure>\n"
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

// webAddress escapes a URL by RFC 3986. It returns "" for any scheme except http and https.
func webAddress(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	if scheme = strings.ToLower(scheme); scheme != "http" && scheme != "https" || rest == "" || rest[0] == '/' {
		return ""
	}
	var b strings.Builder
	b.WriteString(scheme + "://")
	for i := range len(rest) {
		c := rest[i]
		switch {
		case c == '%' && i+2 < len(rest) && isHex(rest[i+1]) && isHex(rest[i+2]):
			b.WriteByte(c)
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~:/?#[]@!$&'()*+,;=", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// printable removes broken UTF-8, control characters and the characters that XML 1.0
// forbids or discourages (section 2.2).
func printable(s string) string {
	for i, r := range s {
		if r == utf8.RuneError || !isChar(r) {
			return s[:i] + strings.Map(func(r rune) rune {
				if r == utf8.RuneError || !isChar(r) {
					return -1
				}
				return r
			}, s[i:])
		}
	}
	return s
}

func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r < 0x7F || r > 0x9F && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
}

// oneLine folds white space, also in articles that did not come from a page. Characters that
// XML does not allow are left to printable.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// imageType derives the media type of an image from its address, "" if unknown.
func imageType(address string) string {
	address, _, _ = strings.Cut(address, "?")
	switch strings.ToLower(path.Ext(address)) {
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".webp":
		return "image/webp"
	case ".gif":
		return "image/gif"
	case ".avif":
		return "image/avif"
	}
	return ""
}

// tag is a label of an entry. Its scheme is the address of the feeds of that dimension.
type tag struct{ term, scheme, name string }

func (p *Publisher) tags(e *entry) []tag {
	var tags []tag
	for _, slug := range e.programs {
		tags = append(tags, tag{slug, p.o.BaseURL + "/feeds/programs", p.programName(slug)})
	}
	for _, slug := range e.regions {
		tags = append(tags, tag{slug, p.o.BaseURL + "/feeds/regions", p.regionName(slug)})
	}
	return tags
}

// authorURL is the page of an author's feed, "" for a name without a slug.
func (p *Publisher) authorURL(name string) string {
	if articles.AuthorSlug(name) == "" {
		return ""
	}
	return p.o.BaseURL + Topic{Kind: Author, Author: articles.AuthorSlug(name)}.Path()
}
