package reading

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"corridor/testkit"

	"golang.org/x/net/html"
	"golang.org/x/sys/unix"
)

// hostilePages are pages that cost much for their size where reading is not linear, by the
// part that they repeat. %d is a number.
var hostilePages = []struct{ name, before, unit, after string }{
	{"bylines", "<h1>A headline</h1>", "<p>By Anna Bell</p>", ""},
	{"names", "<h1>A headline</h1><p>By:</p>", "<p>Anna Bell</p>", ""},
	{"boxes about the author", "<h1>A headline</h1><section>", "<p>About the author</p><p>Anna Bell %d</p>", "</section>"},
	{"names in one line", "<h1>A headline</h1><p>By ", "Anna Bell %d, ", "</p>"},
	{"dates", "<h1>A headline</h1>", "<p>May %d, 2026</p>", ""},
	{"credits", "<h1>A headline</h1>", "<figcaption>Photo: Anna Bell</figcaption>", ""},
	{"bold", "<h1>A headline</h1><p>The ferry left the harbour before dawn.</p><div>", "<b>x</b>", "</div>"},
	{"bold that does not end", "<h1>A headline</h1><p>The ferry left the harbour before dawn.</p>", "<b>x", ""},
	{"links that do not end", "<h1>A headline</h1><p>The ferry left the harbour before dawn.</p>", "<a href=/x>x", ""},
	{"empty tags", "<h1>A headline</h1><p>The ferry left the harbour before dawn.</p>", "<i></i>", ""},
	{"line breaks", "<h1>A headline</h1><p>The ferry left the harbour before dawn.", "<br>", "</p>"},
	{"short lines", "<h1>A headline</h1><ul>", "<li>x</li>", "</ul>"},
	{"poem", "<h1>A headline</h1><p>", "A line of the poem,<br>", "</p>"},
	{"headings", "<h1>A headline</h1>", "<h2>Related</h2>", "<p>The ferry left the harbour before dawn.</p>"},
	{"headings of comments", "<h1>A headline</h1>", "<h2>Comments</h2>", strings.Repeat("<p>The ferry left the harbour before dawn.</p>", 50)},
	{"headings that lead on", "<h1>A headline</h1>", "<h2>Read more</h2><i></i>", ""},
	{"headings like the title", "", "<h1>A headline %d</h1>", ""},
	{"boxes behind nothing", "<h1>A headline</h1><div>" + strings.Repeat("<i></i>", 300), "<p>Share</p>", "</div>"},
	{"labels in labels", "<h1>A headline</h1>" + strings.Repeat(`<span class="label">`, 400), "<i></i>", "x"},
	{"deep", "<h1>A headline</h1>" + strings.Repeat("<div>", 450), "<p>x</p>", ""},
	{"headings in headings", strings.Repeat("<h1><div>", 200), "<i></i>x", ""},
	{"authors in authors", "<h1>A headline</h1>" + strings.Repeat(`<div itemprop="author">`, 400), "<i></i>x", ""},
	{"breadcrumbs", `<h1>A headline</h1><div class="` + strings.Repeat("x", 5000) + `">`, "<a href=/x>x</a>", "</div>"},
	{"cards", "<h1>A headline</h1>" + strings.Repeat("<div>", 300), "<div><a href=/x><h3>Another headline</h3></a></div>", ""},
	{"articles", "<h1>A headline</h1>", "<article><p>The ferry left the harbour before dawn.</p></article>", ""},
	{"comments", "<h1>A headline</h1>" + strings.Repeat("<p>The ferry left the harbour before dawn.</p>", 50), `<div class="comment"><p>The ferry left the harbour before dawn.</p></div>`, ""},
	{"forms", "<h1>A headline</h1>", "<form><p>The ferry left the harbour before dawn.</p></form>", ""},
	{"quotes beside the text", "<h1>A headline</h1>", "<aside><p>The ferry left the harbour number %d before dawn.</p></aside><p>The ferry came back.</p>", ""},
	{"boxes", "<h1>A headline</h1>", `<div class="market-promo"><p>The ferry left the harbour before dawn, and the harbour master saw it, from the old lighthouse.</p></div><p>The ferry came back to the harbour.</p>`, ""},
	{"boxes in boxes", "<h1>A headline</h1>" + strings.Repeat(`<div class="market-promo">`, 300), "<p>The ferry left the harbour before dawn.</p>", ""},
	{"texts for two screens", "<h1>A headline</h1>" + strings.Repeat(`<div class="md:hidden">`, 300), `<div class="hidden md:block">The ferry left the harbour %d.</div>`, ""},
	{"hidden in hidden", "<h1>A headline</h1><button aria-controls=a></button>" + strings.Repeat("<div hidden id=a>", 300), "<i>x</i>", ""},
	{"names of many words", "<h1>A headline</h1>", `<p class="` + strings.Repeat("author ", 250) + `">x</p>`, ""},
	{"dates in spans", "<h1>A headline</h1>", "<p><span>May %d</span> <span>2026</span></p>", ""},
	{"panels", "<h1>A headline</h1>", `<button>One</button><div class="panel" hidden><p>The ferry left the harbour before dawn.</p></div>`, ""},
	{"noscript", "<h1>A headline</h1>", "<noscript>" + strings.Repeat("The ferry left. ", 30) + "</noscript>", ""},
	{"noscript that does not end", "<h1>A headline</h1>", "<noscript><p>The ferry left.", ""},
	{"pictures in noscript that does not end", "<h1>A headline</h1>", "<noscript><img src=a.jpg>", ""},
	{"noscript after noscript", "<h1>A headline</h1>", "<img><noscript><img src=a%d.jpg></noscript>", ""},
	{"texts in noscript that does not end", "<h1>A headline</h1>", "<noscript>" + strings.Repeat("The ferry left. ", 30), ""},
	{"tables", "<h1>A headline</h1><table>", "<tr><td>x", "</table>"},
	{"text in a table", "<h1>A headline</h1><table>", "x<tr>", "</table>"},
	{"a title", "<title>", "A headline | ", "</title><h1>A headline</h1><p>The ferry left.</p>"},
	{"a headline", "<h1>", "A headline ", "</h1><p>The ferry left the harbour before dawn.</p>"},
	{"quotes", "<h1>A headline</h1>", "<blockquote>x", ""},
	{"meta", "", `<meta name="author" content="Anna Bell">`, "<h1>A headline</h1><p>The ferry left.</p>"},
	{"keywords", `<meta name="keywords" content="`, "a,", `"><h1>A headline</h1><p>The ferry left.</p>`},
	{"pictures", "<h1>A headline</h1><p>The ferry left the harbour before dawn.</p>", `<img src="/a.svg">`, ""},
	{"attributes", "<h1>A headline</h1><p ", "a%d=x ", ">The ferry left the harbour before dawn.</p>"},
	{"entities", "<h1>A headline</h1><p>", "&amp;", "</p>"},
	{"frames", "<h1>A headline</h1><p>x", `<iframe src="https://vimeo.com/%d"></iframe>`, ""},
	{"frames in one figure", "<h1>A headline</h1><p>x</p><figure>", `<iframe src="https://vimeo.com/%d"></iframe>`, "<figcaption>x</figcaption></figure>"},
	{"posts in posts", "<h1>A headline</h1>" + strings.Repeat(`<blockquote class="twitter-tweet">`, 300), "<a href=/x></a>", "x"},
	{"settings in settings", "<h1>A headline</h1>" + strings.Repeat(`<div data-settings="{&quot;url&quot;:1}">`, 300), "<i></i>", "x"},
	{"listings in tables", "<h1>A headline</h1>" + strings.Repeat("<table><tr><td>1</td><td>", 100), "<pre>x</pre>", ""},
	{"code", "<h1>A headline</h1><div>", "<code>x\n</code>", "</div>"},
	{"notes", "<h1>A headline</h1>", "<a href=#n%d id=n%d>x</a>", ""},
	{"formulas", "<h1>A headline</h1><p>", "<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>", "</p>"},
	{"formulas in formulas", "<h1>A headline</h1><p>" + strings.Repeat("<math><mrow>", 200), "<mi>a</mi>", "</p>"},
	{"backgrounds", "<h1>A headline</h1>", `<div class="hero" style="background:url(/x%d.jpg)"></div>`, ""},
	{"srcset", `<h1>A headline</h1><p>x</p><img srcset="`, "a.jpg %dw, ", `">`},
	{"placeholders", "<h1>A headline</h1><p>x</p>", "<img><noscript><img src=/a.jpg></noscript>", ""},
	{"bold in paragraphs that do not end", "<h1>A headline</h1>", "<p>x<b><p>", ""},
	{"lines in listings in listings", "<h1>A headline</h1>" + strings.Repeat("<pre>", 300), "<p>The ferry left the harbour number %d before dawn.</p>", ""},
	{"times in captions in captions", "<h1>A headline</h1>" + strings.Repeat(`<div class="caption">`, 400), "<time>May %d</time>", ""},
	{"comments of the source", "<h1>A headline</h1><p>x</p>", "<!-- x -->", ""},
}

