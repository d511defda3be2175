package entries

import (
	"encoding/json"
	"fmt"
	"strings"
)

// readJSON reads a JSON Feed. Values of a wrong type count as missing. Items are read one
// by one, up to where the document breaks off.
func readJSON(address, text string) (*Feed, error) {
	fields, items, bad := jsonFields(text)
	if items == nil {
		return nil, fmt.Errorf("%w: the JSON has no items", ErrNotFeed)
	}
	f := &Feed{Title: oneLine(jsonText(fields["title"])), Language: jsonText(fields["language"])}
	if link := jsonText(fields["home_page_url"]); link != "" {
		f.Link = resolve(address, link)
	}
	shared := jsonAuthors(fields)
	for _, raw := range items {
		var item map[string]any
		if json.Unmarshal(raw, &item) != nil {
			bad++
			continue
		}
		e := jsonEntry(address, f, item)
		if len(e.Authors) == 0 {
			e.Authors = shared
		}
		if e.isEmpty() || e.URL == "" && e.Content == "" {
			bad++
			continue
		}
		f.Entries = append(f.Entries, e)
	}
	return f.finish(bad)
}

// jsonFields returns the fields of a document beside its items, and the items, which are
// nil when there is no list of them. bad counts what breaks off.
func jsonFields(text string) (fields map[string]any, items []json.RawMessage, bad int) {
	fields = map[string]any{}
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return fields, nil, 0
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return fields, items, 1
		}
		if key == "items" {
			if items, err = jsonItems(d); err != nil {
				return fields, items, 1
			}
			continue
		}
		var value any
		if d.Decode(&value) != nil {
			return fields, items, 1
		}
		if name, ok := key.(string); ok {
			fields[name] = value
		}
	}
	return fields, items, 0
}

func jsonItems(d *json.Decoder) ([]json.RawMessage, error) {
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		return nil, ErrNotFeed
	}
	items := []json.RawMessage{}
	for d.More() && len(items) < maxEntries {
		var item json.RawMessage
		if err := d.Decode(&item); err != nil {
			return items, err
		}
		items = append(items, item)
	}
	_, err := d.Token()
	return items, err
}

func jsonEntry(address string, f *Feed, item map[string]any) Entry {
	get := func(names ...string) string {
		for _, name := range names {
			if text := jsonText(item[name]); text != "" {
				return text
			}
		}
		return ""
	}
	e := Entry{
		ID: get("id"), Title: plainText(get("title")), Language: get("language"), Authors: jsonAuthors(item),
		Published: parseDate(get("date_published"), f.Language), Updated: parseDate(get("date_modified"), f.Language),
	}
	if link := firstOf(get("url", "external_url"), permalink(&node{text: get("id")})); link != "" {
		e.URL = resolve(address, link)
	}
	e.Base = firstOf(e.URL, f.Link, address)
	if e.Content = get("content_html"); e.Content == "" {
		e.Content = paragraphs(get("content_text"))
	}
	e.HasText = e.Content != ""
	e.Content, e.Summary = trimTail(e.Content), trimTail(paragraphs(get("summary")))
	if e.Content == "" {
		e.Content, e.Summary = e.Summary, ""
	}
	if image := firstOf(get("image", "banner_image"), jsonAttachment(item)); image != "" {
		e.ImageURL = resolve(e.Base, image)
	}
	if tags, ok := item["tags"].([]any); ok {
		for _, tag := range tags[:min(len(tags), 100)] {
			e.Labels = append(e.Labels, oneLine(jsonText(tag)))
		}
	}
	return e
}

// jsonAuthors are the names in "authors", or in "author" of version 1.0.
func jsonAuthors(fields map[string]any) []string {
	list, _ := fields["authors"].([]any)
	if list == nil && fields["author"] != nil {
		list = []any{fields["author"]}
	}
	var names []string
	for _, author := range list[:min(len(list), 100)] {
		name := jsonText(author)
		if person, ok := author.(map[string]any); ok {
			name = jsonText(person["name"])
		}
		if name = personName(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// jsonAttachment is the address of the first picture among an item's attachments.
func jsonAttachment(item map[string]any) string {
	list, _ := item["attachments"].([]any)
	for _, one := range list {
		if a, ok := one.(map[string]any); ok && strings.HasPrefix(jsonText(a["mime_type"]), "image/") {
			return jsonText(a["url"])
		}
	}
	return ""
}

// jsonText is a value as text; empty for objects, lists and missing values.
func jsonText(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%f", v), ".000000")
	}
	return ""
}
