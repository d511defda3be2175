package web

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/articles/reading"

	"corridor/articles"
	"corridor/feeds"
	"corridor/postgres/postgrestest"

	"github.com/chromedp/chromedp"
)

// newFeedSite serves the feeds of three articles over HTTP, one of a program that has
// ended, and returns the base URL.
func newFeedSite(t *testing.T) string {
	t.Helper()
	db := postgrestest.New(t)
	store := articles.NewStore(db)
	for i, program := range []string{"eep", "spp", "ended"} {
		saveArticle(t, store, fmt.Sprintf("Piece & <%d>", i), "https://www.example.org/"+program, program)
	}
	listener := httptest.NewUnstartedServer(nil)
	base := "http://" + listener.Listener.Addr().String()
	s := newServer(t, func(o *Options) {
		o.Site.BaseURL = base
		o.Programs = []Label{{Slug: "eep", Name: "Energy & Economy"}, {Slug: "spp", Name: "Security and Politics"}}
		o.Feeds = feeds.New(db, feeds.Options{
			Title: o.Site.Title, SiteURL: o.Site.SiteURL, BaseURL: base, Language: "en", MaxAge: time.Minute,
			Programs: []feeds.Label{{Slug: "eep", Name: "Energy & Economy", Former: []string{"energy"}}, {Slug: "spp", Name: "Security and Politics"}},
			Regions:  []feeds.Label{{Slug: "central-asia", Name: "Central Asia"}, {Slug: "south-caucasus", Name: "South Caucasus"}},
		})
		o.Articles = store
	})
	listener.Config.Handler = s
	listener.Start()
	t.Cleanup(listener.Close)
	return base
}

// saveArticle stores a released article about Central Asia.
func saveArticle(t *testing.T, store *articles.Store, title, address, program string) articles.Article {
	t.Helper()
	found := articles.Found{
		Reading: reading.Reading{Title: title, Authors: []string{"Toghrul Ali"}, Published: noon, ContentHTML: "<p>Text.</p>", Language: "en"},
		URL:     address, Programs: []string{program}, Regions: []string{"central-asia"}, Language: "en",
	}
	a, _, err := store.Save(t.Context(), found, noon, func(id int64) string { return fmt.Sprintf("https://news.example.org/articles/%d", id) })
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func getOnce(t *testing.T, address string) (*http.Response, string) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestFeedPages(t *testing.T) {
	base := newFeedSite(t)
	for _, c := range []struct {
		path   string
		status int
		says   []string
	}{
		{"/feeds", 200, []string{"Energy &amp; Economy", `href="/feeds/programs/eep/regions/central-asia.atom"`, `href="/feeds/authors/toghrul-ali.json"`, `href="/feeds.opml"`}},
		{"/feeds/all", 200, []string{base + "/feeds/all.rss", base + "/feeds/all.atom", base + "/feeds/all.json", "Piece &amp; &lt;0&gt;", "Energy &amp; Economy", `href="/#subscribe"`}},
		{"/feeds/programs/eep", 200, []string{base + "/feeds/programs/eep.rss", `href="/?programs=eep#subscribe"`}},
		{"/feeds/regions/south-caucasus", 200, []string{"This feed has no articles yet"}},
		{"/feeds/programs/eep/regions/central-asia", 200, []string{"Energy &amp; Economy in Central Asia", `href="/?programs=eep&amp;regions=central-asia#subscribe"`}},
		{"/feeds/authors/toghrul-ali", 200, []string{"Toghrul Ali", base + "/feeds/authors/toghrul-ali.atom"}},
		{"/feeds/programs/ended", 410, nil},
		{"/feeds/programs/ended/regions/central-asia", 410, nil},
		{"/feeds/programs/never", 404, []string{"Feed not found"}},
		{"/feeds/authors/nobody", 404, nil},
		{"/feeds/all~1-1", 404, nil},
		{"/?programs=eep&regions=central-asia", 200, []string{`value="eep" checked`, `value="central-asia" checked`}},
	} {
		answer, body := getOnce(t, base+c.path)
		if answer.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", c.path, answer.StatusCode, c.status)
		}
		for _, words := range c.says {
			if !strings.Contains(body, words) {
				t.Errorf("%s does not say %q", c.path, words)
			}
		}
	}
	if _, body := getOnce(t, base+"/feeds/authors/toghrul-ali"); strings.Contains(body, "Mail me this") {
		t.Error("an author's page offers a digest that there is not")
	}
}