func hostile(before, unit, after string, size int) []byte {
	var b strings.Builder
	b.WriteString("<html><body>" + before)
	for i := 0; b.Len() < size; i++ {
		if strings.Contains(unit, "%d") {
			fmt.Fprintf(&b, unit, i)
		} else {
			b.WriteString(unit)
		}
	}
	return []byte(b.String() + after)
}

// growth reads small and large, and is how many times as much processor time a byte of
// large takes. It is about 1 where reading is linear. Large takes two seconds at least, or
// it is 0.
func growth(read func([]byte), small, large []byte) float64 {
	runtime.LockOSThread() // processorTime is that of the thread
	defer runtime.UnlockOSThread()
	began := processorTime()
	read(large)
	long := processorTime() - began
	if long < 2*time.Second {
		return 0
	}
	best := time.Hour
	for range 3 {
		began = processorTime()
		for range 4 {
			read(small)
		}
		best = min(best, (processorTime()-began)/4)
	}
	return long.Seconds() / float64(len(large)) / (best.Seconds() / float64(len(small)))
}

// processorTime is the processor time of this thread, which does not depend on the load of
// the machine.
func processorTime() time.Duration {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// TestHostilePages holds the time for a byte to about the same, however large a page is.
func TestHostilePages(t *testing.T) {
	testkit.Heavy(t)
	for _, page := range hostilePages {
		t.Run(page.name, func(t *testing.T) {
			t.Parallel()
			read := func(body []byte) {
				_, _ = Read(context.Background(), Page{URL: "https://www.example.org/a/b", ContentType: "text/html; charset=utf-8", Body: body})
			}
			if times := growth(read, hostile(page.before, page.unit, page.after, 16<<10), hostile(page.before, page.unit, page.after, 384<<10)); times > 6 {
				t.Errorf("a byte of 384 KB takes %.0f times as long as one of 16 KB", times)
			}
		})
	}
}

// TestMemoryOfHostilePages holds the memory for a byte to about the same, however large a
// page is.
func TestMemoryOfHostilePages(t *testing.T) {
	testkit.Heavy(t)
	allocated := func(body []byte) float64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = Read(t.Context(), Page{URL: "https://www.example.org/a/b", ContentType: "text/html; charset=utf-8", Body: body})
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc-before.TotalAlloc) / float64(len(body))
	}
	for _, page := range hostilePages {
		small, large := allocated(hostile(page.before, page.unit, page.after, 16<<10)), allocated(hostile(page.before, page.unit, page.after, 128<<10))
		if large > 2*small {
			t.Errorf("%s: a byte of 128 KB takes %.0f bytes of memory, one of 16 KB %.0f", page.name, large, small)
		}
	}
}

