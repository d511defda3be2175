package feeds

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"time"

	gorilla "github.com/gorilla/feeds"
)

// The structs of gorilla/feeds are embedded. Fields that they lack, or name differently
// from the specification, are declared around them and hide the embedded field.

// rssDocument is RSS 2.0 with the modules that feed readers know.
type rssDocument struct {
	gorilla.RssFeedXml
	XMLName   xml.Name `xml:"rss"`
	DC        string   `xml:"xmlns:dc,attr"`
	AtomSpace string   `xml:"xmlns:atom,attr"`
	Media     string   `xml:"xmlns:media,attr"`
	SY        string   `xml:"xmlns:sy,attr"`
	Channel   rssChannel
}

type rssChannel struct {
	XMLName     xml.Name `xml:"channel"`
	Title       plain    `xml:"title"`
	Description plain    `xml:"description"`
	gorilla.RssFeed
	Image     *rssImage  `xml:"image"`
	Links     []atomLink `xml:"atom:link"`
	Period    string     `xml:"sy:updatePeriod"`
	Frequency int        `xml:"sy:updateFrequency"`
	Items     fragment
}

type rssImage struct {
	URL   string `xml:"url"`
	Title plain  `xml:"title"`
	Link  string `xml:"link"`
}

// plain is text that must not be read as HTML. RSS does not specify whether titles are
// HTML. Text that looks like HTML is therefore written with numeric references, as the RSS
// Best Practices Profile recommends.
type plain struct {
	XML string `xml:",innerxml"`
}

func plainText(s string) plain {
	if likeHTML.MatchString(s) {
		return plain{numeric.Replace(s)}
	}
	return plain{named.Replace(s)}
}

var (
	likeHTML = regexp.MustCompile(`&[#\pL\pN_]|<[/A-Za-z]`)
	named    = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	numeric  = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&gt;")
)

// fragment is a sequence of elements that are already encoded.
type fragment struct {
	XML string `xml:",innerxml"`
}

// MarshalXML writes a placeholder for the elements, without an element around them.
func (f fragment) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	if f.XML == "" {
		return nil
	}
	return e.EncodeToken(xml.Directive(placeholder))
}

type rssItem struct {
	XMLName xml.Name `xml:"item"`
	Title   plain    `xml:"title"`
	gorilla.RssItem
	Creators   []string      `xml:"dc:creator"`
	Categories []rssCategory `xml:"category"`
	Media      *mediaContent `xml:"media:content"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	plain
}

// mediaContent is Media RSS, which Atom feeds may contain too.
type mediaContent struct {
	URL    string       `xml:"url,attr"`
	Medium string       `xml:"medium,attr"`
	Type   string       `xml:"type,attr,omitempty"`
	Credit *mediaCredit `xml:"media:credit"`
}

type mediaCredit struct {
	Role string `xml:"role,attr"`
	Name string `xml:",chardata"`
}

func (e *entry) media() *mediaContent {
	if e.imageURL == "" {
		return nil
	}
	m := &mediaContent{URL: e.imageURL, Medium: "image", Type: imageType(e.imageURL)}
	if e.imageCredit != "" {
		m.Credit = &mediaCredit{"photographer", e.imageCredit}
	}
	return m
}

const rfc822 = "Mon, 02 Jan 2006 15:04:05 +0000"

func (p *Publisher) rssItem(e *entry) ([]byte, error) {
	item := rssItem{
		RssItem: gorilla.RssItem{
			Link: e.url, Description: named.Replace(e.summary), Guid: &gorilla.RssGuid{Id: e.uid, IsPermaLink: "false"},
			PubDate: e.published.Format(rfc822),
		},
		Title: plainText(e.title), Creators: e.authors, Media: e.media(),
	}
	if e.content != "" {
		item.Content = &gorilla.RssContent{Content: e.content}
	}
	for _, t := range p.tags(e) {
		item.Categories = append(item.Categories, rssCategory{t.scheme, plainText(t.name)})
	}
	return xml.Marshal(item)
}

func (p *Publisher) rssHead(h head) ([]byte, error) {
	period, frequency := updatePeriod(p.o.MaxAge)
	channel := rssChannel{
		RssFeed: gorilla.RssFeed{
			Link: h.page, Language: p.o.Language, LastBuildDate: h.changed.Format(rfc822),
			Ttl: max(1, int(p.o.MaxAge/time.Minute)), Generator: generator, Docs: "https://www.rssboard.org/rss-specification",
		},
		Title: plainText(h.title), Description: plainText(h.description),
		Links:  []atomLink{{Href: h.self, Rel: "self", Type: RSS.MediaType()}},
		Period: period, Frequency: frequency, Items: fragment{"x"},
	}
	if p.o.Logo != "" {
		channel.Image = &rssImage{URL: p.o.Logo, Title: plainText(h.title), Link: h.page}
	}
	for _, hub := range h.hubs {
		channel.Links = append(channel.Links, atomLink{Href: hub, Rel: "hub"})
	}
	if h.next != "" {
		channel.Links = append(channel.Links, atomLink{Href: h.next, Rel: "next", Type: RSS.MediaType()})
	}
	if h.first != "" {
		channel.Links = append(channel.Links, atomLink{Href: h.first, Rel: "first", Type: RSS.MediaType()})
	}
	return xml.Marshal(rssDocument{
		RssFeedXml: gorilla.RssFeedXml{Version: "2.0", ContentNamespace: "http://purl.org/rss/1.0/modules/content/"},
		DC:         "http://purl.org/dc/elements/1.1/", AtomSpace: "http://www.w3.org/2005/Atom", Media: "http://search.yahoo.com/mrss/",
		SY: "http://purl.org/rss/1.0/modules/syndication/", Channel: channel,
	})
}

// updatePeriod expresses max-age in the terms of the syndication module: a number of
// updates an hour or a day.
func updatePeriod(maxAge time.Duration) (string, int) {
	switch {
	case maxAge <= 0:
		return "hourly", 60
	case maxAge <= time.Hour:
		return "hourly", int(time.Hour / maxAge)
	}
	return "daily", max(1, int(24*time.Hour/maxAge))
}

// generator names the program without its version, which would change the bytes of feeds.
const generator = "Corridor"

// placeholder stands for the entries. Text cannot produce a directive.
const placeholder = "CORRIDOR-ENTRIES"

// errNoPlace means a mistake in this package.
var errNoPlace = fmt.Errorf("feeds: a document without a place for its entries")
