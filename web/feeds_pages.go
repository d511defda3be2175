package web

import (
	"net/http"
	"net/url"

	"corridor/articles"
	"corridor/feeds"
	"corridor/templates"
)

// feedsIndex lists all feeds, for people.
func (s *Server) feedsIndex(w http.ResponseWriter, r *http.Request) error {
	if s.Feeds == nil {
		return errNoPage
	}
	topics, err := s.Feeds.Topics(r.Context())
	if err != nil {
		return err
	}
	view := templates.FeedsView{Title: s.Site.Title, Groups: []templates.FeedGroup{
		{Heading: "Everything"}, {Heading: "Programs"}, {Heading: "Regions"}, {Heading: "Programs by region"}, {Heading: "Authors"},
	}}
	for _, t := range topics {
		g := &view.Groups[t.Kind]
		g.Feeds = append(g.Feeds, templates.FeedRow{Name: s.Feeds.Name(t), URL: t.Path(), Formats: feedFormats(t)})
	}
	w.Header().Set("Cache-Control", "public, max-age=60")
	return s.page(w, http.StatusOK, templates.Page{
		Title: "Feeds", Description: "Follow " + s.Site.Title + " in a feed reader: everything, or one program, region or author.", Canonical: "/feeds", View: view,
	})
}

func feedFormats(t feeds.Topic) []templates.Link {
	var links []templates.Link
	for _, f := range feeds.Formats() {
		links = append(links, templates.Link{Label: f.Name(), URL: t.Address(f, "")})
	}
	return links
}

// feedPage describes one feed, for people.
func (s *Server) feedPage(w http.ResponseWriter, r *http.Request, t feeds.Topic) error {
	setHeaders(w.Header(), public)
	w.Header().Set("Cache-Control", "public, max-age=60")
	view := templates.FeedView{
		Title: s.Site.Title, Name: s.Feeds.Name(t), Description: s.Feeds.Description(t), Formats: feedFormats(t), Mail: mailInstead(t),
	}
	if s.Articles != nil {
		latest, err := s.Articles.List(r.Context(), articles.Filter{
			States: []articles.State{articles.Released}, Program: t.Program, Region: t.Region, Author: t.Author, Limit: 10,
		})
		if err != nil {
			return err
		}
		for _, a := range latest {
			view.Latest = append(view.Latest, s.articleEntry(articles.Headline{Title: a.Title, URL: a.URL, Authors: a.Authors, Date: a.Date, Programs: a.Programs, Regions: a.Regions}))
		}
	}
	var own []templates.Alternate
	for _, f := range feeds.Formats() {
		own = append(own, templates.Alternate{Title: s.Feeds.Title(t) + " (" + f.Name() + ")", Type: f.MediaType(), URL: t.Address(f, "")})
	}
	return s.page(w, http.StatusOK, templates.Page{
		Title: s.Feeds.Name(t), Description: view.Description, Canonical: t.Path(), Alternates: own, View: view,
	})
}

// mailInstead links to the sign-up form, filled in with the labels of a feed. It returns ""
// for an author's feed because no digest covers one author.
func mailInstead(t feeds.Topic) string {
	q := url.Values{}
	if t.Program != "" {
		q.Set("programs", t.Program)
	}
	if t.Region != "" {
		q.Set("regions", t.Region)
	}
	switch {
	case t.Kind == feeds.Author:
		return ""
	case len(q) == 0:
		return "/#subscribe"
	}
	return "/?" + q.Encode() + "#subscribe"
}

// opml lists all feeds for feed readers.
func (s *Server) opml(w http.ResponseWriter, r *http.Request) error {
	if s.Feeds == nil {
		return errNoPage
	}
	body, err := s.Feeds.OPML(r.Context())
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/x-opml; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="feeds.opml"`)
	h.Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(body)
	return nil
}
