package reading

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// facts are the page's metadata: JSON-LD, meta elements and links.
type facts struct {
	meta          map[string]string
	authorMetas   []string
	authorElement string   // the first of these elements
	tags          []string // sections, keywords, tags
	link          string   // rel=canonical
	site          string
	headline      string
	authors       []string
	published     string
	modified      string
	image         string
	credit        string
	description   string
	describedBy   string // the element of the description
	imagedBy      string // the element of the image
	ldLanguage    string
	isArticle     bool
	titles        []string // of the title element and of og:title
	dates         *dateWalk
	body          string // the whole text, where machines are told it and anybody may read it
}

var languageForm = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)

// maxLD is how much JSON-LD is read of a page.
const maxLD = 512 << 10

func readFacts(doc *goquery.Document, base string) *facts {
	f := &facts{meta: map[string]string{}}
	doc.Find("meta").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("property", s.AttrOr("name", s.AttrOr("http-equiv", s.AttrOr("itemprop", ""))))
		name, content := strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(s.AttrOr("content", ""))
		if name == "" || content == "" {
			return
		}
		switch {
		case sectionMetas[name]:
			f.tags = append(f.tags, content)
		case tagMetas[name]:
			f.tags = append(f.tags, strings.FieldsFunc(content, func(r rune) bool { return r == ',' || r == ';' })...)
		case authorMetas[name]:
			f.authorMetas = append(f.authorMetas, content)
			f.authorElement = firstText(f.authorElement, metaElement(name))
		}
		if _, has := f.meta[name]; !has {
			f.meta[name] = content
		}
	})
	f.link, _ = doc.Find(`link[rel=canonical]`).First().Attr("href")
	f.site = f.meta["og:site_name"]
	f.titles = []string{firstLetters(oneLine(doc.Find("head title").First().Text()), maxDateLine), firstLetters(f.meta["og:title"], maxDateLine)}
	f.description, f.describedBy = f.firstMeta("description", "og:description", "dc.description", "twitter:description")
	f.isArticle = f.meta["og:type"] == "article"
	read := 0
	doc.Find(`script[type="application/ld+json"]`).Each(func(_ int, s *goquery.Selection) {
		text := strings.TrimSpace(s.Text())
		if read += len(text); read > maxLD {
			return
		}
		text = strings.TrimSuffix(strings.TrimPrefix(text, "<!--"), "-->")
		var value any
		if json.Unmarshal([]byte(strings.Trim(strings.TrimSpace(text), ";")), &value) == nil {
			f.takeLD(value)
		}
	})
	if f.imagedBy = ldElement; f.image == "" {
		f.image, f.imagedBy = f.firstMeta("og:image", "og:image:url", "twitter:image", "twitter:image:src")
	}
	f.image = Resolve(base, strings.TrimSpace(f.image))
	return f
}

// firstMeta is the first of these meta elements with a content, and the element.
func (f *facts) firstMeta(names ...string) (content, element string) {
	for _, name := range names {
		if content = f.meta[name]; content != "" {
			return content, metaElement(name)
		}
	}
	return "", ""
}

