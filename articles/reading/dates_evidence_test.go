package reading

import (
	"testing"
	"time"
)

// TestWeighDates reads pages with dates in several places.
func TestWeighDates(t *testing.T) {
	const text = `<p>The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.</p>` +
		`<p>Officials from three ministries met in the old customs house, and “we count every truck”, they said, and went.</p>`
	for name, c := range map[string]struct{ url, head, above, below, want string }{
		"nothing":                          {want: ""},
		"the day in the address":           {url: "/2016/09/12/quay", want: "2016-09-12 labelled"},
		"a compact day in the address":     {url: "/quay-20160912.html", want: "2016-09-12 labelled"},
		"a named month in the address":     {url: "/2016/sep/12/quay", want: "2016-09-12 labelled"},
		"a script":                         {head: `<script>var page = {"publishedAt":"2016-09-12T10:00:00Z"}</script>`, want: "2016-09-12 text"},
		"seconds in a script":              {head: `<script>var page = {"publishTime":1473674400,"id":7}</script>`, want: "2016-09-12 text"},
		"structured data that is broken":   {head: `<script type="application/ld+json">{"datePublished":"2016-09-12T10:00:00Z",}</script>`, want: "2016-09-12 text"},
		"a list in a script says little":   {head: `<script>[{"createdAt":"2016-09-10"},{"createdAt":"2016-09-11"},{"createdAt":"2016-09-12"}]</script>`, above: "<p>5 May 2014</p>", want: "2014-05-05 text"},
		"a comment of the template":        {head: `<!-- published: 2016-09-12 -->`, want: "2016-09-12 text"},
		"a meta element of any name":       {head: `<meta name="x-publish-day" content="12.09.2016">`, want: "2016-09-12 labelled"},
		"the title element":                {head: `<title>The Quay at Aktau - 12.09.2016 - Port Notes</title>`, want: "2016-09-12 text"},
		"an abbreviation":                  {above: `<abbr class="published" title="2016-09-12T10:00:00+02:00">Monday</abbr>`, want: "2016-09-12 machine"},
		"a title attribute":                {above: `<span title="2016-09-12 10:00">long ago</span>`, want: "2016-09-12 text"},
		"a byline":                         {above: `<p>Posted by Ann Reed, Bo Hart on 2016-09-12, all posts</p>`, want: "2016-09-12 labelled"},
		"a cell":                           {above: `<table><tr><td>Datum:</td><td>12.09.2016</td></tr></table>`, want: "2016-09-12 labelled"},
		"the sheet of a calendar":          {above: `<div class="post-date"><div>12</div><div>Sep</div><div>2016</div></div>`, want: "2016-09-12 text"},
		"the day the text opens with":      {below: `<p><b>Hamburg, 12. September 2016.</b> The port has a new quay, and all the ships of the north may come to it.</p>`, want: "2016-09-12 text"},
		"only an edit":                     {below: `<p>Last updated on 12 September 2016</p>`, want: "2016-09-12 text"},
		"an edit and a publication":        {head: `<meta property="article:modified_time" content="2016-09-20T10:00:00Z">`, above: "<p>12 September 2016</p>", want: "2016-09-12 text"},
		"machines are told the edit":       {head: `<meta name="date" content="2016-09-20"><meta name="last-modified" content="2016-09-20">`, above: "<p>Published 12 September 2016</p>", want: "2016-09-12 labelled"},
		"the meta element and the address": {url: "/2016/09/12/quay", head: `<meta name="date" content="2018-01-02">`, above: "<p>12 September 2016</p>", want: "2016-09-12 labelled"},
		"a number that ends the address":   {url: "/2016/09/5.html", head: `<meta name="date" content="2016-09-12">`, want: "2016-09-12 machine"},
		"two digits that end the address":  {url: "/2016/09/15?page=1", above: `<p>Published on 12 September 2016</p>`, want: "2016-09-12 labelled"},
		"a copy of such a page":            {url: "/2016/09/5.html/print", head: `<meta name="date" content="2016-09-12">`, want: "2016-09-12 machine"},
		"nothing but the end of it":        {url: "/2016/09/12.html", want: "2016-09-12 labelled"},
		"the month in the address":         {url: "/2016/09/quay", above: `<p class="date">5 May 2014</p><p class="date">12 September 2016</p>`, want: "2016-09-12 text"},
		"related articles":                 {above: "<p>12 September 2016</p>", below: `<div class="related"><time datetime="2019-01-01">1 January</time></div>`, want: "2016-09-12 text"},
		"comments":                         {below: `<div class="comments"><p class="date">5 May 2014</p><p class="date">6 May 2014</p></div>`, want: ""},
		"the day of today above the page":  {above: "", below: "", head: "", url: "/top", want: ""},
		"machines are told UTC":            {head: `<meta property="article:published_time" content="2016-09-13T02:00:00Z">`, above: "<p>Published September 12, 2016</p>", want: "2016-09-12 machine"},
		"a day to come is not taken":       {above: "<p>12 September 2031</p><p>12 September 2016</p>", want: "2016-09-12 text"},
		"hours ago":                        {above: `<p class="date">3 hours ago</p>`, want: "2026-11-28 text"},
		"a date before hours ago":          {above: `<p class="date">3 hours ago</p><p>12 September 2016</p>`, want: "2016-09-12 text"},
	} {
		t.Run(name, func(t *testing.T) {
			top := ""
			if c.url == "/top" {
				top = `<div class="bar"><span>Saturday, November 28, 2026</span></div>`
			}
			page := `<!doctype html><html lang="en"><head><meta charset="utf-8">` + c.head + `</head><body>` + top + `<div><a href="/">Port Notes</a></div><div><div><h1>The Quay at Aktau</h1>` + c.above + text + c.below + `</div></div></body></html>`
			r, err := Read(t.Context(), Page{URL: "https://www.example.org" + c.url, ContentType: "text/html", Body: []byte(page), Seen: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if !r.Published.IsZero() {
				got = r.Published.Format(time.DateOnly) + " " + []string{"", "text", "labelled", "feed", "machine"}[r.PublishedSureness]
			}
			if got != c.want {
				t.Errorf("dated %q, want %q; %v", got, c.want, r.Facts)
			}
		})
	}
}
