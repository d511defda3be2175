package entries

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

const (
	urlset = `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">`
	index  = `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`
	twoOf  = `<url><loc>http://s/a</loc></url><url><loc>http://s/b</loc></url>`
)

func locate(path string) string { return "<url><loc>http://s/" + path + "</loc></url>" }

// Faults that people's programs make in sitemaps, and the addresses that are read all
// the same.
func TestReadSitemap(t *testing.T) {
	both := []string{"http://s/a", "http://s/b"}
	for name, c := range map[string]struct {
		body, contentType string
		want              []string
		fault             string
	}{
		"plain":                  {body: urlset + twoOf + "</urlset>", want: both},
		"index":                  {body: index + "<sitemap><loc>http://s/1.xml</loc></sitemap><sitemap><loc>/2.xml.gz</loc></sitemap></sitemapindex>", want: []string{"map http://s/1.xml", "map /2.xml.gz"}},
		"bare ampersand":         {body: urlset + locate("a?x=1&y=2") + twoOf + "</urlset>", want: []string{"http://s/a?x=1&y=2", "http://s/a", "http://s/b"}},
		"bare & before a name;":  {body: urlset + locate("a?x=1&copy=2&amp;z=3") + "</urlset>", want: []string{"http://s/a?x=1&copy=2&z=3"}},
		"control character":      {body: urlset + twoOf + "<url><loc>http://s/c\x0b</loc><x>\x01\x0b</x></url></urlset>", want: append(slices.Clone(both), "http://s/c")},
		"bytes that are no text": {body: urlset + "<url><loc>http://s/a</loc><news:title>\xff\xfe</news:title></url></urlset>", want: both[:1]},
		"image and news":         {body: urlset + "<url><image:image><image:loc>http://s/pic.jpg</image:loc></image:image><loc>http://s/a</loc></url></urlset>", want: both[:1]},
		"hreflang":               {body: urlset + `<url><loc>http://s/a</loc><xhtml:link rel="alternate" hreflang="ru" href="http://s/ru/a"/></url>` + locate("b") + "</urlset>", want: both},
		"CDATA and spaces":       {body: urlset + "<url><loc>\n <![CDATA[http://s/a?b=1&c=2]]> \n</loc></url></urlset>", want: []string{"http://s/a?b=1&c=2"}},
		"prefixed names":         {body: `<sm:urlset xmlns:sm="http://www.sitemaps.org/schemas/sitemap/0.9"><sm:url><sm:loc>http://s/a</sm:loc></sm:url></sm:urlset>`, want: both[:1]},
		"an undeclared prefix":   {body: `<x:urlset><x:url><x:loc>http://s/a</x:loc></x:url></x:urlset>`, want: both[:1]},
		"an old namespace":       {body: `<urlset xmlns="http://www.google.com/schemas/sitemap/0.84">` + twoOf + "</urlset>", want: both},
		"names in capitals":      {body: `<URLSET><URL><LOC>http://s/a</LOC></URL></URLSET>`, want: both[:1]},
		"document type":          {body: `<?xml version="1.0"?><!DOCTYPE urlset [<!ELEMENT url (loc)>]><!-- made by hand --><urlset>` + twoOf + "</urlset>", want: both},
		"style sheet above":      {body: `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="/s.xsl"?>` + "\n" + urlset[38:] + twoOf + "</urlset>", want: both},
		"comments":               {body: urlset + "<!-- " + locate("x") + " -->" + twoOf + "<!-- " + locate("y") + locate("z") + " --></urlset>", want: both},
		"text":                   {body: "http://s/a\r\n\r\nhttps://s/b\n", contentType: "text/plain", want: []string{"http://s/a", "https://s/b"}},
		"text with a mark":       {body: "\ufeffhttp://s/a\n# note\nhttp://s/b", want: both},
		"text in UTF-16":         {body: utf16le("http://s/a\nhttp://s/b\n"), want: both},
		"UTF-16":                 {body: utf16le(`<?xml version="1.0" encoding="UTF-16"?><urlset>` + twoOf + "</urlset>"), want: both},
		"UTF-16 without a mark":  {body: utf16le(`<?xml version="1.0" encoding="UTF-16"?><urlset>` + twoOf + "</urlset>")[2:], want: both},
		"byte order mark":        {body: "\ufeff" + urlset + twoOf + "</urlset>", want: both},
		"space before":           {body: "\n\n  " + urlset + twoOf + "</urlset>", want: both},
		"declared windows-1251":  {body: `<?xml version="1.0" encoding="windows-1251"?><urlset><url><loc>http://s/` + "\xef\xee\xf0\xf2" + `</loc></url></urlset>`, want: []string{"http://s/порт"}},
		"wrong content type":     {body: urlset + twoOf + "</urlset>", contentType: "text/html; charset=utf-8", want: both},
		"address without an end": {body: urlset + "<url><loc>http://s/a</url>" + twoOf + "</urlset>", want: []string{"http://s/a", "http://s/a", "http://s/b"}},
		"entry without an end":   {body: urlset + "<url><loc>http://s/a</loc>" + locate("b") + "</urlset>", want: both},
		"no end of the list":     {body: urlset + twoOf, want: both, fault: "breaks off after 2 addresses"},
		"breaks off":             {body: urlset + twoOf + "<url><loc>http://s/", want: both, fault: "breaks off after 2 addresses"},
		"RSS":                    {body: rss(item("<title>A</title><link>http://s/a</link>"), item("<title>B</title><link>http://s/b</link>")), want: both},
		"Atom":                   {body: atom(entry(`<title>A</title><link href="http://s/a"/>`)), want: both[:1]},
		"empty":                  {body: " \n", fault: "is empty"},
		"nothing in it":          {body: urlset + "</urlset>"},
		"a page":                 {body: "<!doctype html><html><head><title>Not found</title></head><body><p>Sorry</p></body></html>", contentType: "text/html", fault: "is not a sitemap: it begins with <html>"},
		"JSON":                   {body: `{"error": "not found"}`, fault: "is not a sitemap"},
		"a sentence":             {body: "Service unavailable", fault: "is not a sitemap"},
		"one long line":          {body: strings.Repeat("http://s/a ", 2000), fault: "a line of more than"},
	} {
		for way, reader := range map[string]io.Reader{"at once": strings.NewReader(c.body), "byte by byte": iotest.OneByteReader(strings.NewReader(c.body))} {
			var got []string
			err := ReadSitemap("http://s/sitemap.xml", c.contentType, reader, func(l Link) bool {
				got = append(got, map[bool]string{true: "map "}[l.IsMap]+l.URL)
				return true
			})
			if !slices.Equal(got, c.want) {
				t.Errorf("%s, %s: %q, want %q", name, way, got, c.want)
			}
			if (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%s, %s: the error is %v, want %q", name, way, err, c.fault)
			}
		}
	}
}

