package demo

import (
	"bytes"
	_ "embed"
	"html/template"
	"image/png"
	"net/http"
	"strings"
	texttemplate "text/template"

	"corridor/config"
)

//go:embed site.html
var sitePages string

// sampleSite is the web server from which the demo gathers its articles.
type sampleSite struct {
	articles []sampleArticle
	pages    *template.Template
	sitemap  *texttemplate.Template // html/template would escape the XML declaration
}

func newSite(c *config.Config, articles []sampleArticle) (*sampleSite, error) {
	programs, regions := map[string]string{}, map[string]string{}
	for _, p := range c.Programs {
		programs[p.Slug] = p.Name
	}
	for _, r := range c.Regions {
		regions[r.Slug] = r.Name
	}
	functions := map[string]any{
		"programName": func(slug string) string { return programs[slug] },
		"regionName":  func(slug string) string { return regions[slug] },
		"join":        strings.Join,
	}
	pages, err := template.New("").Funcs(functions).Parse(sitePages)
	if err != nil {
		return nil, err
	}
	sitemap, err := texttemplate.New("").Funcs(functions).Parse(sitePages)
	if err != nil {
		return nil, err
	}
	return &sampleSite{articles: articles, pages: pages, sitemap: sitemap}, nil
}

// ServeHTTP answers for the whole site.
func (s *sampleSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	slug := strings.TrimSuffix(path[len(path)-1], ".png")
	article, related := s.find(slug)
	switch {
	case r.URL.Path == "/":
		s.page(w, "front", map[string]any{"Articles": s.articles})
	case r.URL.Path == "/robots.txt":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("User-agent: *\nDisallow:\nSitemap: http://" + r.Host + "/sitemap.xml\n"))
	case r.URL.Path == "/sitemap.xml":
		var b bytes.Buffer
		if err := s.sitemap.ExecuteTemplate(&b, "sitemap", map[string]any{"Articles": s.articles, "Base": "http://" + r.Host}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/xml; charset=utf-8")
		_, _ = w.Write(b.Bytes())
	case article != nil && len(path) == 2 && path[0] == "images":
		w.Header().Set("Content-Type", "image/png")
		w.Header().Set("Cache-Control", "max-age=86400")
		_ = png.Encode(w, picture(slug))
	case article != nil && len(path) == 3 && path[0] == "research" && path[1] == article.Program:
		s.page(w, "article", map[string]any{"Article": article, "Related": related})
	default:
		http.NotFound(w, r)
	}
}

// find returns the article of slug and three others of its program.
func (s *sampleSite) find(slug string) (found *sampleArticle, related []sampleArticle) {
	for i := range s.articles {
		if s.articles[i].Slug == slug {
			found = &s.articles[i]
		}
	}
	for _, a := range s.articles {
		if found != nil && a.Slug != slug && a.Program == found.Program && len(related) < 3 {
			related = append(related, a)
		}
	}
	return found, related
}

func (s *sampleSite) page(w http.ResponseWriter, name string, view any) {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, view); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}
