//go:build conformance

package main

import (
	"cmp"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	gocmp "github.com/google/go-cmp/cmp"
)

const conformanceConfig = `
[publication]
title    = "Test & Review"
from     = "Test Review <news@example.org>"
address  = "1 Example Street"
site_url = "https://www.example.org"
icon     = "https://www.example.org/icon.png"
logo     = "https://www.example.org/logo.png"

[server]
listen   = "127.0.0.1:0"
base_url = "BASE"
data     = "DATA"

[feeds]
entries = 20

[[programs]]
slug = "energy"
name = "Energy"

[[programs]]
slug = "security"
name = "Security & Politics"

[[regions]]
slug = "central-asia"
name = "Central Asia"

[[regions]]
slug = "south-caucasus"
name = "South Caucasus"

[[sources]]
name  = "site"
kind  = "sitemap"
url   = "SITE/sitemap.xml"
match = "/research/*"
every = "1d"

[gather]
allow_networks = ["127.0.0.0/8"]
`

// publishing is the running service, its website, and the proxy that feed readers use.
type publishing struct {
	*installation
	site  *articleSite
	door  *frontDoor
	notes int // imported so far
}

func publish(t *testing.T, articles ...siteArticle) *publishing {
	t.Helper()
	p := &publishing{site: newArticleSite(t), door: newFrontDoor(t)}
	p.installation = install(t, strings.NewReplacer("SITE", p.site.URL, "BASE", p.door.base).Replace(conformanceConfig))
	p.door.open(t, p.serve("--roles", "web").base)
	p.site.publish(articles...)
	p.must(nil, "gather")
	return p
}

// free returns an address without a listener.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// until waits until every format of the feed of all articles shows a change.
func (p *publishing) until(what string, ok func(body string) bool) {
	p.t.Helper()
	for _, format := range []string{"rss", "atom", "json"} {
		eventually(p.t, what+" in the feed's "+format, func() bool { body, _ := get(p.t, p.door.base+"/feeds/all."+format); return ok(body) })
	}
	p.door.answers()
}

// subscription is a feed reader that follows one format.
type subscription struct {
	peer
	format string
	folder string
	ids    map[string]string // by title
}

func (s *subscription) look(t *testing.T, p *publishing, want string) []seenEntry {
	t.Helper()
	list := s.poll(t, s.folder, p.door.base+"/feeds/all."+s.format)
	if got := p.door.answers(); got != want {
		t.Errorf("the service answered %q, want %q", got, want)
	}
	return list
}

func TestConformanceOfDocumentsWithFeedReaders(t *testing.T) {
	articles := sampleArticles(time.Now().UTC().Truncate(time.Second).Add(-time.Hour))
	p := publish(t, articles...)
	p.until("every article", func(b string) bool { return strings.Count(b, "urn:uuid:") >= len(articles) })
	var subscriptions []*subscription
	each := func(t *testing.T, fn func(*testing.T, *subscription)) {
		for _, s := range subscriptions {
			t.Run(s.name+" "+s.format, func(t *testing.T) { fn(t, s) })
		}
	}
	for _, reader := range peers {
		for format := range strings.FieldsSeq(reader.formats) {
			subscriptions = append(subscriptions, &subscription{peer: reader, format: format, folder: t.TempDir(), ids: map[string]string{}})
		}
	}
	t.Run("first", func(t *testing.T) {
		each(t, func(t *testing.T, s *subscription) {
			list := s.look(t, p, "whole")
			s.compare(t, p.site.URL, articles, list)
			for _, e := range list {
				s.ids[e.Link] = e.ID
			}
		})
	})
	t.Run("again", func(t *testing.T) {
		each(t, func(t *testing.T, s *subscription) { s.look(t, p, "not modified") })
	})
	after := p.change(articles)
	t.Run("changed", func(t *testing.T) {
		each(t, func(t *testing.T, s *subscription) {
			list := s.look(t, p, "whole")
			if s.keeps { // has left the feed
				list = slices.DeleteFunc(list, func(e seenEntry) bool { return strings.HasSuffix(e.Link, "/to-be-withdrawn") })
			}
			s.compare(t, p.site.URL, after, list)
			for _, e := range list {
				if before, known := s.ids[e.Link]; known && before != e.ID {
					t.Errorf("the edit of %s came as another entry: %s was %s", e.Link, e.ID, before)
				}
			}
		})
	})
}

// change edits an article, adds one and withdraws one, and gathers in another process.
func (p *publishing) change(articles []siteArticle) []siteArticle {
	p.t.Helper()
	after := slices.DeleteFunc(slices.Clone(articles), func(s siteArticle) bool { return s.slug == "to-be-withdrawn" })
	for i := range after {
		if after[i].slug == "to-be-edited" {
			after[i].title, after[i].body, after[i].says = "Borders by Day", words("daylight"), []string{"What is written about daylight"}
		}
	}
	after = append(after, siteArticle{
		slug: "new", title: "Cables below Passes", authors: []string{"Ada Writer"}, programs: []string{"Energy"}, regions: []string{"Central Asia"},
		published: time.Now().UTC().Truncate(time.Second), body: words("cables"), says: []string{"What is written about cables"},
	})
	p.site.publish(after...)
	p.site.remove("to-be-withdrawn")
	p.must(nil, "gather")
	p.until("the changes", func(b string) bool {
		return strings.Contains(b, "Cables below") && strings.Contains(b, "Borders by Day") && !strings.Contains(b, "Written in Haste")
	})
	return after
}

