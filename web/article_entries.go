package web

import (
	"corridor/articles"
	"corridor/templates"
)

// articleEntries returns headlines as pages show them.
func (s *Server) articleEntries(list []articles.Headline) []templates.ArticleEntry {
	var out []templates.ArticleEntry
	for _, h := range list {
		out = append(out, s.articleEntry(h))
	}
	return out
}

// articleEntry returns a headline with the names of its labels. Slugs that are not configured
// have no name.
func (s *Server) articleEntry(h articles.Headline) templates.ArticleEntry {
	return templates.ArticleEntry{
		Title: h.Title, URL: h.URL, Authors: h.Authors, Date: h.Date,
		Labels: append(names(s.Programs, h.Programs), names(s.Regions, h.Regions)...),
	}
}
