package entries

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// Link is an address in a sitemap.
type Link struct {
	URL       string // as written
	Changed   Date   // lastmod
	Published Date   // of the news extension
	Language  string // of the news extension
	IsMap     bool   // of another sitemap, which an index names

	Versions []Version // the page in other languages, by xhtml:link with hreflang
}

// Version is a page in another language, as a sitemap claims.
type Version struct{ Language, URL string }

// maxVersions is how many language versions are read of an address.
const maxVersions = 50

// ErrNotSitemap says that a document is no sitemap.
var ErrNotSitemap = errors.New("is not a sitemap")

const (
	sniffedSitemap = 64 << 10 // bytes in which the encoding and the first element are looked for
	maxPending     = 1 << 20  // bytes of one entry of a sitemap
	maxSitemapFeed = 10 << 20 // bytes of a feed in the place of a sitemap
	maxTextLine    = 16 << 10 // bytes of a line of a text sitemap
)

// linkElements are the entries of sitemaps.
var linkElements = set("url", "sitemap")

// ReadSitemap reads a sitemap or an index of sitemaps as sitemaps.org describes them: XML,
// plain text, RSS or Atom. It hands each address to take as soon as it is read, until take
// returns false; memory does not grow with the document. Faults of the XML do no harm. The
// error of a document that breaks off comes after the addresses before.
func ReadSitemap(address, contentType string, body io.Reader, take func(Link) (more bool)) error {
	source := bufio.NewReaderSize(body, sniffedSitemap)
	head, err := source.Peek(sniffedSitemap)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return err
	}
	in := io.Reader(source)
	whole := head
	for len(whole) > 0 && len(head)-len(whole) < utf8.UTFMax && !utf8.Valid(whole) { // the last character may be cut
		whole = whole[:len(whole)-1]
	}
	if !utf8.Valid(whole) {
		whole = head
	}
	if e := encodingOf(contentType, whole); e != nil {
		in = transform.NewReader(source, e.NewDecoder())
	}
	text := bufio.NewReaderSize(in, sniffedSitemap)
	head, err = text.Peek(sniffedSitemap)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return err
	}
	s := &sitemapReader{address: address, in: text, take: take}
	return s.read(strings.TrimSpace(clean(head)))
}

// sitemapReader reads one sitemap.
type sitemapReader struct {
	*builder
	address string
	in      *bufio.Reader
	take    func(Link) bool
	count   int
}

// read reads the document that begins with head, by its first element.
func (s *sitemapReader) read(head string) error {
	name := firstElement(head)
	prefix, local, _ := strings.Cut(name, ":")
	if local == "" {
		prefix, local = "", name
	}
	switch local {
	case "urlset", "sitemapindex":
		s.builder = newBuilder(s.address, linkElements, s.takeNode)
		s.prefixes[prefix] = ""
		return s.readXML()
	case "rss", "rdf", "feed", "channel":
		return s.readFeed()
	case "":
		if head == "" {
			return fmt.Errorf("is empty, not a sitemap")
		}
		return s.readText()
	}
	return fmt.Errorf("%w: it begins with <%s>", ErrNotSitemap, cut(name, 60))
}

// firstElement is the name of the first element of a document; empty for plain text.
func firstElement(head string) string {
	if !strings.HasPrefix(head, "<") {
		return ""
	}
	s := newScanner(head)
	for {
		t, ok := s.next()
		switch {
		case !ok:
			return "!"
		case t.kind == startToken || t.kind == emptyToken:
			return t.name
		}
	}
}

// entryEnd is the end of an entry of a sitemap.
var entryEnd = regexp.MustCompile(`(?i)</(?:[a-z0-9]+:)?(?:url|sitemap)\s*>`)

