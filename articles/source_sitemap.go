package articles

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"corridor/fetch"

	"golang.org/x/net/html/charset"
)

const (
	maxSitemaps   = 200    // of one source, index files included
	maxCandidates = 50_000 // of one source; sitemaps.org allows as many in one file
	maxIndexDepth = 3
)

// sitemapFile is a urlset or a sitemapindex (sitemaps.org).
type sitemapFile struct {
	XMLName xml.Name
	URLs    []sitemapEntry `xml:"url"`
	Maps    []sitemapEntry `xml:"sitemap"`
}

type sitemapEntry struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod"`
}

func parseSitemap(body []byte) (*sitemapFile, error) {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = charset.NewReaderLabel
	decoder.Entity = xml.HTMLEntity
	var file sitemapFile
	if err := decoder.Decode(&file); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("is empty, not a sitemap")
		}
		return nil, fmt.Errorf("is not a sitemap: %w", err)
	}
	if name := file.XMLName.Local; name != "urlset" && name != "sitemapindex" {
		return nil, fmt.Errorf("is not a sitemap: it begins with <%s>", name)
	}
	return &file, nil
}

// fromSitemap lists a sitemap and those it names.
func (g *Gatherer) fromSitemap(ctx context.Context, s Source) ([]candidate, error) {
	queue, seen := []string{s.URL}, map[string]bool{s.URL: true}
	depth := map[string]int{}
	var found []candidate
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		doc, err := g.client.Get(ctx, address, fetch.Validators{})
		if err != nil {
			return nil, fmt.Errorf("%s %w", address, err)
		}
		file, err := parseSitemap(doc.Body)
		if err != nil {
			return nil, fmt.Errorf("%s %w", address, err)
		}
		for _, entry := range file.Maps {
			loc := strings.TrimSpace(entry.Loc)
			if !seen[loc] && len(seen) < maxSitemaps && depth[address] < maxIndexDepth {
				seen[loc], depth[loc] = true, depth[address]+1
				queue = append(queue, loc)
			}
		}
		for _, entry := range file.URLs {
			url, err := CanonicalURL(entry.Loc)
			if err != nil || !matchesPath(s.Match, url) || len(found) >= maxCandidates {
				continue
			}
			found = append(found, candidate{URL: url, Changed: parseW3CTime(entry.LastMod)})
		}
	}
	return found, nil
}

// parseW3CTime reads the forms of a lastmod; the zero time if it is none.
func parseW3CTime(text string) time.Time {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}
