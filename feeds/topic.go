// Package feeds publishes the released articles as RSS 2.0, Atom (RFC 4287) and JSON Feed
// 1.1: everything, each program, region, crossing of both, author, and each reader's
// choice. A feed is a finished document with its validators. A change of an article, by any
// process, drops the documents with that article from memory, and the next request makes
// them again. Bytes, ETag and Last-Modified depend on the database alone, so that all
// processes answer alike.
package feeds

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// Kind is the kind of a feed's subject.
type Kind int

// The kinds of feeds.
const (
	All Kind = iota
	Program
	Region
	Crossing // a program and a region
	Author
	Reader
)

// Topic is the subject of a feed. It is comparable.
type Topic struct {
	Kind    Kind
	Program string // slug; in a reader's feed, slugs joined by commas
	Region  string // slug, or slugs
	Author  string // slug
	Token   string // of a reader's feed
	Chosen  int64  // time of the reader's choice, in Unix seconds
}

// Format is the syntax of a feed.
type Format string

// The formats, as file extensions.
const (
	RSS  Format = "rss"
	Atom Format = "atom"
	JSON Format = "json"
)

// formats lists all formats in the order of pages.
var formats = []Format{RSS, Atom, JSON}

// Formats returns all formats in the order of pages.
func Formats() []Format { return formats }

// ContentType is the value of the format's Content-Type header.
func (f Format) ContentType() string { return f.MediaType() + "; charset=utf-8" }

// MediaType is the content type without its parameter.
func (f Format) MediaType() string {
	switch f {
	case Atom:
		return "application/atom+xml"
	case JSON:
		return "application/feed+json"
	}
	return "application/rss+xml"
}

// Name is the format's name for people.
func (f Format) Name() string {
	switch f {
	case Atom:
		return "Atom"
	case JSON:
		return "JSON Feed"
	}
	return "RSS"
}

// Path is the feed's path below the base URL, without a format: "/feeds/all".
func (t Topic) Path() string {
	switch t.Kind {
	case Program:
		return "/feeds/programs/" + t.Program
	case Region:
		return "/feeds/regions/" + t.Region
	case Crossing:
		return "/feeds/programs/" + t.Program + "/regions/" + t.Region
	case Author:
		return "/feeds/authors/" + url.PathEscape(t.Author) // names in any script
	case Reader:
		return "/feeds/readers/" + t.Token
	}
	return "/feeds/all"
}

// Address is the path of a document of the feed below the base URL. The empty cursor is the
// first page.
func (t Topic) Address(f Format, c Cursor) string {
	if c == "" {
		return t.Path() + "." + string(f)
	}
	return t.Path() + "~" + string(c) + "." + string(f)
}

// Cursor names a page of the archive by the entry before it, its time and id, and by the
// last release that the pages before it include.
type Cursor string

var cursorForm = regexp.MustCompile(`^-?[0-9]{1,12}-[0-9]{1,18}(-[0-9]{1,18})?$`)

// SplitFile parses the last part of a feed's path: "eep.atom", or "eep~123-4.atom" for a
// page of its archive. Without a format, it is the feed's page for people.
func SplitFile(file string) (slug string, c Cursor, f Format, ok bool) {
	if len(file) > 400 {
		return "", "", "", false
	}
	slug = file
	for _, known := range formats {
		if before, found := strings.CutSuffix(file, "."+string(known)); found {
			slug, f = before, known
			break
		}
	}
	if before, after, found := strings.Cut(slug, "~"); found {
		if f == "" || !cursorForm.MatchString(after) {
			return "", "", "", false
		}
		slug, c = before, Cursor(after)
	}
	return slug, c, f, isSlug(slug)
}

// isSlug reports whether s can be a name in an address: letters, digits, and punctuation
// between them.
func isSlug(s string) bool {
	for i, r := range s {
		plain := 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
		if !plain && !unicode.IsLetter(r) && !unicode.IsNumber(r) && (i == 0 || r != '_' && r != '.' && r != '-') {
			return false
		}
	}
	return s != "" && len(s) <= 300
}

// matches reports whether the feed contains an article with these labels. Authors are
// slugs.
func (t Topic) matches(programs, regions, authors []string) bool {
	switch t.Kind {
	case Program:
		return has(programs, t.Program)
	case Region:
		return has(regions, t.Region)
	case Crossing:
		return has(programs, t.Program) && has(regions, t.Region)
	case Author:
		return has(authors, t.Author)
	case Reader:
		return sharesOne(t.Program, programs) && sharesOne(t.Region, regions)
	}
	return true
}

// sharesOne is [articles.Takes] for a choice that is joined by commas.
func sharesOne(chosen string, labels []string) bool {
	if chosen == "" {
		return true
	}
	for slug := range strings.SplitSeq(chosen, ",") {
		if has(labels, slug) {
			return true
		}
	}
	return false
}

func has(list []string, slug string) bool {
	for _, s := range list {
		if s == slug {
			return true
		}
	}
	return false
}
