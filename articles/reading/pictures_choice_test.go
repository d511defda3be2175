package reading

import (
	"strings"
	"testing"
)

// TestSrcset chooses among the candidates of a srcset.
func TestSrcset(t *testing.T) {
	for srcset, want := range map[string]string{
		"a.jpg 500w, b.jpg 1000w":                             "b.jpg",
		"a.jpg 500w,b.jpg 1000w":                              "b.jpg",
		"c.jpg 4000w, b.jpg 1600w, a.jpg 300w":                "b.jpg",
		"c.jpg 4000w, b.jpg 3000w":                            "b.jpg",
		"a.jpg, b.jpg 2x":                                     "b.jpg",
		"a.jpg,":                                              "a.jpg",
		"/w_300,h_200/a.jpg 300w, /w_900,h_600/a.jpg 900w":    "/w_900,h_600/a.jpg",
		"data:image/gif;base64,R0lG 1w, a.jpg 300w":           "a.jpg",
		"a.jpg 600w 400h, b.jpg 300w 200h":                    "a.jpg",
		"a.jpg wide, b.jpg 300w":                              "b.jpg",
		"a.jpg -3w":                                           "",
		" \n,, ":                                              "",
		strings.Repeat("a.jpg 1w, ", maxSrcset/10) + "b 900w": "",
	} {
		if got := chosen(srcset); got != want {
			t.Errorf("%.60q: %q, want %q", srcset, got, want)
		}
	}
}

// TestPicturesOfPages finds the address of a picture where pages keep it.
func TestPicturesOfPages(t *testing.T) {
	for _, c := range []struct{ name, fragment, content string }{
		{"a template of the width", `<img src="/s.jpg" data-src="/i/{width}/berth.jpg" alt="x">`, `<img alt="x" src="https://www.example.org/i/1200/berth.jpg"/>`},
		{"an attribute that is not known", `<img src="data:image/gif;base64,R0lG" data-image="/i/berth.jpg?w=900" alt="x">`, `<img alt="x" src="https://www.example.org/i/berth.jpg?w=900"/>`},
		{"a source that most programs show", `<picture><source type="image/avif" srcset="/i/a.avif"><source type="image/webp" srcset="/i/a.webp 1x"><img alt="x"></picture>`, `<img alt="x" src="https://www.example.org/i/a.webp"/>`},
		{"a picture element without an image", `<picture><source srcset="/i/a.jpg"></picture>`, `<img src="https://www.example.org/i/a.jpg"/>`},
		{"a noscript element in place of an image", `<div class="lazy"><noscript><picture><img src="/i/a.jpg" alt="x"></picture></noscript></div>`, `<div><img alt="x" src="https://www.example.org/i/a.jpg"/></div>`},
		{"a noscript element before a placeholder", `<p>Ships.<noscript><img src="/i/a.jpg"></noscript><img src="/i/placeholder.png" alt="x"></p>`, `<p>Ships.<img alt="x" src="https://www.example.org/i/a.jpg"/></p>`},
		{"a noscript element behind an image", `<p>Ships.<img data-src="/i/a.jpg"><noscript><img src="/i/a-small.jpg"></noscript></p>`, `<p>Ships.<img src="https://www.example.org/i/a.jpg"/></p>`},
		{"a counter in a noscript element", `<noscript><img src="https://www.facebook.com/tr?id=1"></noscript><noscript><img src="/count.gif" width="1" height="1"></noscript>`, ``},
		{"an address without scheme", `<img src="//cdn.example.net/a.jpg">`, `<img src="https://cdn.example.net/a.jpg"/>`},
	} {
		content, r := contentOf(t, c.fragment)
		if content != c.content {
			t.Errorf("%s: %s, want %s", c.name, content, c.content)
		}
		if want := strings.Contains(c.content, "<img"); (r.ImageURL != "") != want {
			t.Errorf("%s: the article's picture is %q", c.name, r.ImageURL)
		}
	}
}

// TestImageAlt finds the alternative text of the article's image: in the metadata, else at
// the image in the page.
func TestImageAlt(t *testing.T) {
	for _, c := range []struct{ head, fragment, want string }{
		{`<meta property="og:image" content="/i/a.jpg"><meta property="og:image:alt" content="Ships &amp;amp; cranes">`, `<img src="/i/a.jpg" alt="x">`, "Ships & cranes"},
		{`<meta property="og:image" content="/i/a.jpg?w=1200">`, `<img src="/i/b.jpg" alt="x"><img data-src="/i/a.jpg?w=300" alt=" Ships  at sea ">`, "Ships at sea"},
		{`<meta property="og:image" content="/i/a.jpg">`, `<img src="/i/b.jpg" alt="x">`, ""},
		{``, `<figure><img src="/i/b.jpg" alt="Cranes"></figure>`, "Cranes"},
	} {
		page := strings.Replace(mediaPage(c.fragment), "</head>", c.head+"</head>", 1)
		r, err := Read(t.Context(), Page{URL: "https://www.example.org/research/x", ContentType: "text/html; charset=utf-8", Body: []byte(page)})
		if err != nil || r.ImageAlt != c.want {
			t.Errorf("%s: %q, %v", c.head, r.ImageAlt, err)
		}
	}
}
