//go:build conformance

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Every kind of feed, in every format, follows its specification and the recommendations of
// the W3C's validator, with hostile articles in it.
func TestConformanceOfDocumentsWithSpecifications(t *testing.T) {
	articles := sampleArticles(time.Now().UTC().Truncate(time.Second).Add(-time.Hour))
	p := publish(t, articles...)
	p.importNotes(30) // more than one page
	p.until("every article", func(b string) bool { return strings.Contains(b, "Pipes under Sand") })
	p.site.remove("to-be-withdrawn")
	p.must(nil, "gather")
	p.until("the withdrawal", func(b string) bool { return !strings.Contains(b, "Written in Haste") })
	schema := jsonFeedSchema(t)
	checked := map[string]int{}
	for _, feed := range []string{
		"all", "programs/energy", "programs/security", "regions/central-asia", "programs/security/regions/central-asia", "programs/energy/regions/south-caucasus",
		"authors/ada-writer", "authors/cigdem-unal",
	} {
		for _, format := range []string{"rss", "atom", "json"} {
			for address := p.door.base + "/feeds/" + feed + "." + format; address != ""; {
				d := fetchDocument(t, address)
				for _, trouble := range d.troubles(t, schema) {
					t.Errorf("%s: %s", address, trouble)
				}
				checked[format]++
				_, address = entryLinks(t, d.body)
			}
		}
	}
	for format, n := range checked {
		if n < 9 {
			t.Errorf("%d documents of %s were looked at", n, format)
		}
	}
}

// document is a document received over HTTP.
type document struct {
	address, contentType, body string
}

func fetchDocument(t *testing.T, address string) document {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	body, status := get(t, address)
	if status != http.StatusOK {
		t.Fatalf("%s: %d", address, status)
	}
	return document{address, answer.Header.Get("Content-Type"), body}
}

func (d document) troubles(t *testing.T, schema *jsonschema.Schema) []string {
	t.Helper()
	if strings.HasSuffix(d.address, ".json") {
		return d.jsonTroubles(schema)
	}
	root, err := readTree(d.body)
	if err != nil {
		return []string{"not well-formed: " + err.Error()}
	}
	r := &rules{}
	for _, c := range d.body {
		r.must(c < 0x7F || c > 0x9F && c != utf8.RuneError, "the control character %U", c)
	}
	for _, a := range root.attrs { // validators know no other attributes
		r.must(a.Name.Space != "xmlns" || slices.Contains([]string{nsAtom, nsContent, nsDC, nsMedia, nsSY}, a.Value), "the namespace %s", a.Value)
	}
	if strings.HasSuffix(d.address, ".rss") {
		r.rss(d, root)
	} else {
		file := filepath.Join(t.TempDir(), "feed.atom")
		if err := os.WriteFile(file, []byte(d.body), 0o600); err != nil {
			t.Fatal(err)
		}
		runPeer(t, "libxml2-utils", "xmllint", "--noout", "--nonet", "--relaxng", "testdata/atom.rng", file)
		r.atom(d, root)
	}
	return r.broken
}

func jsonFeedSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile("testdata/jsonfeed.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func (d document) jsonTroubles(schema *jsonschema.Schema) []string {
	r := &rules{}
	r.must(d.contentType == "application/feed+json; charset=utf-8", "content type %q", d.contentType)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(d.body))
	if err != nil {
		return []string{err.Error()}
	}
	if err := schema.Validate(value); err != nil {
		r.broken = append(r.broken, err.Error())
	}
	var feed struct {
		FeedURL string `json:"feed_url"`
		Items   []struct {
			ID          string
			ContentHTML string `json:"content_html"`
		}
	}
	if err := json.Unmarshal([]byte(d.body), &feed); err != nil {
		return append(r.broken, err.Error())
	}
	r.must(feed.FeedURL == d.address, "feed_url %q", feed.FeedURL)
	var ids []string
	for _, item := range feed.Items {
		ids = append(ids, item.ID)
		r.broken = append(r.broken, contentTroubles(item.ContentHTML, nil)...)
	}
	r.unique("id", ids)
	return r.broken
}

// rules collects violations.
type rules struct{ broken []string }

func (r *rules) must(ok bool, format string, args ...any) {
	if !ok {
		r.broken = append(r.broken, fmt.Sprintf(format, args...))
	}
}

func (r *rules) unique(what string, list []string) {
	slices.Sort(list)
	r.must(len(slices.Compact(slices.Clone(list))) == len(list), "the same %s twice: %v", what, list)
}

func (r *rules) absolute(what, address string) {
	u, err := url.Parse(address)
	r.must(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.ContainsAny(address, " \"<>"), "%s is no absolute address: %q", what, address)
}

var markup = regexp.MustCompile(`<[A-Za-z/!][^>]*>|&[a-z]+;`)

func (r *rules) plain(what, text string) {
	r.must(strings.TrimSpace(text) != "", "%s is empty", what)
	r.must(!markup.MatchString(text), "%s contains HTML: %q", what, text)
	r.must(strings.TrimSpace(text) == text, "%s has blanks around it: %q", what, text)
}

var rssChannelOnce = []string{"title", "link", "description", "language", "lastBuildDate", "generator", "docs", "ttl", "image", "copyright", "managingEditor", "webMaster", "pubDate"}

