package main

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// demoArticles is the text of the demo's articles; its head explains the form.
//
//go:embed demo/articles.md
var demoArticles string

// demoArticle is one piece of the demo's site.
type demoArticle struct {
	Slug       string
	Title      string
	Authors    []string
	Program    string
	Regions    []string
	Published  time.Time
	Caption    string
	Paragraphs []string
}

// readDemoArticles reads demoArticles; day 0 of their dates is today.
func readDemoArticles(today time.Time) ([]demoArticle, error) {
	_, text, _ := strings.Cut(demoArticles, "-->")
	var articles []demoArticle
	for _, section := range strings.Split(text, "\n# ")[1:] {
		blocks := strings.Split(strings.TrimSpace(section), "\n\n")
		head := strings.Split(blocks[0], "\n")
		a := demoArticle{Title: head[0], Slug: demoSlug(head[0]), Paragraphs: blocks[1:]}
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

func demoSlug(title string) string {
	return strings.Trim(notSlug.ReplaceAllString(strings.ToLower(title), "-"), "-")
}
