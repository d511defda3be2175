package reading

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

const prose = `<p>The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.</p>` +
	`<p>What it lacks is a second berth, for which nobody has yet found the money or, some say, the sand.</p>`

// TestReadLines reads single facts where sites put them in ways of their own.
func TestReadLines(t *testing.T) {
	for _, c := range []struct{ name, page, title, authors, credit string }{
		{
			name:  "links to pages about persons",
			page:  `<body><h1>A Second Berth</h1><div class="by"><a href="/people/lena-fox">Lena Fox</a> and <a href="/people/max-reed">Max Reed</a></div>` + prose,
			title: "A Second Berth", authors: "Lena Fox;Max Reed",
		},
		{
			name:  "a menu of persons names nobody",
			page:  `<body><h1>A Second Berth</h1><p><a href="/people/">Our Experts</a></p>` + prose,
			title: "A Second Berth",
		},
		{
			name:  "a co-author",
			page:  `<body><h1>A Second Berth</h1><p>Author: <a href="/a">Vera Plot</a>; Co-author: <a href="/b">Sam Grid</a></p>` + prose,
			title: "A Second Berth", authors: "Vera Plot;Sam Grid",
		},
		{
			name:  "a byline with a time of day",
			page:  "<body><h1>A Second Berth</h1>" + prose + "<div>Posted by <span>Farid Vine</span>\n at 9:00 AM</div>",
			title: "A Second Berth", authors: "Farid Vine",
		},
		{
			name:  "a credit that only its element calls one",
			page:  `<body><article><h1>A Second Berth</h1><figure><img src="/c.jpg"><figcaption>A ship leaves Poti. <span class="credit">Oleg Wave/Harbour Press</span></figcaption></figure>` + prose,
			title: "A Second Berth", credit: "Oleg Wave/Harbour Press",
		},
		{
			name:  "a caption without a credit",
			page:  `<body><article><h1>A Second Berth</h1><figure><img src="/c.jpg"><figcaption>A ship leaves Poti.</figcaption></figure>` + prose,
			title: "A Second Berth",
		},
		{
			name:  "the site's name as first heading",
			page:  `<head><title>Inland Sea Blog: A Second Berth at Last</title></head><body><div><h1><a href="/">Quayside Notes</a></h1></div><h3>A Second Berth at Last</h3>` + prose,
			title: "A Second Berth at Last",
		},
		{
			name:  "a headline that machines are told in small letters",
			page:  `<head><title>a second berth at last</title></head><body><div>a second berth at last</div><div class="t">A Second Berth at Last</div>` + prose,
			title: "A Second Berth at Last",
		},
		{
			name:  "the site's name as title, the headline twice",
			page:  `<head><title>CPC - Caspian Policy Center</title></head><body><nav><a href="/">Home</a></nav><h2>a second berth at last</h2><div><h2>A Second Berth at Last</h2><p>Author:Lena Fox</p><p>Apr 17, 2023</p></div>` + prose,
			title: "A Second Berth at Last", authors: "Lena Fox",
		},
		{
			name:  "the site's name as title and first heading, the headline twice",
			page:  `<head><title>Caspian Policy Center</title></head><body><h1>Caspian Policy Center</h1><div>a second berth at last</div><h3>A Second Berth at Last</h3><p>Author: Lena Fox</p>` + prose,
			title: "A Second Berth at Last", authors: "Lena Fox",
		},
		{
			name:  "the site's name as title, no heading at all",
			page:  `<head><title>CPC - Caspian Policy Center</title></head><body><div>CPC</div><div>A Second Berth at Last</div><div>Author: Lena Fox</div>` + prose,
			title: "A Second Berth at Last", authors: "Lena Fox",
		},
		{
			name:  "a headline that is no heading, above headings of the text",
			page:  `<head><title>A Second Berth at Last</title></head><body><div class="t">A Second Berth at Last</div><div>By Lena Fox</div>` + prose + `<h2></h2>`,
			title: "A Second Berth at Last", authors: "Lena Fox",
		},
		{
			name:  "a name above the date",
			page:  `<body><h1>A Second Berth</h1><p>Lena Fox</p><p>April 17, 2023</p>` + prose,
			title: "A Second Berth", authors: "Lena Fox",
		},
		{
			name:  "a section above the date is nobody",
			page:  `<body><h1>A Second Berth</h1><p>Foreign Affairs</p><p>April 17, 2023</p>` + prose,
			title: "A Second Berth",
		},
		{
			name:  "names below a label",
			page:  `<body><h1>A Second Berth</h1><h5>Authors:</h5><ul><li>Lena Fox</li><li>Max Reed</li></ul><h5>Date:</h5><p>11/03/2026</p>` + prose,
			title: "A Second Berth", authors: "Lena Fox;Max Reed",
		},
		{
			name:  "everything in one line",
			page:  `<body><h1>A Second Berth</h1><p>Author: Lena Fox | Date: 2026-11-04 | Program: Energy and Economy Program | Region: South Caucasus</p>` + prose,
			title: "A Second Berth", authors: "Lena Fox",
		},
		{
			name:  "machines are told of the publisher alone",
			page:  `<head><script type="application/ld+json">{"@type":"NewsArticle","headline":"A Second Berth","author":{"@type":"Organization","name":"Inland Sea"},"publisher":{"@type":"Organization","name":"Inland Sea"}}</script></head><body><h1>A Second Berth</h1><p>By Lena Fox</p>` + prose,
			title: "A Second Berth", authors: "Lena Fox",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Read(context.Background(), Page{URL: "https://example.org/x", ContentType: "text/html; charset=utf-8", Body: []byte("<!doctype html><html>" + c.page)})
			if err != nil {
				t.Fatal(err)
			}
			want := strings.FieldsFunc(c.authors, func(r rune) bool { return r == ';' })
			if r.Title != c.title || !slices.Equal(r.Authors, want) || r.ImageCredit != c.credit {
				t.Errorf("title %q, authors %q, credit %q; want %q, %q, %q", r.Title, r.Authors, r.ImageCredit, c.title, want, c.credit)
			}
			if r.Words != 39 {
				t.Errorf("%d words: %s", r.Words, r.ContentText)
			}
		})
	}
}

// TestNotFoundPage skips a page that says in friendly words that there is no article,
// however much the site says below it.
func TestNotFoundPage(t *testing.T) {
	page := `<html><body><header><nav><a href="/">Home</a></nav></header><main><h1>Page Not Found</h1><p>Sorry.</p></main>
		<footer><p>© 2026 Inland Sea Institute. All rights reserved. 1015 Example Street NW, Washington, DC 20005.</p></footer></body></html>`
	if r, err := Read(context.Background(), Page{URL: "https://example.org/x", Body: []byte(page)}); !errors.Is(err, ErrNoArticle) {
		t.Errorf("%q, %v", r.ContentText, err)
	}
}
