// Package templates holds every page and mail that people see, embedded, with the
// typed views that fill them. It knows nothing of where the facts come from.
package templates

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/url"
	"path"
	"strings"
	"time"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed static/*
var staticFiles embed.FS

// Site is what every page says about the publication.
type Site struct {
	Title    string
	SiteURL  string // the publication's own website
	BaseURL  string // where these pages are reached; a path in it becomes part of every link
	Address  string // postal
	Language string // BCP 47
	TimeZone *time.Location
	Demo     bool // there is a page /demo, to come back to
}

// View is what one page shows. PageName is the file in pages/ that shows it, without
// its ending.
type View interface{ PageName() string }

// Alternate is an autodiscovery link to a feed.
type Alternate struct {
	Title string
	Type  string // media type
	URL   string // a path here ("/feeds/all.rss"), or a whole address
}

// Page is one page: what the layout around it needs, and its view. Times are shown in
// the site's zone.
type Page struct {
	Title       string // the publication's name is added
	Description string
	Canonical   string // a path here, or a whole address
	Image       string // for previews, a whole address
	Kind        string // OpenGraph's type; empty: website
	Private     bool   // not for search engines
	Bare        bool   // no navigation: for pages that a mail leads to
	Alternates  []Alternate
	View        View
}

// Pages are all pages, parsed, for one site. They may be used by many goroutines.
type Pages struct {
	site   Site
	prefix string            // path of BaseURL
	assets map[string]string // name -> address with a mark of its content
	byName map[string]*template.Template
}

// NewPages parses every page. An error is a mistake in a file of this package.
func NewPages(site Site) (*Pages, error) {
	if site.TimeZone == nil {
		site.TimeZone = time.UTC
	}
	base, err := url.Parse(site.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("templates: base URL: %w", err)
	}
	p := &Pages{site: site, prefix: strings.TrimSuffix(base.Path, "/"), assets: map[string]string{}, byName: map[string]*template.Template{}}
	names, err := fs.Glob(staticFiles, "static/*")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		content, err := staticFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		p.assets[path.Base(name)] = p.Link("/"+name) + "?v=" + base64.RawURLEncoding.EncodeToString(sum[:6])
	}
	return p, p.parse()
}

// parse gives each page a copy of the layout and of the shared parts, whose names
// begin with an underscore.
func (p *Pages) parse() error {
	shared, err := template.New("layout.html").Funcs(p.functions()).ParseFS(pageFiles, "pages/layout.html", "pages/_*.html")
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	names, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		return err
	}
	for _, name := range names {
		base := path.Base(name)
		if base == "layout.html" || base[0] == '_' {
			continue
		}
		t, err := shared.Clone()
		if err != nil {
			return err
		}
		if t, err = t.ParseFS(pageFiles, name); err != nil {
			return fmt.Errorf("templates: %w", err)
		}
		p.byName[strings.TrimSuffix(base, ".html")] = t
	}
	return nil
}

// Render writes a page. Errors come from a view that does not fit its file, or from w.
func (p *Pages) Render(w io.Writer, page Page) error {
	t := p.byName[page.View.PageName()]
	if t == nil {
		return fmt.Errorf("templates: no page %q", page.View.PageName())
	}
	return t.ExecuteTemplate(w, "layout.html", struct {
		Site Site
		Page
	}{p.site, page})
}

// Static returns the stylesheet, the script and the pictures.
func Static() fs.FS {
	sub, err := fs.Sub(staticFiles, "static")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}

func (p *Pages) functions() template.FuncMap {
	return template.FuncMap{
		"link":      p.Link,
		"absolute":  p.absolute,
		"asset":     func(name string) string { return p.assets[name] },
		"date":      func(t time.Time) string { return t.In(p.site.TimeZone).Format("2 January 2006") },
		"day":       func(t time.Time) string { return t.Format("2 January 2006") }, // where it is, a reader's day
		"moment":    func(t time.Time) string { return t.In(p.site.TimeZone).Format("2 January 2006, 15:04 MST") },
		"iso":       func(t time.Time) string { return t.In(p.site.TimeZone).Format(time.RFC3339) },
		"join":      Join,
		"plural":    plural,
		"thousand":  thousands,
		"field":     newField,
		"mediatype": mediaType,
		"text":      newTextField,
	}
}

// Link puts the path of the base URL before a path of ours; a whole address stays.
func (p *Pages) Link(to string) string {
	if strings.HasPrefix(to, "/") {
		return p.prefix + to
	}
	return to
}

// absolute makes a whole address of a path of ours.
func (p *Pages) absolute(to string) string {
	if strings.HasPrefix(to, "/") {
		return strings.TrimSuffix(p.site.BaseURL, "/") + to
	}
	return to
}

// Join writes a list as people do: "a", "a and b", "a, b and c"; with commas alone
// when an item has an "and" of its own.
func Join(items []string) string {
	if len(items) < 2 || strings.Contains(strings.Join(items, ""), " and ") {
		return strings.Join(items, ", ")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

// plural writes "1 article", "1,200 articles".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// thousands writes 1234567 as 1,234,567.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// mediaType writes a type attribute with its plus sign as it is: many who look for
// feeds search the page without decoding it.
func mediaType(s string) template.HTMLAttr {
	for _, c := range s {
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.ContainsRune("+-./", c)) {
			return ""
		}
	}
	return template.HTMLAttr(`type="` + s + `"`)
}
