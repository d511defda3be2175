package articles

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"

	"corridor/articles/entries"
	"corridor/articles/reading"

	"corridor/fetch"

	"golang.org/x/net/html"
)

// maxListingPages is how far a listing's "next" links are followed.
const maxListingPages = 5

// fromListing lists the links of a page, and of the pages it calls its next.
func (g *Gatherer) fromListing(ctx context.Context, s Source) ([]candidate, error) {
	var found []candidate
	seen := map[string]bool{}
	address := s.URL
	for page := 0; address != "" && page < maxListingPages && !seen[address]; page++ {
		seen[address] = true
		l, err := g.askList(ctx, s, address, func(v fetch.Validators, l *list) (*fetch.Document, error) {
			doc, err := g.client.Get(ctx, address, v)
			if err != nil || doc.NotModified {
				return doc, err
			}
			var links []string
			links, l.Next = readListing(doc.URL, doc.ContentType, doc.Body)
			for _, link := range links {
				l.Links = append(l.Links, entries.Link{URL: link})
			}
			return doc, nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s %w", address, err)
		}
		for _, link := range l.Links {
			if !seen[link.URL] && matchesPath(s.Match, link.URL) && isBelow(s, link.URL) && len(found) < maxCandidates {
				seen[link.URL] = true
				found = append(found, candidate{URL: link.URL})
			}
		}
		address = l.Next
	}
	return found, nil
}

// isBelow keeps a listing to its site, and one without a pattern to other pages.
func isBelow(s Source, link string) bool {
	a, errA := url.Parse(s.URL)
	b, errB := url.Parse(link)
	if errA != nil || errB != nil || !s.isHost(link) {
		return false
	}
	return s.Match != "" || len(b.Path) > 1 && strings.TrimRight(a.Path, "/") != b.Path
}

// readListing returns the canonical addresses that a page links to, in its order, and
// the address of the page after it.
func readListing(base, contentType string, body []byte) (links []string, next string) {
	tokens := html.NewTokenizer(bytes.NewReader(reading.UTF8(body, contentType)))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return links, next
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			if token.Data != "a" && token.Data != "link" {
				continue
			}
			href, rel := linkOf(token)
			target := reading.Resolve(base, href)
			if strings.Contains(" "+rel+" ", " next ") && href != "" {
				next = target
				continue
			}
			if link, err := reading.CanonicalURL(target); err == nil && token.Data == "a" && href != "" && !strings.HasPrefix(href, "#") {
				links = append(links, link)
			}
		}
	}
}

// linkOf are the address of a link and its relation in small letters.
func linkOf(token html.Token) (href, rel string) {
	for _, a := range token.Attr {
		switch a.Key {
		case "href":
			href = a.Val
		case "rel":
			rel = strings.ToLower(a.Val)
		}
	}
	return href, rel
}
