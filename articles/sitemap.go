package articles

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"corridor/fetch"
)

// maxSitemapBytes is the size that sitemaps.org allows, unpacked.
const maxSitemapBytes = 50 << 20

// sitemapFile is the list in a sitemap or in an index of sitemaps.
type sitemapFile struct {
	URLs []sitemapEntry
	Maps []sitemapEntry
}

type sitemapEntry struct {
	Loc     string
	LastMod string
}

// parseSitemap reads a sitemap or an index of sitemaps, or a list of addresses as plain
// text, packed with gzip or not (sitemaps.org). Small faults of XML, such as a bare "&",
// do no harm. The error of a document that breaks off comes with the entries before.
func parseSitemap(contentType string, body []byte) (sitemapFile, error) {
	if bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		unpacked, err := gunzip(body)
		if err != nil {
			return sitemapFile{}, err
		}
		body = unpacked
	}
	text := bytes.TrimSpace(xmlText(contentType, body))
	switch {
	case len(text) == 0:
		return sitemapFile{}, errors.New("is empty, not a sitemap")
	case text[0] != '<':
		return parseTextSitemap(string(text))
	}
	return parseXMLSitemap(text)
}

func gunzip(body []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("is not a sitemap: %w", err)
	}
	unpacked, err := io.ReadAll(io.LimitReader(r, maxSitemapBytes+1))
	switch {
	case len(unpacked) > maxSitemapBytes:
		return nil, fetch.ErrTooLarge
	case err != nil && len(unpacked) == 0:
		return nil, fmt.Errorf("is not a sitemap: %w", err)
	}
	return unpacked, nil // of a file that breaks off, the part that is there
}

// parseTextSitemap reads one address a line.
func parseTextSitemap(text string) (file sitemapFile, err error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !strings.Contains(line, "://") {
			return sitemapFile{}, fmt.Errorf("is not a sitemap: it has the line %q", cutText(line, 60))
		}
		file.URLs = append(file.URLs, sitemapEntry{Loc: line})
	}
	return file, nil
}

// parseXMLSitemap collects the <loc> and <lastmod> that stand right under a <url> or a
// <sitemap>. Those of extensions, such as <image:loc>, stand deeper.
func parseXMLSitemap(text []byte) (file sitemapFile, err error) {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.Strict, decoder.Entity = false, xml.HTMLEntity
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 already
	r := sitemapReader{}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && len(r.path) == 0 {
			return r.file, nil
		}
		if err != nil {
			return r.file, fmt.Errorf("breaks off after %d addresses: %w", len(r.file.URLs)+len(r.file.Maps), err)
		}
		if err := r.take(token); err != nil {
			return r.file, err
		}
	}
}

// sitemapReader collects the entries of a sitemap; path holds the open elements.
type sitemapReader struct {
	file  sitemapFile
	path  []string
	entry sitemapEntry
}

func (r *sitemapReader) take(token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		name := token.Name.Local
		if len(r.path) == 0 && name != "urlset" && name != "sitemapindex" {
			return fmt.Errorf("is not a sitemap: it begins with <%s>", cutText(name, 60))
		}
		if len(r.path) == 1 {
			r.entry = sitemapEntry{}
		}
		r.path = append(r.path, name)
	case xml.EndElement:
		if len(r.path) == 2 && r.entry.Loc != "" {
			r.file.add(r.path[1], r.entry)
		}
		r.path = r.path[:max(0, len(r.path)-1)]
	case xml.CharData:
		r.takeText(string(token))
	}
	return nil
}

func (r *sitemapReader) takeText(text string) {
	if len(r.path) != 3 {
		return
	}
	switch r.path[2] {
	case "loc":
		r.entry.Loc += text
	case "lastmod":
		r.entry.LastMod += text
	}
}

func (f *sitemapFile) add(element string, entry sitemapEntry) {
	entry.Loc, entry.LastMod = strings.TrimSpace(entry.Loc), strings.TrimSpace(entry.LastMod)
	switch element {
	case "url":
		f.URLs = append(f.URLs, entry)
	case "sitemap":
		f.Maps = append(f.Maps, entry)
	}
}