func (r *rules) rss(d document, root *node) {
	r.must(d.contentType == "application/rss+xml; charset=utf-8", "content type %q", d.contentType)
	r.must(root.name.Local == "rss" && root.attr("version") == "2.0" && len(root.all("", "channel")) == 1, "no RSS 2.0")
	channel := root.children[0]
	for _, name := range rssChannelOnce {
		r.must(len(channel.all("", name)) <= 1, "%s stands more than once", name)
	}
	r.plain("the title", channel.say("", "title"))
	r.plain("the description", channel.say("", "description"))
	r.absolute("the link", channel.say("", "link"))
	r.must(languageForm.MatchString(channel.say("", "language")), "language %q", channel.say("", "language"))
	r.rfc822("lastBuildDate", channel.say("", "lastBuildDate"))
	r.must(regexp.MustCompile(`^[1-9][0-9]*$`).MatchString(channel.say("", "ttl")), "ttl %q", channel.say("", "ttl"))
	r.must(slices.Contains([]string{"hourly", "daily", "weekly", "monthly", "yearly"}, channel.say(nsSY, "updatePeriod")), "updatePeriod %q", channel.say(nsSY, "updatePeriod"))
	r.self(d, channel)
	for _, image := range channel.all("", "image") {
		r.absolute("the image's url", image.say("", "url"))
		r.must(image.say("", "title") == channel.say("", "title") && image.say("", "link") == channel.say("", "link"), "the image's title and link are not the channel's")
	}
	var guids, links []string
	for _, item := range channel.all("", "item") {
		r.rssItem(item)
		guids, links = append(guids, item.say("", "guid")), append(links, item.say("", "link"))
	}
	r.unique("guid", guids)
	r.unique("link", links)
}

var languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

func (r *rules) rssItem(item *node) {
	for _, name := range []string{"title", "link", "description", "guid", "pubDate", "author", "source", "comments"} {
		r.must(len(item.all("", name)) <= 1, "an item's %s stands more than once", name)
	}
	r.plain("an item's title", item.say("", "title"))
	r.absolute("an item's link", item.say("", "link"))
	r.rfc822("an item's pubDate", item.say("", "pubDate"))
	for _, guid := range item.all("", "guid") {
		r.must(guid.attr("isPermaLink") == "false" && strings.HasPrefix(guid.text, "urn:uuid:"), "guid %q is taken for an address", guid.text)
	}
	r.must(len(item.all("", "guid")) == 1, "an item without a guid")
	r.must(len(item.all(nsContent, "encoded")) <= 1, "content:encoded stands more than once")
	r.broken = append(r.broken, contentTroubles(item.say(nsContent, "encoded"), nil)...)
	for _, c := range item.all(nsDC, "creator") {
		r.plain("dc:creator", c.text)
	}
	for _, c := range item.all("", "category") {
		r.must(c.text != "", "an empty category")
		r.absolute("a category's domain", c.attr("domain"))
	}
	for _, m := range item.all(nsMedia, "content") {
		r.absolute("a picture", m.attr("url"))
		r.must(m.attr("medium") == "image", "medium %q", m.attr("medium"))
	}
}

// rfc822 checks a date of RFC 822 with the year of RFC 1123, and its day of the week.
func (r *rules) rfc822(what, text string) {
	at, err := time.Parse(time.RFC1123Z, text)
	r.must(err == nil, "%s: %q is no date", what, text)
	r.must(err != nil || at.Format(time.RFC1123Z) == text, "%s: %q has the wrong day of the week", what, text)
	r.must(err != nil || !at.After(time.Now().Add(time.Hour)), "%s: %q is to come", what, text)
}

func (r *rules) rfc3339(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	r.must(err == nil, "%q is no date", text)
	return at
}

// self compares atom:link with the address of the document.
func (r *rules) self(d document, parent *node) {
	self := 0
	for _, link := range parent.all(nsAtom, "link") {
		r.absolute("a link", link.attr("href"))
		if link.attr("rel") == "self" {
			self++
			r.must(link.attr("href") == d.address, "self is %q", link.attr("href"))
			r.must(strings.HasPrefix(d.contentType, link.attr("type")), "self has the type %q", link.attr("type"))
		}
	}
	r.must(self == 1, "%d links to itself", self)
}

// atom checks the rules that the grammar does not express.
func (r *rules) atom(d document, root *node) {
	r.must(d.contentType == "application/atom+xml; charset=utf-8", "content type %q", d.contentType)
	r.self(d, root)
	r.absolute("the id", root.say(nsAtom, "id"))
	r.must(len(root.all(nsAtom, "author")) > 0, "the feed has no author")
	var ids, updates []string
	newest := r.rfc3339(root.say(nsAtom, "updated"))
	for _, entry := range root.all(nsAtom, "entry") {
		ids, updates = append(ids, entry.say(nsAtom, "id")), append(updates, entry.say(nsAtom, "updated"))
		alternates := 0
		for _, link := range entry.all(nsAtom, "link") {
			r.absolute("an entry's link", link.attr("href"))
			if link.attr("rel") == "alternate" || link.attr("rel") == "" {
				alternates++
			}
		}
		r.must(alternates == 1, "%d alternate links of one type", alternates)
		r.must(strings.HasPrefix(entry.say(nsAtom, "id"), "urn:uuid:"), "id %q", entry.say(nsAtom, "id"))
		published, updated := r.rfc3339(entry.say(nsAtom, "published")), r.rfc3339(entry.say(nsAtom, "updated"))
		r.must(!updated.Before(published), "updated at %v, before it was published at %v", updated, published)
		r.must(strings.TrimSpace(entry.say(nsAtom, "title")) != "", "an empty title")
		r.must(!updated.Truncate(time.Second).After(newest), "an entry is newer than the feed: %v, %v", updated, newest)
		for _, content := range entry.all(nsAtom, "content") {
			r.broken = append(r.broken, contentTroubles(content.text, nil)...)
		}
	}
	r.unique("id", ids)
	r.unique("time of a change", updates)
}