// TestHostileMarkdown holds the time for a byte of Markdown to about the same.
func TestHostileMarkdown(t *testing.T) {
	for _, unit := range []string{">", "> ", "- ", "1. ", "* a\n  ", "[", "[a](", "[a][", "[a](<b", "[a]: b\n", "[^a]: b\n", "*a ", "`a``b```", "<a ", "|a|\n|-|\n", "> a\n> - "} {
		t.Run(unit, func(t *testing.T) {
			t.Parallel()
			read := func(body []byte) { _, _ = Markdown(body) }
			if times := growth(read, hostile("# A headline\n\n", unit, "", 8<<10), hostile("# A headline\n\n", unit, "", 256<<10)); times > 6 {
				t.Errorf("a byte of 256 KB takes %.0f times as long as one of 8 KB", times)
			}
		})
	}
	if _, err := Markdown([]byte("# A headline\n\n" + strings.Repeat(">", 200<<10))); !errors.Is(err, ErrNoArticle) || !strings.Contains(err.Error(), "deep in each other") {
		t.Error(err)
	}
	if r, err := Markdown([]byte("# A headline\n\n" + strings.Repeat("[a](https://example.org/a)\n\n", 3000))); err != nil || r.Words != 3000 {
		t.Error(r.Words, err)
	}
}

