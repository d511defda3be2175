package entries

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	rssHead = `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Pier Notes</title><link>https://site.example/</link>`
	rssEnd  = `</channel></rss>`
	atomTop = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Pier Notes</title><link href="https://site.example/"/><author><name>Ann Poe</name></author>`
	atomEnd = `</feed>`
)

func rss(items ...string) string { return rssHead + strings.Join(items, "") + rssEnd }

func item(fields string) string { return "<item>" + fields + "</item>" }

func atom(entries ...string) string { return atomTop + strings.Join(entries, "") + atomEnd }

func entry(fields string) string { return "<entry>" + fields + "</entry>" }

// line is an entry as the tests write it: the facts that they ask for.
func line(e Entry, facts string) string {
	at := func(d Date) string {
		form := map[bool]string{false: time.RFC3339, true: "2006-01-02T15:04:05"}[d.Local]
		return d.Time.Format(form)
	}
	var parts []string
	for _, fact := range strings.Fields(facts) {
		parts = append(parts, map[string]string{
			"id": e.ID, "url": e.URL, "title": e.Title, "authors": strings.Join(e.Authors, "; "), "labels": strings.Join(e.Labels, "; "),
			"published": at(e.Published), "updated": at(e.Updated), "content": e.Content, "summary": e.Summary, "base": e.Base,
			"image": e.ImageURL, "credit": e.ImageCredit, "language": e.Language,
		}[fact])
	}
	return strings.Join(parts, " | ")
}

// Each feed is of a kind that programs write; facts names what is asked of its entries, one
// line each.
func TestRead(t *testing.T) {
	const day = "<pubDate>Fri, 27 Nov 2026 10:00:00 GMT</pubDate>"
	for name, c := range map[string]struct {
		body, contentType, facts string
		want                     []string
	}{
		"guid as link":               {body: rss(item("<title>A</title><guid>https://site.example/a</guid>")), facts: "url id", want: []string{"https://site.example/a | https://site.example/a"}},
		"guid is no permalink":       {body: rss(item(`<title>A</title><guid isPermaLink="false">https://site.example/a</guid>`)), facts: "url id", want: []string{" | https://site.example/a"}},
		"link of the site":           {body: rss(item("<title>A</title><link>https://site.example</link><guid>https://site.example/a</guid>")), facts: "url", want: []string{"https://site.example/a"}},
		"atom:link in RSS":           {body: rss(item(`<title>A</title><atom:link rel="alternate" href="/a"/>`)), facts: "url", want: []string{"https://site.example/a"}},
		"address before FeedBurner":  {body: rss(item(`<title>A</title><link>https://feeds.example/~r/1</link><feedburner:origLink>https://site.example/a</feedburner:origLink>`)), facts: "url", want: []string{"https://site.example/a"}},
		"relative link":              {body: rss(item("<title>A</title><link>/a/b</link>")), facts: "url", want: []string{"https://site.example/a/b"}},
		"fragments":                  {body: rss(item("<title>A</title><link>https://site.example/log#n1</link>"), item("<title>B</title><link>https://site.example/log#n2</link>")), facts: "url", want: []string{"https://site.example/log#n1", "https://site.example/log#n2"}},
		"one id for two":             {body: rss(item(`<title>A</title><link>/a</link><guid>x</guid>`), item(`<title>B</title><link>/b</link><guid>x</guid>`), item(`<title>C</title><link>/c</link><guid>y</guid>`)), facts: "id title", want: []string{" | A", " | B", "y | C"}},
		"one entry twice":            {body: rss(item(`<title>A</title><link>/a</link><guid>x</guid>`), item(`<title>A</title><link>/a</link><guid>x</guid>`)), facts: "id title", want: []string{"x | A", "x | A"}},
		"two creators":               {body: rss(item("<title>A</title><link>/a</link><dc:creator>Ann Poe</dc:creator><dc:creator>Bo Lee</dc:creator>")), facts: "authors", want: []string{"Ann Poe; Bo Lee"}},
		"author with an address":     {body: rss(item("<title>A</title><link>/a</link><author>ann@site.example (Ann Poe)</author>")), facts: "authors", want: []string{"Ann Poe"}},
		"address behind the name":    {body: rss(item("<title>A</title><link>/a</link><author>Ann Poe <ann@site.example></author>")), facts: "authors", want: []string{"Ann Poe"}},
		"address alone":              {body: rss(item("<title>A</title><link>/a</link><author>ann@site.example</author>")), facts: "authors", want: []string{""}},
		"itunes:author":              {body: rss(item("<title>A</title><link>/a</link><itunes:author>Ann Poe</itunes:author>")), facts: "authors", want: []string{"Ann Poe"}},
		"authors of Atom":            {body: atom(entry(`<title>A</title><link href="/a"/><author><name>Bo Lee</name><email>bo@site.example</email></author><author><name>Cy Ray</name></author>`), entry(`<title>B</title><link href="/b"/>`)), facts: "authors", want: []string{"Bo Lee; Cy Ray", "Ann Poe"}},
		"tags in a title":            {body: rss(item("<title>Using the &lt;lamp-post&gt; &lt;em&gt;element&lt;/em&gt;</title><link>/a</link>")), facts: "title", want: []string{"Using the <lamp-post> element"}},
		"title escaped twice":        {body: rss(item("<title>R&amp;amp;D &amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt; and &lt;em&gt;more&lt;/em&gt;</title><link>/a</link>")), facts: "title", want: []string{"R&D bold and more"}},
		"title of Atom as text":      {body: atom(entry(`<title type="text">The &lt;b&gt; element</title><link href="/a"/>`)), facts: "title", want: []string{"The <b> element"}},
		"title of Atom as HTML":      {body: atom(entry(`<title type="html">Oil &amp;amp; &lt;i&gt;gas&lt;/i&gt; &amp;lt;3</title><link href="/a"/>`)), facts: "title", want: []string{"Oil & gas <3"}},
		"title of Atom as XHTML":     {body: atom(entry(`<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Less <em>is</em> more</div></title><link href="/a"/>`)), facts: "title", want: []string{"Less is more"}},
		"unknown entity":             {body: rss(item("<title>Oil&nbsp;&mdash; gas &unknown; &</title><link>/a?x=1&copy=2</link>")), facts: "title url", want: []string{"Oil — gas &unknown; & | https://site.example/a?x=1&copy=2"}},
		"title without an end":       {body: rss(item("<title>A <link>/a</link><guid>x</guid>"), item("<title>B</title><link>/b</link>")), facts: "title url id", want: []string{"A | https://site.example/a | x", "B | https://site.example/b | "}},
		"entry without an end":       {body: rss("<item><title>A</title><link>/a</link>" + item("<title>B</title><link>/b</link>")), facts: "title", want: []string{"A", "B"}},
		"HTML that is not escaped":   {body: rss(item(`<title>A</title><link>/a</link><description><p>One <b>two</b><br>three <img src="x.png"></p></description>`)), facts: "content", want: []string{`<p>One <b>two</b><br>three <img src="x.png"></p>`}},
		"attribute without quotes":   {body: rss(item(`<title>A</title><link>/a</link><enclosure url=https://site.example/x.jpg type=image/jpeg />`)), facts: "image", want: []string{"https://site.example/x.jpg"}},
		"other prefixes":             {body: `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/"><channel r:about="x"><title>N</title><link>https://site.example/</link></channel><item r:about="https://site.example/a"><title>A</title><d:creator>Ann Poe</d:creator><d:date>2026-11-27T10:00:00+04:00</d:date></item></r:RDF>`, facts: "url authors published", want: []string{"https://site.example/a | Ann Poe | 2026-11-27T06:00:00Z"}},
		"Atom with a prefix":         {body: `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>A</a:title><a:link href="https://site.example/a"/><a:id>x</a:id></a:entry></a:feed>`, facts: "title url id", want: []string{"A | https://site.example/a | x"}},
		"RSS 0.91":                   {body: `<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd" [<!ENTITY x "y">]><rss version="0.91"><channel><title>N</title><link>https://site.example/</link><item><title>A</title><link>https://site.example/a</link><description>Text</description></item></channel></rss>`, facts: "title url content", want: []string{"A | https://site.example/a | <p>Text</p>"}},
		"RSS 0.90":                   {body: `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>N</title><link>https://site.example/</link></channel><item><title>A</title><link>https://site.example/a</link></item></rdf:RDF>`, facts: "title url", want: []string{"A | https://site.example/a"}},
		"CDF":                        {body: `<?XML VERSION="1.0"?><CHANNEL HREF="https://site.example/"><TITLE>N</TITLE><ITEM HREF="/a" LASTMOD="2026-11-27T10:00"><TITLE>A</TITLE><ABSTRACT>Text</ABSTRACT></ITEM></CHANNEL>`, facts: "title url content updated", want: []string{"A | https://site.example/a | <p>Text</p> | 2026-11-27T10:00:00"}},
		"Atom 0.3":                   {body: `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>N</title><entry><title mode="escaped">Oil &amp;amp; gas</title><link rel="alternate" type="text/html" href="https://site.example/a"/><issued>2026-11-27T10:00:00Z</issued><modified>2026-11-27T11:00:00Z</modified><content mode="escaped">&lt;p&gt;Text&lt;/p&gt;</content></entry></feed>`, facts: "title published updated content", want: []string{"Oil & gas | 2026-11-27T10:00:00Z | 2026-11-27T11:00:00Z | <p>Text</p>"}},
		"xml:base":                   {body: `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://site.example/blog/"><title>N</title><entry xml:base="2026/"><title>A</title><link href="a"/><content type="xhtml" xml:base="pics/"><div xmlns="http://www.w3.org/1999/xhtml"><img src="p.png"/></div></content></entry></feed>`, facts: "url base", want: []string{"https://site.example/blog/2026/a | https://site.example/blog/2026/pics/"}},
		"link beside others":         {body: atom(entry(`<title>A</title><link rel="self" href="/x"/><link rel="enclosure" type="image/png" href="/p.png"/><link rel="alternate" type="application/json" href="/j"/><link rel="alternate" type="text/html" href="/a"/>`)), facts: "url image", want: []string{"https://site.example/a | https://site.example/p.png"}},
		"media:group":                {body: rss(item(`<title>A</title><link>/a</link><media:group><media:content url="/s.jpg" medium="image" width="100"/><media:content url="/l.jpg" medium="image" width="900"><media:credit role="photographer">Ann Poe</media:credit></media:content><media:content url="/v.mp4" type="video/mp4" width="2000"/></media:group>`)), facts: "image credit", want: []string{"https://site.example/l.jpg | Ann Poe"}},
		"media:thumbnail":            {body: rss(item(`<title>A</title><link>/a</link><media:thumbnail url="/t.jpg"/><media:credit>Bo Lee</media:credit>`)), facts: "image credit", want: []string{"https://site.example/t.jpg | Bo Lee"}},
		"recording":                  {body: rss(item(`<title>A</title><link>/a</link><enclosure url="/a.mp3" type="audio/mpeg"/><itunes:image href="/cover.jpg"/>`)), facts: "image", want: []string{"https://site.example/cover.jpg"}},
		"enclosure without a type":   {body: rss(item(`<title>A</title><link>/a</link><enclosure url="/pic.JPG?w=3"/>`)), facts: "image", want: []string{"https://site.example/pic.JPG?w=3"}},
		"words of WordPress":         {body: rss(item(`<title>A</title><link>/a</link><description>&lt;p&gt;One […]&lt;/p&gt;&lt;p&gt;The post &lt;a href="x"&gt;A&lt;/a&gt; first appeared on &lt;a href="y"&gt;N&lt;/a&gt;.&lt;/p&gt;</description><content:encoded><![CDATA[<p>Text.</p><p>The post <a href="x">A</a> appeared first on <a href="y">N</a>.</p>]]></content:encoded>`)), facts: "content summary", want: []string{"<p>Text.</p> | <p>One […]</p>"}},
		"words of WordPress, German": {body: rss(item(`<title>A</title><link>/a</link><content:encoded><![CDATA[<p>Text.</p><p>Der Beitrag <a href="x">A</a> erschien zuerst auf <a href="y">N</a>.</p>]]></content:encoded>`)), facts: "content", want: []string{"<p>Text.</p>"}},
		"words like WordPress's":     {body: rss(item(`<title>A</title><link>/a</link><content:encoded><![CDATA[<p>Text.</p><p>The post office opened. It first appeared on a map in 1900.</p>]]></content:encoded>`)), facts: "content", want: []string{"<p>Text.</p><p>The post office opened. It first appeared on a map in 1900.</p>"}},
		"id of Atom as link":         {body: atom(entry(`<title>A</title><id>https://site.example/a</id><link rel="self" href="/a.atom"/><content>x</content>`)), facts: "url", want: []string{"https://site.example/a"}},
		"author of an agency":        {body: rss(item(`<title>A</title><link>/a</link><author>Ann Poe (Agency)</author>`)), facts: "authors", want: []string{"Ann Poe (Agency)"}},
		"plain paragraphs":           {body: rss(item("<title>A</title><link>/a</link><description>One &amp;amp; two.\n\nThree\nfour.</description>")), facts: "content", want: []string{"<p>One &amp; two.</p>\n<p>Three four.</p>"}},
		"text escaped twice":         {body: rss(item("<title>A</title><link>/a</link><description>&amp;lt;p&amp;gt;One&amp;lt;/p&amp;gt;</description>")), facts: "content", want: []string{"<p>One</p>"}},
		"labels":                     {body: rss(item(`<title>A</title><link>/a</link><category>Energy &amp;amp; Sea</category><category domain="x">Rail</category><dc:subject>Port</dc:subject>`)), facts: "labels", want: []string{"Energy & Sea; Rail; Port"}},
		"labels of Atom":             {body: atom(entry(`<title>A</title><link href="/a"/><category term="rail" label="Rail"/><category term="sea"/>`)), facts: "labels", want: []string{"Rail; sea"}},
		"language of an entry":       {body: `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>N</title><entry xml:lang="ru"><title>A</title><link href="https://site.example/a"/></entry></feed>`, facts: "language", want: []string{"ru"}},
		"no id and no address":       {body: rss(item("<title>Alone</title>" + day + "<description>Text</description>")), facts: "id", want: []string{madeID(Entry{Title: "alone", Published: parseDate("2026-11-27", "")})}},
		"JSON Feed":                  {body: `{"version": "https://jsonfeed.org/version/1.1", "title": "N", "home_page_url": "https://site.example/", "items": [{"id": 7, "url": "/a", "title": "A", "content_text": "One.\n\nTwo.", "date_published": "2026-11-27T10:00:00+04:00", "authors": [{"name": "Ann Poe"}, {"name": "Bo Lee"}], "image": "/p.jpg", "tags": ["Rail"]}]}`, facts: "id url content published authors image labels", want: []string{"7 | https://site.example/a | <p>One.</p>\n<p>Two.</p> | 2026-11-27T06:00:00Z | Ann Poe; Bo Lee | https://site.example/p.jpg | Rail"}},
		"JSON Feed 1.0":              {body: `{"version": "https://jsonfeed.org/version/1", "title": "N", "author": {"name": "Ann Poe"}, "items": [{"id": "https://site.example/a", "content_html": "<p>Text</p>"}]}`, facts: "url authors content", want: []string{"https://site.example/a | Ann Poe | <p>Text</p>"}},
	} {
		if c.contentType == "" {
			c.contentType = "application/xml"
		}
		feed, err := Read("https://feeds.example/notes.xml", c.contentType, []byte(c.body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, e := range feed.Entries {
			got = append(got, strings.ReplaceAll(line(e, c.facts), "https://feeds.example/", "https://site.example/"))
		}
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}

// Dates as feeds write them. Those without a zone have none here.
func TestParseDate(t *testing.T) {
	for text, want := range map[string]string{
		"Fri, 27 Nov 2026 10:00:00 GMT":         "2026-11-27T10:00:00Z",
		"Fri, 27 Nov 26 10:00 EST":              "2026-11-27T15:00:00Z",
		"27 Nov 99 10:00:00 UT":                 "1999-11-27T10:00:00Z",
		"27 November 2026 10:00 +04:00":         "2026-11-27T06:00:00Z",
		"Fri, 27 Nov 2026 10:00:00 +04":         "2026-11-27T06:00:00Z",
		"Fri, 27 Nov 2026 10:00:00 GMT+7":       "2026-11-27T03:00:00Z",
		"Fri, 27 Nov 2026 10:00:00 -0500 (EST)": "2026-11-27T15:00:00Z",
		"Fri,27 Nov 2026 10:00:00 MSK":          "2026-11-27T07:00:00Z",
		"Fri, 27 Nov 2026 24:00:00 +0000":       "2026-11-28T00:00:00Z",
		"Fri, 27 Nov 2026 10:00:00":             "2026-11-27T10:00:00",
		"Fri Nov 27 10:00:00 2026":              "2026-11-27T10:00:00",
		"Пт, 27 ноя 2026 10:00:05 +0500":        "2026-11-27T05:00:05Z",
		"27 Kas 2026 10:00:00 +0300":            "2026-11-27T07:00:00Z",
		"2026-11-27T10:00:00Z":                  "2026-11-27T10:00:00Z",
		"2026-11-27T10:00:00.123+04:00":         "2026-11-27T06:00:00Z",
		"20261127T100000Z":                      "2026-11-27T10:00:00Z",
		"2026-11-27 10:00:00":                   "2026-11-27T10:00:00",
		"2026-11-27":                            "2026-11-27T00:00:00",
		"2026-11":                               "2026-11-01T00:00:00",
		"27/11/2026 10:00":                      "2026-11-27T10:00:00",
		"27.11.2026 10:00":                      "2026-11-27T10:00:00",
		"1795773600":                            "2026-11-27T10:00:00Z",
		"1795773600000":                         "2026-11-27T10:00:00Z",
		"Friday, November 27, 2026 - 10:00":     "2026-11-27T10:00:00",
		"31 Feb 2026 10:00:00 GMT":              "",
		"yesterday":                             "",
		"":                                      "",
		strings.Repeat("1 ", 200):               "",
	} {
		got := ""
		if d := parseDate(text, ""); !d.Time.IsZero() {
			got = d.Time.Format(map[bool]string{false: time.RFC3339, true: "2006-01-02T15:04:05"}[d.Local])
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
