package fetch

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The rules of RFC 9309, each with addresses that are permitted and, after a "!", that are
// not. The agent is "Lamp-Bot/1.0".
func TestRobotsRules(t *testing.T) {
	long := "/x/" + strings.Repeat("a", maxRobotsLine)
	for name, c := range map[string]struct {
		robots string
		paths  []string
	}{
		"nothing":                        {"", []string{"/", "/a"}},
		"everything":                     {"user-agent: *\ndisallow: /\n", []string{"!/", "!/a?b=c", "/robots.txt"}},
		"own group before the others":    {"User-agent: *\nDisallow: /\nUser-agent: lamp-bot\nAllow: /", []string{"/a"}},
		"own group without rules":        {"User-agent: *\nDisallow: /\nUser-agent: Lamp-Bot\n", []string{"/a"}},
		"groups are merged":              {"User-agent: Lamp-Bot\nDisallow: /a\nUser-agent: other\nDisallow: /c\n\nUser-agent: LAMP-BOT/2\nDisallow: /b", []string{"!/a", "!/b", "/c"}},
		"two agents of a group":          {"User-agent: other\nUser-agent: Lamp-Bot\nDisallow: /a", []string{"!/a", "/b"}},
		"other lines end no group":       {"User-agent: other\nSitemap: https://s/x.xml\nNonsense: 1\nUser-agent: *\nDisallow: /", []string{"!/a"}},
		"rules before any group":         {"Disallow: /\nUser-agent: *\nDisallow: /b", []string{"/a", "!/b"}},
		"no part of a name":              {"User-agent: Lamp\nDisallow: /\nUser-agent: Lamp-Bot-News\nDisallow: /", []string{"/a"}},
		"words behind the name":          {"User-agent: Lamp-Bot 2\nDisallow: /a", []string{"!/a"}},
		"star and words":                 {"User-agent: * # all\nDisallow: /a", []string{"!/a"}},
		"keys in any case":               {"uSER-aGENT: *\nDISALLOW: /a\naLLOW: /a/b", []string{"!/a", "/a/b"}},
		"keys misspelt":                  {"useragent: *\ndisalow: /a\ndissallow: /b", []string{"!/a", "!/b"}},
		"no colon":                       {"user-agent *\ndisallow /a", []string{"!/a"}},
		"no key":                         {"foo: *\nbar: /", []string{"/a"}},
		"empty values":                   {"User-agent: *\nDisallow:\nAllow:", []string{"/a"}},
		"longest match":                  {"User-agent: *\nDisallow: /a/page.html\nAllow: /a/", []string{"!/a/page.html", "/a/"}},
		"longest match, other order":     {"User-agent: *\nAllow: /a/page.html\nDisallow: /a/", []string{"/a/page.html", "!/a/"}},
		"Allow of equal length":          {"User-agent: *\nDisallow: /a\nAllow: /a", []string{"/a", "/ab"}},
		"length of a pattern":            {"User-agent: *\nAllow: /page\nDisallow: /*.html", []string{"!/page.html", "/page"}},
		"slash at the end":               {"User-agent: *\nDisallow: /a\nAllow: /a/", []string{"!/a", "/a/"}},
		"case of paths":                  {"User-agent: *\nDisallow: /A", []string{"/a", "!/A"}},
		"beginning of a path":            {"User-agent: *\nDisallow: /fish", []string{"!/fish", "!/fish.html", "!/fishheads", "!/fish?id=1", "/catfish", "/?id=fish"}},
		"star":                           {"User-agent: *\nDisallow: /*.php", []string{"!/a.php", "!/b/a.php?x", "!/a.php/", "!/i?f=a.php", "/php/", "/i?php", "/a.PHP"}},
		"star and dollar":                {"User-agent: *\nDisallow: /*.php$", []string{"!/b/a.php", "/a.php?x", "/a.php/", "/a.php5"}},
		"stars":                          {"User-agent: *\nDisallow: /a*b*c", []string{"!/abc", "!/axbxc", "!/a/b/c/d", "/ac", "/acb"}},
		"dollar":                         {"User-agent: *\nAllow: /$\nDisallow: /", []string{"/", "!/a"}},
		"dollar inside":                  {"User-agent: *\nDisallow: /a$b", []string{"!/a$b", "/a"}},
		"star that overlaps the end":     {"User-agent: *\nDisallow: /a*a$", []string{"/a", "!/aa", "!/a/b/a", "/ab"}},
		"comments":                       {"User-agent: *\n# Disallow: /\nDisallow: /a#b", []string{"/b", "!/a"}},
		"letters of other scripts":       {"User-agent: *\nDisallow: /новости", []string{"!/новости/1", "!/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8", "!/%d0%bd%d0%be%d0%b2%d0%be%d1%81%d1%82%d0%b8"}},
		"escapes in the rule":            {"User-agent: *\nDisallow: /%d0%bd", []string{"!/н", "!/%D0%BD", "/n"}},
		"escapes of plain letters":       {"User-agent: *\nDisallow: /%62", []string{"!/%62", "/b"}},
		"query":                          {"User-agent: *\nDisallow: /a?b=http://c/?d&e", []string{"!/a?b=http://c/?d&e", "/a?b=1"}},
		"index.html is the folder":       {"User-agent: *\nAllow: /a/index.html\nDisallow: /", []string{"/a/", "/a/index.html", "!/a/index.htm", "!/b"}},
		"lines end at CR":                {"User-agent: *\rDisallow: /a\r\rDisallow: /b", []string{"!/a", "!/b"}},
		"lines end at CR LF":             {"User-agent: *\r\nDisallow: /a\r\n", []string{"!/a", "/b"}},
		"byte order mark":                {"\ufeffUser-agent: *\nDisallow: /a", []string{"!/a"}},
		"byte order mark inside":         {"User-agent: *\n\ufeffDisallow: /a", []string{"/a"}},
		"a page":                         {"<!doctype html>\n<html><body>Not found</body></html>", []string{"/a"}},
		"a line that is too long is cut": {"User-agent: *\nDisallow: " + long + "b", []string{"!" + long[:maxRobotsLine-len("Disallow: ")] + "c", "/x/"}},
		"beyond 500 KiB":                 {strings.Repeat("# "+strings.Repeat("x", 1022)+"\n", 500) + "User-agent: *\nDisallow: /a", []string{"/a"}},
	} {
		rules := parseRobots([]byte(c.robots), "Lamp-Bot/1.0 (+https://corridor.example)")
		for _, path := range c.paths {
			path, forbidden := strings.CutPrefix(path, "!")
			u, err := url.Parse("https://site.example" + path)
			if err != nil {
				t.Fatal(err)
			}
			if rules.allows(u) == forbidden {
				t.Errorf("%s: %.60s is permitted: %v", name, path, forbidden)
			}
		}
	}
}