// readXML reads the document in pieces that end with an entry.
func (s *sitemapReader) readXML() error {
	var pending []byte
	block := make([]byte, sniffedSitemap)
	for !s.stopped {
		n, err := s.in.Read(block)
		from := max(0, len(pending)-20) // an end tag may begin in the block before
		pending = append(pending, block[:n]...)
		if end := pieceEnd(pending, from); end > 0 {
			s.build(clean(pending[:end]))
			pending = append(pending[:0], pending[end:]...)
		}
		if err != nil {
			return s.endXML(pending, err)
		}
	}
	return nil
}

// pieceEnd is the place behind the last whole entry of a text, whose part before from has
// been looked at; 0 when there is none. A comment is not cut in two.
func pieceEnd(text []byte, from int) int {
	ends := entryEnd.FindAllIndex(text[from:], -1)
	end := 0
	switch {
	case len(ends) > 0:
		end = from + ends[len(ends)-1][1]
	case len(text) > maxPending:
		end = bytes.LastIndexByte(text, '>') + 1
	}
	if open := bytes.LastIndex(text[:end], []byte("<!--")); open > bytes.LastIndex(text[:end], []byte("-->")) && len(text) < maxPending {
		return 0
	}
	return end
}

// endXML reads the last piece of a document that ended with err.
func (s *sitemapReader) endXML(pending []byte, err error) error {
	s.build(clean(pending))
	open := len(s.open)
	s.end()
	switch {
	case s.stopped:
		return nil
	case !errors.Is(err, io.EOF):
		return err
	case open > 1:
		return fmt.Errorf("breaks off after %d addresses", s.count)
	}
	return nil
}

// takeNode hands over an entry, unless the document ends in it.
func (s *sitemapReader) takeNode(n *node) bool {
	l := Link{URL: oneLine(n.child("loc").plain()), IsMap: n.name == "sitemap"}
	if l.URL == "" || n.cut {
		return true
	}
	s.count++
	l.Changed = parseDate(n.child("lastmod").plain(), "")
	if news := n.child("news:news"); news != nil {
		l.Published = parseDate(news.child("news:publication_date").plain(), "")
		if publication := news.child("news:publication"); publication != nil {
			l.Language = publication.child("news:language").plain()
		}
	}
	for _, link := range n.all("xhtml:link") {
		v := Version{link.attr("hreflang"), link.attr("href")}
		if v.Language != "" && v.URL != "" && v.URL != l.URL && strings.EqualFold(link.attr("rel"), "alternate") && len(l.Versions) < maxVersions {
			l.Versions = append(l.Versions, v)
		}
	}
	return s.take(l)
}

// readFeed reads a feed in the place of a sitemap.
func (s *sitemapReader) readFeed() error {
	body, err := io.ReadAll(io.LimitReader(s.in, maxSitemapFeed))
	if err != nil && len(body) == 0 {
		return err
	}
	feed, fault := Read(s.address, "text/xml; charset=utf-8", body)
	if feed == nil {
		return fault
	}
	for _, e := range feed.Entries {
		if e.URL != "" && !s.take(Link{URL: e.URL, Changed: e.Updated, Published: e.Published}) {
			return nil
		}
	}
	return fault
}

// readText reads one address a line.
func (s *sitemapReader) readText() error {
	lines := bufio.NewScanner(s.in)
	lines.Buffer(make([]byte, 0, 4096), maxTextLine)
	lines.Split(scanLines)
	for lines.Scan() {
		line := strings.TrimSpace(clean(lines.Bytes()))
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !strings.Contains(line, "://"):
			return fmt.Errorf("%w: it has the line %q", ErrNotSitemap, cut(line, 60))
		case !s.take(Link{URL: line}):
			return nil
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("%w: it has a line of more than %d bytes", ErrNotSitemap, maxTextLine)
	}
	return lines.Err()
}

// scanLines is bufio.ScanLines for lines that end at CR as well.
func scanLines(data []byte, atEOF bool) (advance int, line []byte, err error) {
	if i := bytes.IndexAny(data, "\r\n"); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}
