package articles

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

const (
	urlset = `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">`
	index  = `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`
	twoOf  = `<url><loc>http://s/a</loc></url><url><loc>http://s/b</loc></url>`
)

func packed(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func inUTF16(text string) string {
	b := []byte{0xFF, 0xFE}
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

// Faults that people's programs make in sitemaps, and the addresses that are read all
// the same.
func TestParseSitemap(t *testing.T) {
	for name, c := range map[string]struct {
		body, contentType string
		want              []string
		fault             string
	}{
		"plain":                  {body: urlset + twoOf + "</urlset>", want: []string{"http://s/a", "http://s/b"}},
		"bare ampersand":         {body: urlset + "<url><loc>http://s/a?x=1&y=2</loc></url>" + twoOf + "</urlset>", want: []string{"http://s/a?x=1&y=2", "http://s/a", "http://s/b"}},
		"bare & before a name;":  {body: urlset + "<url><loc>http://s/a?x=1&copy=2&amp;z=3</loc></url></urlset>", want: []string{"http://s/a?x=1&copy=2&z=3"}},
		"control character":      {body: urlset + twoOf + "<url><loc>http://s/c</loc><x>\x01\x0b</x></url></urlset>", want: []string{"http://s/a", "http://s/b", "http://s/c"}},
		"bytes that are no text": {body: urlset + "<url><loc>http://s/a</loc><news:title>\xff\xfe</news:title></url></urlset>", want: []string{"http://s/a"}},
		"image and news":         {body: urlset + "<url><image:image><image:loc>http://s/pic.jpg</image:loc></image:image><loc>http://s/a</loc></url></urlset>", want: []string{"http://s/a"}},
		"CDATA and spaces":       {body: urlset + "<url><loc>\n <![CDATA[http://s/a?b=1&c=2]]> \n</loc></url></urlset>", want: []string{"http://s/a?b=1&c=2"}},
		"prefixed names":         {body: `<sm:urlset xmlns:sm="http://www.sitemaps.org/schemas/sitemap/0.9"><sm:url><sm:loc>http://s/a</sm:loc></sm:url></sm:urlset>`, want: []string{"http://s/a"}},
		"text":                   {body: "http://s/a\r\n\r\nhttps://s/b\n", contentType: "text/plain", want: []string{"http://s/a", "https://s/b"}},
		"text with a mark":       {body: "\ufeffhttp://s/a\n", want: []string{"http://s/a"}},
		"gzip":                   {body: packed(urlset + twoOf + "</urlset>"), contentType: "application/octet-stream", want: []string{"http://s/a", "http://s/b"}},
		"gzip of text":           {body: packed("http://s/a"), want: []string{"http://s/a"}},
		"UTF-16":                 {body: inUTF16(`<?xml version="1.0" encoding="UTF-16"?><urlset>` + twoOf + "</urlset>"), want: []string{"http://s/a", "http://s/b"}},
		"byte order mark":        {body: "\ufeff" + urlset + twoOf + "</urlset>", want: []string{"http://s/a", "http://s/b"}},
		"space before":           {body: "\n\n  " + urlset + twoOf + "</urlset>", want: []string{"http://s/a", "http://s/b"}},
		"declared windows-1251":  {body: `<?xml version="1.0" encoding="windows-1251"?><urlset><url><loc>http://s/` + "\xef\xee\xf0\xf2" + `</loc></url></urlset>`, want: []string{"http://s/порт"}},
		"wrong content type":     {body: urlset + twoOf + "</urlset>", contentType: "text/html; charset=utf-8", want: []string{"http://s/a", "http://s/b"}},
		"entry without an end":   {body: urlset + "<url><loc>http://s/a</url>" + twoOf + "</urlset>", want: []string{"http://s/a", "http://s/a", "http://s/b"}},
		"breaks off":             {body: urlset + twoOf + "<url><loc>http://s/", want: []string{"http://s/a", "http://s/b"}, fault: "breaks off after 2 addresses"},
		"empty":                  {body: " \n", fault: "is empty"},
		"nothing in it":          {body: urlset + "</urlset>"},
		"a page":                 {body: "<!doctype html><html><head><title>Not found</title></head><body><p>Sorry</p></body></html>", contentType: "text/html", fault: "is not a sitemap: it begins with <html>"},
		"a feed":                 {body: `<rss version="2.0"><channel></channel></rss>`, fault: "begins with <rss>"},
		"JSON":                   {body: `{"error": "not found"}`, fault: "is not a sitemap"},
		"a sentence":             {body: "Service unavailable", fault: "is not a sitemap"},
		"broken gzip":            {body: "\x1f\x8bnothing", fault: "is not a sitemap"},
	} {
		file, err := parseSitemap(c.contentType, []byte(c.body))
		var got []string
		for _, entry := range file.URLs {
			got = append(got, entry.Loc)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: the error is %v, want %q", name, err, c.fault)
		}
	}
}

// One bad document of a source is reported on a separate line; the articles of the others
// are gathered, and those that it listed before stay.
func TestOneBadSitemapOfAnIndex(t *testing.T) {
	bad := map[string]func(w http.ResponseWriter, r *http.Request){
		"answers 404":                            http.NotFound,
		"answers 500":                            func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"is empty":                               func(http.ResponseWriter, *http.Request) {},
		"is not a sitemap: it begins with <html": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><body>Back soon</body></html>") },
		"breaks off after 1": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, urlset+"<url><loc>/research/rail</loc></url><url>")
		},
	}
	for reason, answer := range bad {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			s, db, c := newSite(t), postgrestest.New(t), &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
			for _, name := range []string{"port", "rail", "wind"} {
				s.article("/research/"+name, "About "+name, "The "+name+" grows.")
			}
			// The index names a good child twice, itself, an index that names the first, and a relative address.
			s.set("/sitemap.xml", "application/xml", index+"<sitemap><loc>"+s.URL+"/one.xml</loc></sitemap><sitemap><loc>/two.xml</loc></sitemap><sitemap><loc>/one.xml</loc></sitemap>"+
				"<sitemap><loc>/sitemap.xml</loc></sitemap><sitemap><loc>/more.xml</loc></sitemap></sitemapindex>")
			s.set("/more.xml", "application/xml", index+"<sitemap><loc>/sitemap.xml</loc></sitemap></sitemapindex>")
			s.set("/one.xml", "application/xml", urlset+"<url><loc>/research/port</loc></url></urlset>")
			s.set("/two.xml", "application/xml", urlset+"<url><loc>/research/rail</loc></url><url><loc>/research/wind</loc></url></urlset>")
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml", Match: "/research/*"})
			got := gather(t, g, s)
			if len(got) != 3 || got["/research/wind"] != New {
				t.Fatal(got)
			}
			s.handle("/two.xml", answer)
			s.article("/research/sea", "About the sea", "The sea is wide.")
			s.set("/one.xml", "application/xml", urlset+"<url><loc>/research/port</loc></url><url><loc>/research/sea</loc></url></urlset>")
			s.handle("/research/wind", http.NotFound) // it must not be looked for: its list is not known
			for round := range 2 {
				rows, failures, err := g.Gather(t.Context())
				if err != nil || len(failures) != 1 || failures[0].Source != "site" || !strings.Contains(failures[0].Err.Error(), s.URL+"/two.xml "+reason) {
					t.Fatalf("failures %v, %v", failures, err)
				}
				for _, row := range rows {
					if outcome := map[bool]Outcome{true: New, false: Unchanged}[round == 0 && strings.HasSuffix(row.URL, "/sea")]; row.Outcome != outcome || strings.HasSuffix(row.URL, "/wind") {
						t.Errorf("round %d: %s is %s, %s", round, row.URL, row.Outcome, row.Reason)
					}
				}
			}
		})
	}
}

// A sitemap may be larger than other documents: sitemaps.org allows 50 MB.
func TestLargeSitemap(t *testing.T) {
	t.Parallel()
	s, db, c := newSite(t), postgrestest.New(t), &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	s.article("/research/port", "About the port", "The port grows.")
	space := strings.Repeat(" ", 2<<20) // the client of the test takes 1 MiB
	s.set("/sitemap.xml", "application/xml", urlset+space+"<url><loc>"+s.URL+"/research/port</loc></url></urlset>")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml", Match: "/research/*"})
	if got := gather(t, g, s); got["/research/port"] != New {
		t.Fatal(got)
	}
	s.set("/research/sea", "text/html", "<html><body>"+space+"</body></html>")
	s.sitemap("/research/port", "/research/sea")
	if got := gather(t, g, s); got["/research/sea"] != Skipped {
		t.Errorf("a page of 2 MiB: %v", got)
	}
}

// A first gather of which a part never comes is over all the same, so that articles
// without a date count as news from then on.
func TestFirstGatherEndsWithoutAMissingSitemap(t *testing.T) {
	testkit.Heavy(t)
	for _, c := range []struct {
		status int
		over   bool
	}{{http.StatusNotFound, true}, {http.StatusGone, true}, {http.StatusBadGateway, false}} {
		s, db, clock := newSite(t), postgrestest.New(t), &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
		s.article("/research/port", "About the port", "The port grows.")
		s.set("/sitemap.xml", "application/xml", index+"<sitemap><loc>/one.xml</loc></sitemap><sitemap><loc>/two.xml</loc></sitemap></sitemapindex>")
		s.set("/one.xml", "application/xml", urlset+"<url><loc>/research/port</loc></url><url><loc>mailto:x@example.org</loc></url></urlset>")
		s.handle("/two.xml", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(c.status) })
		_, failures, err := newGatherer(t, db, clock, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"}).Gather(t.Context())
		if err != nil || len(failures) != 2 || !strings.Contains(failures[1].Err.Error(), `lists entries without a web address: 1, the first is "mailto:x@example.org"`) {
			t.Fatalf("failures %v, %v", failures, err)
		}
		var over bool
		if err := db.Get(&over, `SELECT first_done_at IS NOT NULL FROM sources`); err != nil || over != c.over {
			t.Errorf("%d: the first gather is over: %v, want %v; %v", c.status, over, c.over, err)
		}
	}
}