func TestRobotsSitemaps(t *testing.T) {
	got := RobotsSitemaps([]byte("User-agent: *\nSITEMAP: https://s/a.xml\nDisallow: /\nsite-map:/b.xml # more\nSitemap:\n"))
	if fmt.Sprint(got) != "[https://s/a.xml /b.xml]" {
		t.Error(got)
	}
}

// What a server answers for robots.txt decides about its pages (RFC 9309, section 2.3.1).
func TestRobotsThatCannotBeHad(t *testing.T) {
	other := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "User-agent: *\nDisallow: /no") })
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		says   string // of a page; empty: it is fetched
	}{
		"404": {http.NotFound, ""},
		"403": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, ""},
		"500": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, "its robots.txt cannot be read: answers 500"},
		"503": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, "its robots.txt cannot be read: answers 503"},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other+"/robots.txt", http.StatusFound)
		}, "robots.txt asks not to fetch it"},
		"many redirects": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", http.StatusFound) }, ""},
		"redirect inward": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
		}, "not public"},
		"breaks off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "User-agent: *")
		}, "its robots.txt cannot be read: breaks off"},
	} {
		asked := 0
		base := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				asked++
				c.answer(w, r)
			}
		})
		client := newClient(t, Options{Guard: loopback})
		for range 3 {
			_, err := client.Get(t.Context(), base+"/no/1", Validators{})
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v, want %q", name, err, c.says)
			}
		}
		if most := map[bool]int{true: maxRedirects + 1, false: 1}[name == "many redirects"]; asked != most {
			t.Errorf("%s: robots.txt was asked for %d times", name, asked)
		}
	}
}

