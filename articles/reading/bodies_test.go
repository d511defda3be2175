package reading

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/bodies anew; look at what changed")

// TestBodies reads pages of many builders and makes and expects the whole visible text
// of the article and nothing else: a line "By" with the authors, then the text.
func TestBodies(t *testing.T) {
	files, err := filepath.Glob("testdata/bodies/*.html")
	if err != nil || len(files) < 40 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			r := readBody(t, strings.TrimSuffix(filepath.Base(file), ".html"))
			got := "By " + strings.Join(r.Authors, "; ") + "\n\n" + r.ContentText + "\n"
			golden := strings.TrimSuffix(file, ".html") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// readBody reads a page of testdata/bodies.
func readBody(t *testing.T, name string) Reading {
	t.Helper()
	body, err := os.ReadFile("testdata/bodies/" + name + ".html")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Read(context.Background(), Page{URL: "https://www.example.org/research/x", ContentType: "text/html", Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// meaningfulNames are class names of text with words that are also names of boxes.
const meaningfulNames = `
	ad-hoc-group ads-b-data author-note bio-fuels biography button-industry comment-on-tariffs commentary-text
	consent-decree contact-group contributors-report cookie-policy-analysis cta-agreement donation-flows
	expert-comment feedback-loop footer-industry hidden-economy latest-figures market-share menu-costs modal-shift
	nav-text navigation-rules newsletter-text overlay-network paywall-free policy-recommendations popular-vote
	popup-markets print-media promo-budget rail-corridor railway rating rating-agencies recommendations
	related-party-loans share-of-trade shared-values social-protection socialist-era sponsor-states
	subscription-model tags-and-labels toc-section trade-promotion widget-economy`

// TestMeaningfulNames keeps text with names that hold words like "share" or "comment", in
// the midst of an article, and cuts the boxes with these names.
func TestMeaningfulNames(t *testing.T) {
	page := `<html lang="en"><head><title>The Quay at Aktau</title></head><body><main><article><h1>The Quay at Aktau</h1><p class="byline">By Jane Roe</p>
		<p>The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.</p>
		<div class="NAME"><p>Officials from three ministries met in the old customs house, and they left without a communiqué.</p></div>
		<p>Critics answer that the tariff schedule is hard to read and harder to apply in practice.</p>
		<section class="NAME" id="NAME"><h2>A section</h2><p>A new road would halve the time of a journey, though the mountains make it dear to build.</p><p>Insurers asked for clearer rules on demurrage.</p></section>
		<p>None of the delegates wanted to guess when the work would be complete.</p>
		<div class="share-bar"><p>Share this</p><a href="/x">Twitter</a></div>
		<div class="related-posts"><h3>Related</h3><p><a href="/x">Why the sea is falling, in five charts</a></p></div>
		<div class="author-bio"><p>Jane Roe is a fellow of the institute and has written on ports since 2009.</p></div></article></main></body></html>`
	want := `The terminal Officials from Critics answer A section A new road Insurers asked None of`
	for _, name := range strings.Fields(meaningfulNames) {
		r, err := Read(t.Context(), Page{URL: "https://www.example.org/research/x", ContentType: "text/html", Body: []byte(strings.ReplaceAll(page, "NAME", name))})
		if err != nil {
			t.Fatal(name, err)
		}
		var opens []string
		for _, paragraph := range strings.Split(r.ContentText, "\n\n") {
			words := strings.Fields(paragraph)
			opens = append(opens, words[:2]...)
			if strings.HasPrefix(paragraph, "A new road") {
				opens = append(opens, "road")
			}
		}
		if got := strings.Join(opens, " "); got != want {
			t.Errorf("%s: %s", name, r.ContentText)
		}
	}
}

// TestBoxes cuts boxes of testdata/boxes.txt out of the midst of a text, from its end and
// from below it. A line is a name, where the box stands ("end" or "any"), and the box.
func TestBoxes(t *testing.T) {
	boxes, err := os.ReadFile("testdata/boxes.txt")
	if err != nil {
		t.Fatal(err)
	}
	above := `<p>The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.</p>
		<p>Officials from three ministries met in the old customs house, and “we count every truck”, they said.</p>`
	below := `<p>Critics answer that the tariff schedule is hard to read and harder to apply in practice.</p><p>None of the delegates wanted to guess when the work would be complete.</p>`
	for line := range strings.Lines(string(boxes)) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		where, box, _ := strings.Cut(rest, " ")
		bodies := []string{"<article>" + above + below + box + "</article>", "<article>" + above + below + "</article>" + box}
		if where == "any" {
			bodies = append(bodies, "<article>"+above+box+below+"</article>")
		}
		for _, body := range bodies {
			page := `<html lang="en"><head><title>The Quay at Aktau</title></head><body><header><a href="/">Port Notes</a></header><main>` +
				strings.Replace(body, "<article>", `<article><h1>The Quay at Aktau</h1><p class="byline">By Jane Roe</p>`, 1) + `</main><footer>© Port Notes</footer></body></html>`
			r, err := Read(t.Context(), Page{URL: "https://www.example.org/research/x", ContentType: "text/html", Body: []byte(page)})
			if want := PlainText(above) + " " + PlainText(below); err != nil || oneLine(r.ContentText) != want {
				t.Errorf("%s: %v\n got %s\nwant %s", name, err, oneLine(r.ContentText), want)
			}
		}
	}
}