// A feed's page moves and ends together with its documents.
func TestFeedsThatWereRenamed(t *testing.T) {
	base := newFeedSite(t)
	for path, want := range map[string]string{
		"/feeds/programs/energy":                          "/feeds/programs/eep",
		"/feeds/programs/energy.rss":                      "/feeds/programs/eep.rss",
		"/feeds/programs/energy.rss?from=a&b=%26":         "/feeds/programs/eep.rss?from=a&b=%26",
		"/feeds/programs/energy/regions/central-asia":     "/feeds/programs/eep/regions/central-asia",
		"/feeds/programs/energy~1-1.atom":                 "/feeds/programs/eep~1-1.atom",
		"/feeds/programs/energy/regions/central-asia.rss": "/feeds/programs/eep/regions/central-asia.rss",
	} {
		if answer, _ := getOnce(t, base+path); answer.StatusCode != http.StatusMovedPermanently || answer.Header.Get("Location") != base+want {
			t.Errorf("%s: %d to %s", path, answer.StatusCode, answer.Header.Get("Location"))
		}
	}
}

var alternate = regexp.MustCompile(`<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">`)

// Feeds in the direct map give the same answers as the routes.
func TestDirectFeedsAnswerAsRoutesDo(t *testing.T) {
	s := newServer(t, func(o *Options) {
		o.Feeds = feeds.New(postgrestest.New(t), feeds.Options{
			Title: "T", BaseURL: "http://news.example", MaxAge: time.Minute,
			Programs: []feeds.Label{{Slug: "eep", Name: "E"}}, Regions: []feeds.Label{{Slug: "asia", Name: "A"}},
		})
	})
	if len(s.direct) != 12 {
		t.Errorf("%d addresses", len(s.direct))
	}
	for path := range s.direct {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			direct, routed := httptest.NewRecorder(), httptest.NewRecorder()
			s.ServeHTTP(direct, httptest.NewRequest(method, path, nil))
			s.mux.ServeHTTP(routed, httptest.NewRequest(method, path, nil))
			if direct.Code != http.StatusOK || direct.Code != routed.Code || !maps.EqualFunc(direct.Header(), routed.Header(), slices.Equal) || !bytes.Equal(direct.Body.Bytes(), routed.Body.Bytes()) {
				t.Errorf("%s %s: %d %v, by its route %d %v", method, path, direct.Code, direct.Header(), routed.Code, routed.Header())
			}
		}
	}
}

// Every page has autodiscovery links, its own feed first, and the links work.
func TestAutodiscovery(t *testing.T) {
	base := newFeedSite(t)
	for path, first := range map[string]string{
		"/": "/feeds/all.", "/feeds": "/feeds/all.", "/feeds/programs/eep": "/feeds/programs/eep.", "/feeds/authors/toghrul-ali": "/feeds/authors/toghrul-ali.",
		"/no-such-page": "/feeds/all.", "/preferences/forged": "/feeds/all.",
	} {
		_, body := getOnce(t, base+path)
		links := alternate.FindAllStringSubmatch(body, -1)
		if len(links) < 3 || !strings.HasPrefix(links[0][2], base+first) {
			t.Errorf("%s: %v", path, links)
		}
		for _, link := range links {
			answer, _ := getOnce(t, link[2])
			if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), link[1]) {
				t.Errorf("%s leads to %s: %d %s", path, link[2], answer.StatusCode, answer.Header.Get("Content-Type"))
			}
		}
	}
}

// Scripts of other sites may read JSON feeds, with conditional requests, and their errors.
func TestScriptsOfOtherSitesReadJSONFeeds(t *testing.T) {
	base := newFeedSite(t)
	ask := func(method, path string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "https://reader.example")
		r.Header.Set("Access-Control-Request-Method", "GET")
		r.Header.Set("Access-Control-Request-Headers", "if-none-match")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		return answer
	}
	for _, path := range []string{"/feeds/all.json", "/feeds/programs/eep/regions/central-asia.json", "/feeds/readers/a.json"} {
		a := ask(http.MethodOptions, path)
		if a.StatusCode != http.StatusNoContent || a.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(a.Header.Get("Access-Control-Allow-Headers"), "If-None-Match") {
			t.Errorf("OPTIONS %s: %d %v", path, a.StatusCode, a.Header)
		}
	}
	if a := ask(http.MethodOptions, "/feeds/all.rss"); a.StatusCode != http.StatusNoContent || a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("OPTIONS of RSS: %d %v", a.StatusCode, a.Header)
	}
	if a := ask(http.MethodGet, "/feeds/all.json"); !strings.Contains(a.Header.Get("Access-Control-Expose-Headers"), "ETag") {
		t.Errorf("GET: %v", a.Header)
	}
	for path, status := range map[string]int{"/feeds/programs/ended.json": http.StatusGone, "/feeds/programs/never.json": http.StatusNotFound} {
		if a := ask(http.MethodGet, path); a.StatusCode != status || a.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("GET %s: %d %v", path, a.StatusCode, a.Header)
		}
	}
	if a := ask(http.MethodPost, "/feeds/all.json"); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("POST: %d %v", a.StatusCode, a.Header)
	}
}

