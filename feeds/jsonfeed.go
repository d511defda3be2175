package feeds

import (
	"bytes"
	"encoding/json"

	gorilla "github.com/gorilla/feeds"
)

// jsonDocument is a feed of JSON Feed 1.1.
type jsonDocument struct {
	gorilla.JSONFeed
	Items []json.RawMessage `json:"items"`
}

type jsonItem struct {
	gorilla.JSONItem
	Language    string           `json:"language,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
	Corridor    *jsonExtra       `json:"_corridor,omitempty"`
}

type jsonAttachment struct {
	URL      string `json:"url"`
	MIMEType string `json:"mime_type"`
	Title    string `json:"title,omitempty"`
}

// jsonExtra is an extension of JSON Feed for the image's credit.
type jsonExtra struct {
	About       string `json:"about"`
	ImageCredit string `json:"image_credit"`
}

func (p *Publisher) jsonItem(e *entry) ([]byte, error) {
	published, updated := e.published, e.updated
	item := jsonItem{
		JSONItem: gorilla.JSONItem{
			Id: e.uid, Url: e.url, Title: e.title, ContentHTML: e.content, Summary: e.summary, Image: e.imageURL,
			PublishedDate: &published, ModifiedDate: &updated,
		},
	}
	if e.content == "" { // JSON Feed requires one of the two
		item.ContentText = e.summary
		if item.ContentText == "" {
			item.ContentText = e.title
		}
	}
	if e.language != p.o.Language {
		item.Language = e.language
	}
	for _, name := range e.authors {
		item.Authors = append(item.Authors, &gorilla.JSONAuthor{Name: name, Url: p.authorURL(name)})
	}
	for _, t := range p.tags(e) {
		item.Tags = append(item.Tags, t.name)
	}
	if kind := imageType(e.imageURL); kind != "" {
		item.Attachments = []jsonAttachment{{e.imageURL, kind, e.imageCredit}}
	}
	if e.imageCredit != "" {
		item.Corridor = &jsonExtra{p.o.BaseURL + "/feeds", e.imageCredit}
	}
	return marshalJSON(item)
}

func (p *Publisher) jsonHead(h head) ([]byte, error) {
	d := jsonDocument{
		JSONFeed: gorilla.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: h.title, Language: p.o.Language, HomePageUrl: h.page, FeedUrl: h.self,
			Description: h.description, NextUrl: h.next, Icon: p.o.Logo, Favicon: p.o.Icon,
			Authors: []*gorilla.JSONAuthor{{Name: p.o.Title, Url: p.o.SiteURL}},
		},
		Items: []json.RawMessage{json.RawMessage(`"` + placeholder + `"`)},
	}
	for _, hub := range h.hubs {
		d.Hubs = append(d.Hubs, &gorilla.JSONHub{Type: "WebSub", Url: hub})
	}
	return marshalJSON(d)
}

// marshalJSON does not escape HTML characters, because feeds are not embedded in scripts.
func marshalJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
