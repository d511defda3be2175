package feeds

import (
	"encoding/xml"
	"time"

	gorilla "github.com/gorilla/feeds"
)

// atomDocument is a feed of RFC 4287.
type atomDocument struct {
	gorilla.AtomFeed
	XMLName  xml.Name     `xml:"feed"`
	Lang     string       `xml:"xml:lang,attr,omitempty"`
	Media    string       `xml:"xmlns:media,attr"`
	Title    plain        `xml:"title"`
	Subtitle plain        `xml:"subtitle"`
	Author   []atomPerson `xml:"author"`
	Links    []atomLink   `xml:"link"`
	Entries  fragment
}

type atomEntry struct {
	gorilla.AtomEntry
	XMLName    xml.Name       `xml:"entry"`
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	Title      plain          `xml:"title"`
	Summary    *plain         `xml:"summary"`
	Authors    []atomPerson   `xml:"author"`
	Categories []atomCategory `xml:"category"`
	Links      []atomLink     `xml:"link"`
	Media      *mediaContent  `xml:"media:content"`
}

type atomPerson struct {
	Name plain  `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
	Label  string `xml:"label,attr"`
}

type atomLink struct {
	Href  string `xml:"href,attr"`
	Rel   string `xml:"rel,attr,omitempty"`
	Type  string `xml:"type,attr,omitempty"`
	Title string `xml:"title,attr,omitempty"`
}

// deletedEntry is a tombstone of RFC 6721. It declares its own namespace, so that feeds
// without tombstones do not declare a namespace that validators do not know.
type deletedEntry struct {
	XMLName xml.Name `xml:"at:deleted-entry"`
	AT      string   `xml:"xmlns:at,attr"`
	Ref     string   `xml:"ref,attr"`
	When    string   `xml:"when,attr"`
}

func (p *Publisher) atomEntry(e *entry) ([]byte, error) {
	a := atomEntry{
		AtomEntry: gorilla.AtomEntry{
			Id: e.uid, Updated: e.updated.Format(time.RFC3339Nano), Published: e.published.Format(time.RFC3339),
		},
		Title: plainText(e.title),
		Links: []atomLink{{Href: e.url, Rel: "alternate", Type: "text/html"}},
		Media: e.media(),
	}
	if e.language != p.o.Language {
		a.Lang = e.language
	}
	if e.summary != "" {
		summary := plainText(e.summary)
		a.Summary = &summary
	}
	if e.content != "" {
		a.Content = &gorilla.AtomContent{Content: e.content, Type: "html"}
	}
	for _, name := range e.authors {
		a.Authors = append(a.Authors, atomPerson{plainText(name), p.authorURL(name)})
	}
	for _, t := range p.tags(e) {
		a.Categories = append(a.Categories, atomCategory{t.term, t.scheme, t.name})
	}
	return xml.Marshal(a)
}

func (p *Publisher) atomHead(h head) ([]byte, error) {
	d := atomDocument{
		AtomFeed: gorilla.AtomFeed{
			Xmlns: "http://www.w3.org/2005/Atom", Id: h.id, Updated: h.changed.Format(time.RFC3339),
			Icon: p.o.Icon, Logo: p.o.Logo,
		},
		Lang: p.o.Language, Media: "http://search.yahoo.com/mrss/", Title: plainText(h.title),
		Subtitle: plainText(h.description), Author: []atomPerson{{Name: plainText(printable(p.o.Title)), URI: p.o.SiteURL}}, Entries: fragment{"x"},
		Links: []atomLink{
			{Href: h.self, Rel: "self", Type: Atom.MediaType()},
			{Href: h.page, Rel: "alternate", Type: "text/html"},
		},
	}
	for _, hub := range h.hubs {
		d.Links = append(d.Links, atomLink{Href: hub, Rel: "hub"})
	}
	if h.next != "" {
		d.Links = append(d.Links, atomLink{Href: h.next, Rel: "next", Type: Atom.MediaType()})
	}
	if h.first != "" {
		d.Links = append(d.Links, atomLink{Href: h.first, Rel: "first", Type: Atom.MediaType()})
	}
	return xml.Marshal(d)
}

func tombstone(c *card) ([]byte, error) {
	return xml.Marshal(deletedEntry{AT: "http://purl.org/atompub/tombstones/1.0", Ref: "urn:uuid:" + c.uid, When: c.withdrawn.UTC().Format(time.RFC3339)})
}
