package web

import (
	"net/http"

	"corridor/subscribers"
	"corridor/templates"
)

// home shows the front page.
func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=60")
	form := s.readerForm("", "", "", subscribers.Preferences{
		Programs: r.URL.Query()["programs"], Regions: r.URL.Query()["regions"], // set by a link from a feed's page
		Frequency: "weekly", TimeZone: s.timeZone(),
	}, nil)
	form.ZoneGuessed = true
	return s.homePage(w, r, http.StatusOK, form)
}

// homePage shows the front page with a form.
func (s *Server) homePage(w http.ResponseWriter, r *http.Request, status int, form templates.ReaderForm) error {
	view := templates.HomeView{
		Title: s.Site.Title, SiteURL: s.Site.SiteURL, Form: form, Feeds: s.feedLinks(),
		Programs: every(s.Programs), Regions: every(s.Regions),
	}
	if s.Articles != nil {
		latest, err := s.Articles.Newest(r.Context(), 6)
		if err != nil {
			return err
		}
		view.Latest = s.articleEntries(latest)
	}
	return s.page(w, status, templates.Page{
		Description: "New work of " + s.Site.Title + ", by email or feed: exactly the programs and regions you choose.",
		Canonical:   "/", Alternates: s.mainFeeds(), View: view,
	})
}

func (s *Server) timeZone() string {
	if s.Site.TimeZone == nil {
		return "UTC"
	}
	return s.Site.TimeZone.String()
}

func every(labels []Label) []string {
	var out []string
	for _, l := range labels {
		out = append(out, l.Name)
	}
	return out
}

// feedLinks links to the feeds of every program and region.
func (s *Server) feedLinks() []templates.Link {
	links := []templates.Link{{Label: "Everything", URL: "/feeds/all.atom"}}
	for _, p := range s.Programs {
		links = append(links, templates.Link{Label: p.Name, URL: "/feeds/programs/" + p.Slug + ".atom"})
	}
	for _, r := range s.Regions {
		links = append(links, templates.Link{Label: r.Name, URL: "/feeds/regions/" + r.Slug + ".atom"})
	}
	return links
}

// mainFeeds returns the autodiscovery links of a page without labels.
func (s *Server) mainFeeds() []templates.Alternate {
	return []templates.Alternate{
		{Title: s.Site.Title + " (Atom)", Type: "application/atom+xml", URL: "/feeds/all.atom"},
		{Title: s.Site.Title + " (RSS)", Type: "application/rss+xml", URL: "/feeds/all.rss"},
		{Title: s.Site.Title + " (JSON Feed)", Type: "application/feed+json", URL: "/feeds/all.json"},
	}
}