type outline struct {
	Text     string    `xml:"text,attr"`
	Type     string    `xml:"type,attr"`
	XMLURL   string    `xml:"xmlUrl,attr"`
	HTMLURL  string    `xml:"htmlUrl,attr"`
	Outlines []outline `xml:"outline"`
}

func (o outline) feeds() (list []outline) {
	if o.Type == "rss" {
		list = append(list, o)
	}
	for _, inner := range o.Outlines {
		list = append(list, inner.feeds()...)
	}
	return list
}

func TestOPML(t *testing.T) {
	base := newFeedSite(t)
	answer, body := getOnce(t, base+"/feeds.opml")
	var list struct {
		XMLName xml.Name `xml:"opml"`
		Version string   `xml:"version,attr"`
		Title   string   `xml:"head>title"`
		Body    outline  `xml:"body"`
	}
	if err := xml.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	if list.Version != "2.0" || list.Title != "Caspian Policy Center" || answer.Header.Get("Content-Type") != "text/x-opml; charset=utf-8" {
		t.Errorf("version %q, title %q, %v", list.Version, list.Title, answer.Header)
	}
	all := list.Body.feeds()
	if len(all) != 1+2+2+4+1 {
		t.Errorf("%d feeds: %+v", len(all), all)
	}
	for _, feed := range all {
		for _, address := range []string{feed.XMLURL, feed.HTMLURL} {
			if answer, _ := getOnce(t, address); answer.StatusCode != http.StatusOK || feed.Text == "" {
				t.Errorf("%+v: %s answers %d", feed, address, answer.StatusCode)
			}
		}
	}
	if !slices.ContainsFunc(all, func(o outline) bool { return o.Text == "Energy & Economy in Central Asia" }) {
		t.Errorf("no crossing: %+v", all)
	}
}

func TestFeedPagesInABrowser(t *testing.T) {
	base := newFeedSite(t)
	b := newBrowser(t)
	b.do("all feeds", chromedp.Navigate(base+"/feeds"), chromedp.WaitVisible(chromedp.CSS(".feedlist")))
	b.look("feeds")
	b.do("one feed", chromedp.Navigate(base+"/feeds/programs/eep/regions/central-asia"), chromedp.WaitVisible(chromedp.CSS(".copy button")))
	b.look("feed")
	b.do("copying", chromedp.Evaluate[chromedp.Void](`void (navigator.clipboard.writeText = async (text) => { document.title = text })`), chromedp.Click(chromedp.CSS(".copy button")))
	if got := ask(b, "what was copied", chromedp.Evaluate[string](`document.title`)); got != base+"/feeds/programs/eep/regions/central-asia.rss" {
		t.Errorf("copied %q", got)
	}
	b.do("an empty feed", chromedp.Navigate(base+"/feeds/regions/south-caucasus"), chromedp.WaitVisible(chromedp.CSS(".copy")))
	b.look("feed-empty")
}

// A client is an IPv4 address or an IPv6 /64. X-Forwarded-For counts only if a trusted
// proxy sent it.
func TestWhoAsksTooOftenWaits(t *testing.T) {
	s := newServer(t, func(o *Options) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}
		o.Feeds = feeds.New(postgrestest.New(t), feeds.Options{Title: "T", BaseURL: "http://news.example", MaxAge: time.Minute, PerMinute: 1})
	})
	for i, c := range []struct {
		from, forwarded string
		status          int
	}{
		{"[2001:db8:0:1::1]:1000", "", 200},
		{"[2001:db8:0:1:ffff::2]:1001", "", 429},
		{"[2001:db8:0:2::1]:1000", "", 200},
		{"198.51.100.1:1000", "", 200},
		{"198.51.100.2:1000", "", 200},
		{"198.51.100.2:1001", "203.0.113.9", 429},
		{"192.0.2.1:1000", "203.0.113.1", 200},
		{"192.0.2.1:1000", "203.0.113.2", 200},
		{"192.0.2.1:1000", "10.0.0.1, 203.0.113.2", 429},
		{"[::ffff:198.51.100.1]:1000", "", 429},
	} {
		r := httptest.NewRequest(http.MethodGet, "/feeds/all.json", nil)
		r.RemoteAddr = c.from
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.status || (w.Code == 429) != (w.Header().Get("Retry-After") != "") {
			t.Errorf("request %d, from %s for %q: %d %v, want %d", i, c.from, c.forwarded, w.Code, w.Header(), c.status)
		}
	}
}