// TestPageLimits refuses pages with too many tags, and ends with the time that it is given.
func TestPageLimits(t *testing.T) {
	page := Page{URL: "https://www.example.org/a/b", Body: hostile("<h1>A headline</h1>", "<i>", "", 3*maxTags+100)}
	if _, err := Read(t.Context(), page); !errors.Is(err, ErrNoArticle) || !strings.Contains(err.Error(), "tags") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	page.Body = hostile("<h1>A headline</h1>", "<p>The ferry left the harbour before dawn.</p>", "", 10<<10)
	if _, err := Read(ctx, page); !errors.Is(err, ErrNoArticle) || !strings.Contains(err.Error(), tooLong) {
		t.Error(err)
	}
	body := firstElementOf(t, page.Body)
	late := newTree(ctx, body)
	for range late.descend(body) {
		_ = late.late()
	}
	if late.err == nil {
		t.Error("a walk goes on when its time is over")
	}
}

func firstElementOf(t *testing.T, body []byte) *html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestSizes holds the sizes of elements, while parts of a page are removed, to the result
// of a new count.
func TestSizes(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		root := firstElementOf(t, body)
		tree := newTree(t.Context(), root)
		i := 0
		for n := range tree.descend(root) {
			if i++; i%7 == 0 {
				tree.remove(n)
			}
		}
		for n, r := range tree.runsOf(root) {
			if n%5 == 0 {
				r.clear("a test")
			}
		}
		fresh := newTree(t.Context(), root)
		for n := range tree.descend(root) {
			a, b := *tree.sizes[n], *fresh.sizes[n]
			a.first, a.last, a.named, a.words, b.first, b.last = 0, 0, false, nil, 0, 0
			if !reflect.DeepEqual(a, b) {
				t.Errorf("%s: <%s> is %+v, counted anew %+v", file, n.Data, a, b)
			}
		}
	}
}

// BenchmarkHostile reads hostile pages of several sizes: ns/byte stays the same.
func BenchmarkHostile(b *testing.B) {
	for _, page := range hostilePages {
		for _, size := range []int{10 << 10, 100 << 10, 1 << 20, 4 << 20} {
			b.Run(fmt.Sprintf("%s/%dKB", strings.ReplaceAll(page.name, " ", "-"), size>>10), func(b *testing.B) {
				body := hostile(page.before, page.unit, page.after, size)
				b.ReportAllocs()
				for b.Loop() {
					_, _ = Read(context.Background(), Page{URL: "https://www.example.org/a/b", ContentType: "text/html; charset=utf-8", Body: body})
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(body)), "ns/byte")
			})
		}
	}
}
