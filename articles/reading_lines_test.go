package articles

import (
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
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := ReadPage(Page{URL: "https://example.org/x", ContentType: "text/html; charset=utf-8", Body: []byte("<!doctype html><html>" + c.page)})
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
