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

// sitemapFile is what a sitemap or an index of sitemaps lists.
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
	var path []string
	var entry sitemapEntry
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && len(path) == 0 {
			return file, nil
		}
		if err != nil {
			return file, fmt.Errorf("breaks off after %d addresses: %w", len(file.URLs)+len(file.Maps), err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			if len(path) == 0 && name != "urlset" && name != "sitemapindex" {
				return file, fmt.Errorf("is not a sitemap: it begins with <%s>", cutText(name, 60))
			}
			if len(path) == 1 {
				entry = sitemapEntry{}
			}
			path = append(path, name)
		case xml.EndElement:
			if len(path) == 2 && entry.Loc != "" {
				file.add(path[1], entry)
			}
			path = path[:max(0, len(path)-1)]
		case xml.CharData:
			if len(path) == 3 {
				switch path[2] {
				case "loc":
					entry.Loc += string(token)
				case "lastmod":
					entry.LastMod += string(token)
				}
			}
		}
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
