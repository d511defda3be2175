package hubs

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Links are the addresses by which a feed names its hub (WebSub, section 4).
type Links struct {
	Hub   string
	Topic string // rel=self: the feed's own name for itself
}

const (
	maxHead    = 64 << 10 // links stand at the beginning of a feed
	maxAddress = 2000     // characters
)

// LinksOf returns the hub and topic of a feed that was fetched from base: of its header Link
// (RFC 8288), else of its document. Both are empty without a hub.
func LinksOf(header http.Header, body []byte, base string) Links {
	var l Links
	for _, line := range header.Values("Link") {
		l.takeHeader(line, base)
	}
	head := body[:min(len(body), maxHead)]
	if bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) {
		l.takeJSON(body, base)
	} else {
		l.takeXML(head, base)
	}
	if l.Hub == "" || l.Topic == "" {
		return Links{}
	}
	return l
}

// take takes an address for the relations that have none yet.
func (l *Links) take(rel, address, base string) {
	for _, r := range strings.Fields(strings.ToLower(rel)) {
		switch {
		case r == "hub" && l.Hub == "":
			l.Hub = resolve(base, address)
		case r == "self" && l.Topic == "":
			l.Topic = resolve(base, address)
		}
	}
}

// takeHeader takes the links of one header line. Commas and semicolons within an address are
// in angle brackets.
func (l *Links) takeHeader(line, base string) {
	for line != "" {
		_, rest, found := strings.Cut(line, "<")
		if !found {
			return
		}
		address, rest, _ := strings.Cut(rest, ">")
		parameters, _, _ := strings.Cut(rest, "<")
		for parameter := range strings.SplitSeq(parameters, ";") {
			name, value, _ := strings.Cut(parameter, "=")
			if strings.EqualFold(strings.TrimSpace(name), "rel") {
				l.take(strings.Trim(strings.TrimRight(strings.TrimSpace(value), ", "), `"`), address, base)
			}
		}
		line = rest
	}
}

// takeXML takes the links before the first entry of an RSS or Atom feed.
func (l *Links) takeXML(head []byte, base string) {
	for tokens := html.NewTokenizer(bytes.NewReader(head)); ; {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			return
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		name, more := tokens.TagName()
		switch _, local, prefixed := strings.Cut(string(name), ":"); {
		case string(name) == "item", string(name) == "entry", local == "item", local == "entry":
			return
		case string(name) != "link" && !(prefixed && local == "link"):
			continue
		}
		var rel, address string
		for more {
			var key, value []byte
			key, value, more = tokens.TagAttr()
			switch string(key) {
			case "rel":
				rel = string(value)
			case "href":
				address = string(value)
			}
		}
		l.take(rel, address, base)
	}
}

// takeJSON takes the hub of a JSON Feed (version 1.1, "hubs").
func (l *Links) takeJSON(body []byte, base string) {
	var feed struct {
		FeedURL string `json:"feed_url"`
		Hubs    []struct{ Type, URL string }
	}
	if json.Unmarshal(body, &feed) != nil {
		return
	}
	for _, hub := range feed.Hubs {
		if strings.EqualFold(hub.Type, "WebSub") {
			l.take("hub", hub.URL, base)
		}
	}
	l.take("self", feed.FeedURL, base)
}

// resolve returns an absolute web address; empty for any other.
func resolve(base, address string) string {
	b, err := url.Parse(base)
	if err != nil || strings.TrimSpace(address) == "" {
		return ""
	}
	u, err := b.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(u.String()) > maxAddress {
		return ""
	}
	return u.String()
}