// compare compares a reader's entries with the website.
func (s *subscription) compare(t *testing.T, site string, articles []siteArticle, list []seenEntry) {
	t.Helper()
	if len(list) != len(articles) {
		t.Fatalf("%d entries, want %d", len(list), len(articles))
	}
	for _, want := range articles {
		i := slices.IndexFunc(list, func(e seenEntry) bool { return e.Link == site+"/research/"+want.slug })
		if i < 0 {
			t.Errorf("%s is not there", want.slug)
			continue
		}
		got := list[i]
		if !strings.HasPrefix(got.ID, "urn:uuid:") {
			t.Errorf("%s: id %q", want.slug, got.ID)
		}
		s.compareFacts(t, want, got)
		for _, trouble := range contentTroubles(got.Content, want.says) {
			t.Errorf("%s: %s", want.slug, trouble)
		}
	}
}

func (s *subscription) compareFacts(t *testing.T, want siteArticle, got seenEntry) {
	t.Helper()
	type facts struct {
		Title, Published    string
		Authors, Categories []string
	}
	expected := facts{want.title, want.published.Format(time.RFC3339), want.authors, slices.Concat(want.programs, want.regions)}
	actual := facts{got.Title, got.Published, got.Authors, named(got.Categories)}
	if strings.Contains(s.lacks, "authors") {
		expected.Authors, actual.Authors = nil, nil
	}
	if strings.Contains(s.lacks, "categories") {
		expected.Categories, actual.Categories = nil, nil
	}
	slices.Sort(expected.Categories)
	slices.Sort(actual.Categories)
	if diff := gocmp.Diff(expected, actual); diff != "" {
		t.Errorf("%s (-want +got):\n%s", want.slug, diff)
	}
	if updated, err := time.Parse(time.RFC3339, got.Updated); got.Updated != "" && (err != nil || updated.Before(want.published)) {
		t.Errorf("%s: updated %s, published %s", want.slug, got.Updated, want.published)
	} else if got.Updated == "" && s.format != "rss" && !strings.Contains(s.lacks, "updated") {
		t.Errorf("%s: no time of its last change", want.slug)
	}
}

// named replaces labels by their names: some readers show a category's term instead.
func named(categories []string) []string {
	names := map[string]string{
		"energy": "Energy", "security": "Security & Politics", "central-asia": "Central Asia", "south-caucasus": "South Caucasus",
	}
	list := []string{}
	for _, c := range categories {
		list = append(list, cmp.Or(names[c], c))
	}
	return list
}

// contentTroubles returns the faults of an article's HTML.
func contentTroubles(content string, says []string) []string {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(content))
	if err != nil {
		return []string{err.Error()}
	}
	var troubles []string
	text := strings.Join(strings.Fields(doc.Text()), " ")
	for _, sentence := range says {
		if !strings.Contains(text, sentence) {
			troubles = append(troubles, "the content lacks “"+sentence+"”: "+text[:min(len(text), 300)])
		}
	}
	if n := doc.Find("script, style, iframe, form, input, object, embed, link, meta, base, [onclick], [onerror], [style]").Length(); n > 0 {
		troubles = append(troubles, "the content holds what feed readers refuse: "+content)
	}
	doc.Find("[href], [src]").Each(func(_ int, e *goquery.Selection) {
		for _, name := range []string{"href", "src"} {
			if address, ok := e.Attr(name); ok && !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "mailto:") {
				troubles = append(troubles, "an address that is not absolute: "+address)
			}
		}
	})
	return troubles
}

// Archives are read by following links (RFC 5005) while articles appear.
func TestConformanceOfTheArchive(t *testing.T) {
	p := publish(t)
	p.importNotes(110)
	for _, format := range []string{"rss", "atom", "json"} {
		var before []string
		for _, a := range p.list() {
			before = append(before, a.URL)
		}
		counts := map[string]int{}
		pages := 0
		for address := p.door.base + "/feeds/all." + format; address != ""; pages++ {
			if pages > 50 {
				t.Fatalf("%s: the archive does not end", format)
			}
			body, status := get(t, address)
			if status != http.StatusOK || len(body) > 512<<10 {
				t.Fatalf("%s: status %d, %d bytes", address, status, len(body))
			}
			links, next := entryLinks(t, body)
			for _, link := range links {
				counts[link]++
			}
			address = next
			if pages < 3 {
				p.importNotes(1)
			}
		}
		for _, address := range before {
			if counts[address] != 1 {
				t.Errorf("%s: %s stands %d times in the archive", format, address, counts[address])
			}
		}
		if pages < 5 {
			t.Errorf("%s: %d articles on %d pages", format, len(before), pages)
		}
	}
}
