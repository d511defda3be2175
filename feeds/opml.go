package feeds

import (
	"context"
	"encoding/xml"
)

// opmlDocument is OPML 2.0, the list that feed readers import.
type opmlDocument struct {
	XMLName xml.Name      `xml:"opml"`
	Version string        `xml:"version,attr"`
	Title   string        `xml:"head>title"`
	Owner   string        `xml:"head>ownerName,omitempty"`
	Body    []opmlOutline `xml:"body>outline"`
}

type opmlOutline struct {
	Text     string        `xml:"text,attr"`
	Title    string        `xml:"title,attr,omitempty"`
	Type     string        `xml:"type,attr,omitempty"`
	XMLURL   string        `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string        `xml:"htmlUrl,attr,omitempty"`
	Outlines []opmlOutline `xml:"outline"`
}

// OPML lists all feeds by kind. OPML 2.0 uses the type "rss" for any feed; the addresses
// are Atom's, the richest format.
func (p *Publisher) OPML(ctx context.Context) ([]byte, error) {
	topics, err := p.Topics(ctx)
	if err != nil {
		return nil, err
	}
	groups := []opmlOutline{{Text: "Programs"}, {Text: "Regions"}, {Text: "Programs by region"}, {Text: "Authors"}}
	d := opmlDocument{Version: "2.0", Title: printable(p.o.Title), Owner: printable(p.o.Title)}
	for _, t := range topics {
		name := printable(p.Name(t))
		o := opmlOutline{Text: name, Title: p.Title(t), Type: "rss", XMLURL: p.o.BaseURL + t.Address(Atom, ""), HTMLURL: p.o.BaseURL + t.Path()}
		if t.Kind == All {
			o.Text = p.Title(t)
			d.Body = append(d.Body, o)
			continue
		}
		g := &groups[t.Kind-Program]
		g.Outlines = append(g.Outlines, o)
	}
	for _, g := range groups {
		if len(g.Outlines) > 0 {
			d.Body = append(d.Body, g)
		}
	}
	body, err := xml.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}
