package bench

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// siteHosts is how many hosts the site of [Gather] has. Requests to one host take turns.
const siteHosts = 250

// Site is the publication's site of a benchmark, in a separate process so that its CPU time is
// not counted as the gatherer's. It listens on loopback addresses, prints them in a line each,
// then an empty line, and returns when in ends.
func Site(in io.Reader, out io.Writer) error {
	server := &http.Server{Handler: http.HandlerFunc(serveSite), ReadHeaderTimeout: time.Minute}
	defer func() { _ = server.Close() }()
	for i := range siteHosts {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.%d.%d:0", 1+i/200, 1+i%200))
		if err != nil {
			return err
		}
		go func() { _ = server.Serve(l) }()
		fmt.Fprintln(out, l.Addr())
	}
	fmt.Fprintln(out)
	_, _ = io.Copy(io.Discard, in)
	return nil
}

// serveSite answers /feeds/N.xml with ten whole articles, /sitemap.xml?n=N with N addresses
// and /a/N with a page. Feeds have an ETag.
func serveSite(w http.ResponseWriter, r *http.Request) {
	n := 0
	if at := strings.IndexFunc(r.URL.Path, func(c rune) bool { return c >= '0' && c <= '9' }); at >= 0 {
		n, _ = strconv.Atoi(strings.TrimSuffix(r.URL.Path[at:], ".xml"))
	}
	switch {
	case strings.HasPrefix(r.URL.Path, "/feeds/"):
		if w.Header().Set("ETag", `"1"`); r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		writeFeed(w, n)
	case r.URL.Path == "/sitemap.xml":
		count, _ := strconv.Atoi(r.URL.Query().Get("n"))
		fmt.Fprint(w, `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for i := range count {
			fmt.Fprintf(w, "<url><loc>http://%s/a/%d</loc></url>", r.Host, i)
		}
		fmt.Fprint(w, `</urlset>`)
	case strings.HasPrefix(r.URL.Path, "/a/"):
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(samplePage(n))
	default:
		http.NotFound(w, r)
	}
}

func writeFeed(w io.Writer, n int) {
	fmt.Fprintf(w, `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Feed %d</title><link>https://www.example.org/</link><description>d</description>`, n)
	for i := range 10 {
		fmt.Fprintf(w, `<item><title>Article %d of feed %d on the trade of the sea</title><link>https://site%d.example.org/%d</link><guid isPermaLink="false">%d-%d</guid><pubDate>Fri, 27 Nov 2026 0%d:00:00 GMT</pubDate><description>short</description><content:encoded><![CDATA[`, i, n, n, i, n, i, i)
		for p := range 5 {
			fmt.Fprintf(w, "<p>%s</p>", sampleText(100*n+10*i+p, 70))
		}
		fmt.Fprint(w, `]]></content:encoded></item>`)
	}
	fmt.Fprint(w, `</channel></rss>`)
}

var vocabulary = strings.Fields("the port of Baku and the rail line to Tbilisi carry grain oil and steel while ministers of Kazakhstan speak about tariffs queues wagons and a corridor that must be widened before winter comes to the steppe")

// sampleText is a text of so many words; another n gives another text.
func sampleText(n, words int) string {
	var b strings.Builder
	state := uint64(n)*2654435761 + 97
	for i := range words {
		state = state*6364136223846793005 + 1442695040888963407
		word := vocabulary[state>>33%uint64(len(vocabulary))]
		switch {
		case i%14 == 0:
			word = strings.ToUpper(word[:1]) + word[1:]
			fallthrough
		case i%14 < 13:
			b.WriteString(word + " ")
		default:
			b.WriteString(word + ". ")
		}
	}
	return strings.TrimSpace(b.String()) + "."
}

// sampleSize is about the size of a real page, in bytes.
const sampleSize = 170 << 10

// samplePage is a page of [sampleSize]: scripts, a menu, an article of about 900 words with
// pictures, lists of other articles, comments and a footer.
func samplePage(n int) []byte {
	var b strings.Builder
	title := fmt.Sprintf("Article %d on the ports of the sea", n)
	fmt.Fprintf(&b, `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>%[1]s - Port Notes</title><meta property="og:title" content="%[1]s">
<meta property="article:published_time" content="2026-%02[2]d-%02[3]dT08:00:00Z"><script type="application/ld+json">{"@type":"NewsArticle","headline":"%[1]s","author":{"@type":"Person","name":"Ann Reader"}}</script>
<style>%[4]s</style><script>%[5]s</script></head><body class="single"><header class="site-header"><nav><ul>`,
		title, 1+n%11, 1+n%27, strings.Repeat(".menu li a:hover{color:#123;padding:0 4px}\n", 500), strings.Repeat("window.data=window.data||[];window.data.push({a:1});\n", 600))
	for i := range 120 {
		fmt.Fprintf(&b, `<li class="menu-item"><a href="/topics/%d">Topic %d of the site</a></li>`, i, i)
	}
	fmt.Fprintf(&b, `</ul></nav></header><main><article class="post"><h1>%s</h1><div class="byline">By <a rel="author" href="/people/ann">Ann Reader</a></div><div class="entry-content">`, title)
	for p := range 15 {
		fmt.Fprintf(&b, "<p>%s</p>\n", sampleText(100*n+p, 60))
		if p%5 == 0 {
			fmt.Fprintf(&b, `<figure><img src="/i/%d-%d.jpg" alt="A port"><figcaption>A port. Photo: Port Notes</figcaption></figure>`, n, p)
		}
	}
	b.WriteString(`</div></article><aside class="related"><h2>Related articles</h2>`)
	for i := range 40 {
		fmt.Fprintf(&b, `<div class="card"><a href="/a/%d"><h3>Another article %d</h3></a><p>%s</p></div>`, i, i, sampleText(i, 20))
	}
	b.WriteString(`</aside><section id="comments"><h2>Comments</h2>`)
	for i := range 60 {
		fmt.Fprintf(&b, `<div class="comment"><span class="author">Reader %d says</span><p>%s</p></div>`, i, sampleText(i+7, 30))
	}
	b.WriteString(`</section></main><footer>`)
	for i := 0; b.Len() < sampleSize; i++ {
		fmt.Fprintf(&b, `<div class="footer-col"><a class="footer-link" href="/about/%d">About the site %d</a></div>`, i, i)
	}
	b.WriteString(`</footer></body></html>`)
	return []byte(b.String())
}