// A server that never answers costs one time limit, and not one for each page.
func TestRobotsThatHang(t *testing.T) {
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c := newClient(t, Options{Guard: loopback, Timeout: 200 * time.Millisecond})
	began := time.Now()
	for range 20 {
		if _, err := c.Get(t.Context(), base+"/a", Validators{}); !errors.Is(err, ErrRobotsUnknown) || !strings.Contains(err.Error(), "does not answer within 200ms") {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("20 pages took %v", took)
	}
}

// The rules that were read before hold while a server is in trouble; a robots.txt is asked
// for again after a day, with its validators.
func TestRobotsOfYesterday(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		answer := http.StatusOK
		c := New(Options{UserAgent: "Corridor/test"})
		c.http.Transport = transport(func(r *http.Request) *http.Response {
			status, body := http.StatusOK, "page"
			if r.URL.Path == "/robots.txt" {
				asked = append(asked, r.Header.Get("If-None-Match"))
				status, body = answer, "User-agent: *\nDisallow: /no"
			}
			return &http.Response{StatusCode: status, Header: http.Header{"Etag": {`"v1"`}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
		})
		get := func(path, says string) {
			t.Helper()
			_, err := c.Get(t.Context(), "https://site.example"+path, Validators{})
			if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v, want %q", path, err, says)
			}
		}
		get("/no", "asks not to")
		time.Sleep(23 * time.Hour)
		get("/yes", "")
		time.Sleep(2 * time.Hour)
		answer = http.StatusBadGateway
		get("/no", "asks not to")
		get("/yes", "")
		time.Sleep(silenceFor + time.Second)
		answer = http.StatusNotModified
		get("/no", "asks not to")
		time.Sleep(23 * time.Hour)
		get("/yes", "")
		if fmt.Sprint(asked) != `[ "v1" "v1"]` {
			t.Errorf("robots.txt was asked for with %q", asked)
		}
	})
}

// transport answers requests without a network.
type transport func(*http.Request) *http.Response

func (fn transport) RoundTrip(r *http.Request) (*http.Response, error) { return fn(r), nil }

// A redirect to an address that robots.txt forbids, here or elsewhere, is not followed.
func TestRedirectsAskRobots(t *testing.T) {
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			_, _ = io.WriteString(w, "User-agent: *\nDisallow: /secret/")
		}
	})
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			_, _ = io.WriteString(w, "User-agent: *\nDisallow: /secret/")
		case "/here":
			http.Redirect(w, r, "/secret/a", http.StatusFound)
		case "/there":
			http.Redirect(w, r, other+"/secret/a", http.StatusFound)
		case "/open":
			http.Redirect(w, r, other+"/a", http.StatusMovedPermanently)
		}
	})
	c := newClient(t, Options{Guard: loopback})
	for path, want := range map[string]error{"/here": ErrRobots, "/there": ErrRobots, "/open": nil} {
		if _, err := c.Get(t.Context(), base+path, Validators{}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a*b$\nAllow: /%D0", "/a/b?c")
	f.Fuzz(func(t *testing.T, body, path string) {
		u, err := url.Parse("https://site.example/" + strings.TrimPrefix(path, "/"))
		if err != nil {
			return
		}
		began := time.Now()
		rules := parseRobots([]byte(body), "Corridor")
		if rules.allows(u); time.Since(began) > 2*time.Second {
			t.Errorf("%d bytes took %v", len(body), time.Since(began))
		}
	})
}
