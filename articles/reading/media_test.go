package reading

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mediaPage is a page of paragraphs with a fragment between them.
func mediaPage(fragment string) string {
	const paragraph = "<p>The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.</p>\n"
	return `<html lang="en"><head><title>The Quay at Aktau</title></head><body><main><article><h1>The Quay at Aktau</h1>` + paragraph + fragment + paragraph + `</article></main></body></html>`
}

// contentOf reads the page of a fragment and returns what the fragment became.
func contentOf(t *testing.T, fragment string) (string, Reading) {
	t.Helper()
	r, err := Read(t.Context(), Page{URL: "https://www.example.org/research/x", ContentType: "text/html; charset=utf-8", Body: []byte(mediaPage(fragment))})
	if err != nil {
		t.Fatal(err)
	}
	const paragraph = "<p>The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.</p>"
	content := strings.TrimSuffix(strings.TrimPrefix(r.ContentHTML, paragraph), paragraph)
	return strings.TrimSpace(content), r
}

// TestFigures shows embedded pieces as figures with links.
func TestFigures(t *testing.T) {
	for _, c := range []struct{ name, fragment, content string }{
		{
			"a frame with title and caption",
			`<figure><iframe src="https://player.vimeo.com/video/42" title="The opening"></iframe><figcaption>Watch the opening</figcaption></figure>`,
			`<figure><div><p><a href="https://vimeo.com/42" rel="nofollow">The opening</a><span> (Vimeo)</span></p></div><figcaption>Watch the opening</figcaption></figure>`,
		},
		{
			"frames in a paragraph stand behind it, in their order",
			`<p>Look: <span><iframe src="https://vimeo.com/1"></iframe></span> and <iframe src="https://vimeo.com/2"></iframe></p>`,
			`<p>Look:  and </p><figure><p><a href="https://vimeo.com/1" rel="nofollow">Vimeo</a></p></figure><figure><p><a href="https://vimeo.com/2" rel="nofollow">Vimeo</a></p></figure>`,
		},
		{
			"a recording",
			`<audio><source src="/v/talk.mp3" type="audio/mpeg">Your browser plays no audio.</audio>`,
			`<figure><audio src="https://www.example.org/v/talk.mp3" controls="" preload="none"></audio><p><a href="https://www.example.org/v/talk.mp3" rel="nofollow">talk.mp3</a></p></figure>`,
		},
		{
			"a picture for browsers without scripts",
			`<div class="flourish-embed" data-src="visualisation/123"><script src="https://public.flourish.studio/resources/embed.js"></script><noscript><img src="/i/chart.png" alt="Cargo by month"></noscript></div>`,
			`<figure><a href="https://public.flourish.studio/visualisation/123" rel="nofollow"><img alt="Cargo by month" src="https://www.example.org/i/chart.png"/></a>` +
				`<p><a href="https://public.flourish.studio/visualisation/123" rel="nofollow">Cargo by month</a><span> (Flourish)</span></p></figure>`,
		},
		{
			"an object of Tableau",
			`<div class="tableauPlaceholder"><noscript><a href="#"><img alt="Cargo" src="https://public.tableau.com/static/1_rss.png"></a></noscript><object class="tableauViz" style="display:none"><param name="host_url" value="https%3A%2F%2Fpublic.tableau.com%2F"><param name="name" value="Book&#47;Sheet"></object></div>`,
			`<div><figure><a href="https://public.tableau.com/views/Book/Sheet" rel="nofollow"><img alt="Cargo" src="https://public.tableau.com/static/1_rss.png"/></a>` +
				`<p><a href="https://public.tableau.com/views/Book/Sheet" rel="nofollow">Cargo</a><span> (Tableau)</span></p></figure></div>`,
		},
		{
			"an address alone in a paragraph",
			`<p>https://soundcloud.com/port/talk</p>`,
			`<figure><p><a href="https://soundcloud.com/port/talk" rel="nofollow">SoundCloud</a></p></figure>`,
		},
		{
			"frames that are no part of the text",
			`<iframe src="https://ad.doubleclick.net/x" title="The opening"></iframe><iframe src="/count" width="1" height="1" title="x"></iframe><iframe src="https://widgets.example.net/x"></iframe><iframe src="javascript:alert(1)" title="The opening"></iframe>`,
			``,
		},
		{
			"an element of the page with the name of ours",
			`<embedded-media address="javascript:alert(1)" title="The opening"></embedded-media>`,
			``,
		},
	} {
		content, _ := contentOf(t, c.fragment)
		if diff := cmp.Diff(c.content, content); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
	}
}

// TestManyMedia records a piece once, and at most 100 pieces.
func TestManyMedia(t *testing.T) {
	var b strings.Builder
	for i := range 150 {
		for range 2 {
			b.WriteString(`<iframe src="https://vimeo.com/` + strings.Repeat("1", i+1) + `"></iframe>`)
		}
	}
	_, r := contentOf(t, b.String())
	if len(r.Media) != maxMedia {
		t.Errorf("%d pieces", len(r.Media))
	}
}

// TestLeadMedia keeps the video above a text, and no video of the site beside it.
func TestLeadMedia(t *testing.T) {
	text := strings.Repeat("<p>The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.</p>", 3)
	video := `<div class="player"><iframe src="https://vimeo.com/42"></iframe></div>`
	for name, body := range map[string]string{
		"above the headline": `<main><article>` + video + `<h1>The Quay at Aktau</h1><div class="text">` + text + `</div></article></main>`,
		"above the text":     `<main><article><header><h1>The Quay at Aktau</h1>` + video + `</header><div class="text">` + text + `</div></article></main>`,
		"of the site":        video + `<main><aside>` + video + `</aside><article><h1>The Quay at Aktau</h1><div class="text">` + text + `</div></article></main>`,
	} {
		page := `<html lang="en"><head><title>The Quay at Aktau</title></head><body>` + body + `</body></html>`
		r, err := Read(t.Context(), Page{URL: "https://www.example.org/research/x", ContentType: "text/html; charset=utf-8", Body: []byte(page)})
		if err != nil {
			t.Fatal(err)
		}
		if want := name != "of the site"; (len(r.Media) == 1) != want || strings.HasPrefix(r.ContentHTML, "<figure>") != want {
			t.Errorf("%s: %v in %s", name, r.Media, r.ContentHTML)
		}
	}
}