// takeLD reads JSON-LD: one object, several, or a @graph of them.
func (f *facts) takeLD(value any) {
	var objects []map[string]any
	collectLD(value, &objects, 0)
	byID := map[string]map[string]any{}
	for _, o := range objects {
		if id, ok := o["@id"].(string); ok && len(o) > 1 {
			byID[id] = o
		}
	}
	for _, o := range objects {
		if anyIn(typesOf(o), siteTypes) && f.site == "" {
			f.site = oneLine(ldText(o["name"]))
		}
		if !anyIn(typesOf(o), articleTypes) || f.headline != "" {
			continue
		}
		f.isArticle = true
		f.site = firstText(f.site, ldText(o["publisher"]))
		f.headline = PlainText(firstText(ldText(o["headline"]), ldText(o["name"])))
		f.authors = ldNames(o["author"], byID)
		if len(f.authors) == 0 {
			f.authors = ldNames(o["creator"], byID)
		}
		f.published, f.modified = firstText(ldText(o["datePublished"]), ldText(o["dateCreated"])), ldText(o["dateModified"])
		f.image, f.credit = ldImage(o["image"], byID)
		if f.image == "" {
			f.image, _ = ldImage(o["thumbnailUrl"], byID)
		}
		if f.description == "" {
			f.description, f.describedBy = PlainText(ldText(o["description"])), ldElement
		}
		f.ldLanguage = ldText(o["inLanguage"])
		if free := strings.ToLower(fmt.Sprint(o["isAccessibleForFree"])); free != "false" {
			f.body = firstText(ldText(o["articleBody"]), ldText(o["text"]))
		}
		f.tags = append(f.tags, ldTexts(o["articleSection"])...)
		for _, keywords := range ldTexts(o["keywords"]) {
			f.tags = append(f.tags, strings.Split(keywords, ",")...)
		}
	}
}

func collectLD(value any, into *[]map[string]any, depth int) {
	if depth > 4 || len(*into) > 200 {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			collectLD(item, into, depth+1)
		}
	case map[string]any:
		*into = append(*into, v)
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "hasPart"} {
			if _, isText := v[key].(string); !isText && v[key] != nil {
				collectLD(v[key], into, depth+1)
			}
		}
	}
}

// typesOf are an object's types without the addresses that define them.
func typesOf(o map[string]any) []string {
	var types []string
	for _, t := range ldTexts(o["@type"]) {
		types = append(types, t[strings.LastIndexAny(t, "/:")+1:])
	}
	return types
}

// ldText is a value's text: itself, its @value or name, or the first of a list.
func ldText(value any) string {
	if texts := ldTexts(value); len(texts) > 0 {
		return texts[0]
	}
	return ""
}

func ldTexts(value any) []string {
	switch v := value.(type) {
	case string:
		if v = strings.TrimSpace(v); v != "" {
			return []string{v}
		}
	case []any:
		var texts []string
		for _, item := range v {
			if len(texts) < 100 {
				texts = append(texts, ldTexts(item)...)
			}
		}
		return texts
	case map[string]any:
		for _, key := range []string{"@value", "name", "url"} {
			if text, ok := v[key].(string); ok {
				return []string{text}
			}
		}
	}
	return nil
}

// ldNames are the names of authors; the graph may hold them elsewhere.
func ldNames(value any, byID map[string]map[string]any) []string {
	var names []string
	switch v := value.(type) {
	case string:
		names = machineNames(v)
	case []any:
		for _, item := range v {
			if len(names) < 50 {
				names = append(names, ldNames(item, byID)...)
			}
		}
		names = withoutOrganisations(names)
	case map[string]any:
		if id, ok := v["@id"].(string); ok && v["name"] == nil && byID[id] != nil {
			v = byID[id]
		}
		all := ldTexts(v["name"])
		if len(all) == 0 {
			all = []string{strings.TrimSpace(ldText(v["givenName"]) + " " + ldText(v["familyName"]))}
		}
		for _, name := range all {
			names = append(names, machineNames(name)...)
		}
	}
	return names
}

// ldImage is a picture's address and credit.
func ldImage(value any, byID map[string]map[string]any) (address, credit string) {
	switch v := value.(type) {
	case string:
		return v, ""
	case []any:
		if len(v) > 0 {
			return ldImage(v[0], byID)
		}
	case map[string]any:
		if id, ok := v["@id"].(string); ok && v["url"] == nil && byID[id] != nil {
			v = byID[id]
		}
		return firstText(ldText(v["url"]), ldText(v["contentUrl"])), PlainText(firstText(ldText(v["creditText"]), ldText(v["copyrightNotice"])))
	}
	return "", ""
}
