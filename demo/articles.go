package demo

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// articlesText is the text of the demo's articles; its head explains the form.
//
//go:embed articles.txt
var articlesText string

// sampleArticle is an article of the sample site.
type sampleArticle struct {
	Slug       string
	Title      string
	Authors    []string
	Program    string
	Regions    []string
	Published  time.Time
	Caption    string
	Paragraphs []string
}

// readArticles reads articlesText; day 0 of their dates is today.
func readArticles(today time.Time) ([]sampleArticle, error) {
	_, text, _ := strings.Cut(articlesText, "-->")
	var articles []sampleArticle
	for _, section := range strings.Split(text, "\n# ")[1:] {
		blocks := strings.Split(strings.TrimSpace(section), "\n\n")
		head := strings.Split(blocks[0], "\n")
		a := sampleArticle{Title: head[0], Slug: slug(head[0]), Paragraphs: blocks[1:]}
		for _, line := range head[1:] {
			key, value, _ := strings.Cut(line, ": ")
			switch key {
			case "by":
				a.Authors = strings.Split(value, "; ")
			case "program":
				a.Program = value
			case "regions":
				a.Regions = strings.Split(value, ", ")
			case "caption":
				a.Caption = value
			case "days":
				n, err := strconv.Atoi(value)
				if err != nil {
					return nil, fmt.Errorf("demo article %q: days: %w", a.Title, err)
				}
				a.Published = today.AddDate(0, 0, -n)
			default:
				return nil, fmt.Errorf("demo article %q: unknown line %q", a.Title, line)
			}
		}
		articles = append(articles, a)
	}
	return articles, nil
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

func slug(title string) string {
	return strings.Trim(notSlug.ReplaceAllString(strings.ToLower(title), "-"), "-")
}
