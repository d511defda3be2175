// Package templates contains every page and email, embedded, with the typed views that fill
// them in. It imports no other package of Corridor.
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

// Site is the part of the publication's data that every page shows.
type Site struct {
	Title    string
	SiteURL  string // the publication's own website
	BaseURL  string // address of these pages; its path prefixes every link
	Address  string // postal
	Language string // BCP 47
	TimeZone *time.Location
	Demo     bool // pages link to /demo
}

// View is the content of a page. PageName names its file in pages/, without the extension.
type View interface{ PageName() string }

// Alternate is an autodiscovery link to a feed.
type Alternate struct {
	Title string
	Type  string // media type
	URL   string // a path ("/feeds/all.rss") or an absolute URL
}

// Page is a page: data for the layout, and the view. Times are shown in the site's zone.
type Page struct {
	Title       string // the publication's title is appended
	Description string
	Canonical   string // a path or an absolute URL
	Image       string // for previews, an absolute URL
	Kind        string // OpenGraph's type; empty means website
	Private     bool   // search engines must not index it
	Bare        bool   // no navigation: for pages that emails link to
	Alternates  []Alternate
	View        View
}

// Pages are the parsed pages of a site. They are safe for concurrent use.
type Pages struct {
	site   Site
	prefix string            // path of BaseURL
	assets map[string]string // file name -> address with a hash of the content
	byName map[string]*template.Template
}

// NewPages parses every page. An error means a faulty file in this package, or a base URL
// that cannot be parsed.
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

// parse gives each page a copy of the layout and of the shared parts, whose names begin
// with an underscore.
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

// Render writes a page. An error means a view that does not fit its file, or is from w.
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

// Static returns the stylesheet, the script and the images.
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
		"day":       func(t time.Time) string { return t.Format("2 January 2006") }, // in t's zone, which is a reader's
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

// Link prefixes a path with the path of the base URL. An absolute URL stays as it is.
func (p *Pages) Link(to string) string {
	if strings.HasPrefix(to, "/") {
		return p.prefix + to
	}
	return to
}

// absolute turns a path into an absolute URL.
func (p *Pages) absolute(to string) string {
	if strings.HasPrefix(to, "/") {
		return strings.TrimSuffix(p.site.BaseURL, "/") + to
	}
	return to
}

// Join writes a list as English does: "a", "a and b", "a, b and c". If an item contains
// "and", it uses commas only.
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

// mediaType writes a type attribute with an unescaped plus sign: many programs that look
// for feeds search the page without decoding it.
func mediaType(s string) template.HTMLAttr {
	for _, c := range s {
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.ContainsRune("+-./", c)) {
			return ""
		}
	}
	return template.HTMLAttr(`type="` + s + `"`)
}
