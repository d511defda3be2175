package reading

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/pelletier/go-toml/v2"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/net/html"
)

// Text reads an article from plain text: the headline, then perhaps lines for
// author, date and credit, then paragraphs, until a line such as "Related Articles".
// It accepts text copied from a web page, with the site's name and a repeated
// headline above.
func Text(body []byte) (Reading, error) {
	all := textLines(body)
	var r Reading
	var found lineFacts
	head, first := []string{}, -1
	for i, line := range all {
		if i > 15 || len(line) > maxByline {
			if first < 0 {
				first = i
			}
			continue
		}
		if found.take(line) {
			first = i + 1
		} else if first < 0 {
			head = append(head, line)
		}
	}
	if len(head) == 0 {
		return r, fmt.Errorf("%w: the text has no headline", ErrNoArticle)
	}
	if len(found.authors) == 0 && found.published.IsZero() && found.credit == "" { // no line of facts: the first line is the headline
		head, first = head[:1], 1
	}
	r.Title = head[len(head)-1]
	r.Authors, r.ImageCredit = found.authors, found.credit
	r.takeDates(dates{}, found, dateHints{}, &facts{})
	if first < 0 || first > len(all) {
		first = len(all)
	}
	return r.withParagraphs(all[first:])
}

// textLines are the lines of a text that are not empty, up to a heading for other
// articles below the third line.
func textLines(body []byte) []string {
	var all []string
	for line := range strings.SplitSeq(string(UTF8(body, "text/plain")), "\n") {
		line = strings.TrimSpace(strings.ReplaceAll(line, "\u00a0", " "))
		if line == "" {
			continue
		}
		if len(all) > 2 && len(line) <= maxByline && isRelatedHeading(line) {
			break
		}
		all = append(all, line)
	}
	return all
}

func (r Reading) withParagraphs(paragraphs []string) (Reading, error) {
	var b strings.Builder
	for _, p := range paragraphs {
		b.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
	}
	r.ContentHTML, r.ContentText = strings.TrimSpace(b.String()), strings.Join(paragraphs, "\n\n")
	r.Words = CountWords(r.ContentText)
	if r.Words == 0 {
		return r, fmt.Errorf("%w: there is a headline, but no text under it", ErrNoArticle)
	}
	r.Summary = chooseSummary("", r.ContentText)
	return r, nil
}

// frontMatter is the metadata above a Markdown article, in YAML or TOML.
var frontMatter = regexp.MustCompile(`(?s)\A(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n(?:---|\+\+\+|\.\.\.)[ \t]*(?:\r?\n|\z)(.*)\z`)

// Markdown reads an article from Markdown (CommonMark with tables and footnotes),
// with front matter or without: title, author or authors, date, updated, program(s),
// region(s), tags, summary, image, image_alt, image_credit, language, url.
func Markdown(body []byte) (Reading, error) {
	text := UTF8(body, "text/markdown")
	fields := map[string]any{}
	if m := frontMatter.FindSubmatch(text); m != nil {
		var err error
		if string(m[1]) == "+++" {
			err = toml.Unmarshal(m[2], &fields)
		} else {
			err = yaml.Unmarshal(m[2], &fields)
		}
		if err != nil {
			return Reading{}, fmt.Errorf("%w: the front matter cannot be read: %s", ErrNoArticle, oneLine(firstLineOf(err.Error())))
		}
		text = m[3]
	}
	if err := checkMarkdown(text); err != nil {
		return Reading{}, err
	}
	var b bytes.Buffer
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote))
	if err := markdown.Convert(text, &b); err != nil {
		return Reading{}, fmt.Errorf("%w: the Markdown cannot be read: %w", ErrNoArticle, err)
	}
	r := fromFields(fields)
	content := b.String()
	if m := firstHeading.FindStringSubmatchIndex(content); m != nil && (r.Title == "" || strings.EqualFold(PlainText(content[m[2]:m[3]]), r.Title)) {
		r.Title = firstText(r.Title, PlainText(content[m[2]:m[3]]))
		content = content[:m[0]] + content[m[1]:]
	}
	if r.Title == "" {
		return r, fmt.Errorf("%w: there is no title, neither in front matter nor as a heading", ErrNoArticle)
	}
	summary := r.Summary
	r.SetContent(r.URL, content)
	if r.Words == 0 {
		return r, fmt.Errorf("%w: there is a title, but no text under it", ErrNoArticle)
	}
	if r.Summary = summary; summary == "" {
		r.Summary = Shorten(r.ContentText)
	}
	return r, nil
}

var firstHeading = regexp.MustCompile(`(?s)\A\s*<h1[^>]*>(.*?)</h1>`)

func fromFields(fields map[string]any) Reading {
	lower := make(map[string]any, len(fields))
	for key, value := range fields {
		lower[strings.ToLower(key)] = value
	}
	get := func(keys ...string) string {
		for _, key := range keys {
			if list := fieldTexts(lower[key]); len(list) > 0 {
				return list[0]
			}
		}
		return ""
	}
	list := func(keys ...string) []string {
		var all []string
		for _, key := range keys {
			for _, text := range fieldTexts(lower[key]) {
				for part := range strings.SplitSeq(text, ";") {
					if part = strings.TrimSpace(part); part != "" {
						all = append(all, part)
					}
				}
			}
		}
		return all
	}
	r := Reading{
		Title: get("title", "headline"), Summary: get("summary", "description", "excerpt"), ImageURL: get("image", "image_url", "cover"),
		ImageCredit: get("image_credit", "image_source", "credit", "photo_credit"), ImageAlt: get("image_alt", "alt"), Language: get("language", "lang"),
		Programs: list("program", "programs"), Regions: list("region", "regions"), Labels: list("tags", "categories", "category", "labels", "section"),
	}
	r.takeDates(dates{
		published: parseDate(get("date", "published", "published_at", "publish_date")), sureness: SureMachine, updated: parseDate(get("updated", "modified", "lastmod")),
	}, lineFacts{}, dateHints{language: r.Language}, &facts{})
	for _, name := range list("author", "authors", "by", "byline") {
		r.Authors = append(r.Authors, SplitAuthors(name)...)
	}
	if address, err := CanonicalURL(get("url", "canonical", "canonical_url", "link")); err == nil {
		r.URL = address
	}
	return r
}

// fieldTexts is a field's value as texts: dates and numbers too, lists item by item.
func fieldTexts(value any) []string {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		return []string{strings.TrimSpace(v)}
	case time.Time:
		if v.Hour()+v.Minute()+v.Second() == 0 && v.Location() == time.UTC { // a bare date
			return []string{v.Format(time.DateOnly)}
		}
		return []string{v.Format(time.RFC3339)}
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, fieldTexts(item)...)
		}
		return all
	case map[string]any:
		return fieldTexts(v["name"])
	}
	return []string{fmt.Sprint(value)}
}

func firstLineOf(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