func TestFactsOfASitemap(t *testing.T) {
	body := urlset + `<url><loc>http://s/a</loc><lastmod>2026-11-27T10:00+04:00</lastmod><news:news><news:publication><news:name>N</news:name><news:language>az</news:language></news:publication><news:publication_date>2026-11-26</news:publication_date></news:news><xhtml:link rel="alternate" hreflang="ru" href="http://s/ru/a"/><xhtml:link rel="alternate" hreflang="az" href="http://s/a"/></url></urlset>`
	err := ReadSitemap("http://s/sitemap.xml", "", strings.NewReader(body), func(l Link) bool {
		want := Link{URL: "http://s/a", Language: "az", Changed: Date{Time: time.Date(2026, 11, 27, 6, 0, 0, 0, time.UTC)}, Published: Date{time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), true}, Versions: []Version{{"ru", "http://s/ru/a"}}}
		if !reflect.DeepEqual(l, want) {
			t.Errorf("%+v", l)
		}
		return true
	})
	if err != nil {
		t.Error(err)
	}
}

// A sitemap of the largest size that sitemaps.org allows takes little memory, and time that
// is linear in it.
func TestLargestSitemap(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(urlset)
	for i := 0; b.Len() < 12<<20; i++ {
		fmt.Fprintf(&b, "<url><loc>http://s/an/address/of/some/length/%d</loc><image:image><image:loc>http://s/%d.jpg</image:loc><image:title>%s</image:title></image:image></url>\n", i, i, strings.Repeat("x", 90))
	}
	b.WriteString("</urlset>")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	count, peak := 0, uint64(0)
	err := ReadSitemap("http://s/sitemap.xml", "", bytes.NewReader(b.Bytes()), func(Link) bool {
		if count++; count%5000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&after)
			peak = max(peak, after.HeapAlloc)
		}
		return true
	})
	if err != nil || count < 40_000 || peak > before.HeapAlloc+8<<20 {
		t.Errorf("%d addresses took %d KB, %v", count, (peak-before.HeapAlloc)>>10, err)
	}
}

func FuzzReadSitemap(f *testing.F) {
	f.Add([]byte(urlset + twoOf + "</urlset>"))
	f.Add([]byte(index + "<sitemap><loc>x</loc></sitemap>"))
	f.Add([]byte("http://s/a\nhttp://s/b"))
	f.Add([]byte(utf16le("<urlset>" + twoOf)))
	f.Fuzz(func(t *testing.T, body []byte) {
		read := func(r io.Reader) (got []string) {
			_ = ReadSitemap("http://s/", "", r, func(l Link) bool {
				got = append(got, l.URL)
				return len(got) < 1000
			})
			return got
		}
		if a, b := read(bytes.NewReader(body)), read(iotest.HalfReader(bytes.NewReader(body))); !slices.Equal(a, b) {
			t.Errorf("%q at once, %q in parts", a, b)
		}
	})
}
