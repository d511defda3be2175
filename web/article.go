package web

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"corridor/articles"
	"corridor/templates"
)

// article shows the page of an imported article. An article that is published elsewhere is
// redirected to, and so is one that was merged into another.
func (s *Server) article(w http.ResponseWriter, r *http.Request) error {
	if s.Articles == nil {
		return errNoPage
	}
	a, err := s.Articles.FindPublic(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !strings.HasPrefix(a.URL, strings.TrimSuffix(s.Site.BaseURL, "/")+"/articles/") {
		http.Redirect(w, r, a.URL, http.StatusFound)
		return nil
	}
	if key := r.PathValue("id"); key != strconv.FormatInt(a.ID, 10) && !strings.HasSuffix(strings.ToLower(key), a.UID) {
		http.Redirect(w, r, a.URL, http.StatusMovedPermanently) // another article that was merged into this one
		return nil
	}
	w.Header().Set("Cache-Control", "public, max-age=60")
	view := templates.ArticleView{
		Title: a.Title, Authors: a.Authors, Date: a.Date, Updated: a.Updated, Minutes: (a.Words + 119) / 240,
		Language: a.Language, ImageURL: a.ImageURL, ImageCredit: a.ImageCredit, ImageAlt: a.ImageAlt, Body: template.HTML(a.ContentHTML),
	}
	feeds := s.labelFeeds(a, &view)
	return s.page(w, http.StatusOK, templates.Page{
		Title: a.Title, Description: a.Summary, Canonical: a.URL, Image: a.ImageURL, Kind: "article", Alternates: feeds, View: view,
	})
}

// labelFeeds adds an article's labels to its view, and returns the feeds that contain the
// article, for autodiscovery.
func (s *Server) labelFeeds(a articles.Article, view *templates.ArticleView) []templates.Alternate {
	feeds := s.mainFeeds()
	add := func(dimension string, known []Label, slugs []string) {
		labels, _ := articles.Named(known, slugs)
		for _, l := range labels {
			address := "/feeds/" + dimension + "/" + l.Slug + ".atom"
			view.Labels = append(view.Labels, templates.Link{Label: l.Name, URL: address})
			feeds = append(feeds, templates.Alternate{Title: s.Site.Title + ": " + l.Name, Type: "application/atom+xml", URL: address})
		}
	}
	add("programs", s.Programs, a.Programs)
	add("regions", s.Regions, a.Regions)
	return feeds
}
