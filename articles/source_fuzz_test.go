package articles

import (
	"testing"

	"corridor/articles/entries"
)

func FuzzSources(f *testing.F) {
	f.Add([]byte(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.example/</loc></url></urlset>`))
	f.Add([]byte(`<rss version="2.0"><channel><item><title>x</title><link>https://a.example/1</link></item></channel></rss>`))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"https://a.example/1"}]}`))
	f.Add([]byte(`<html><a href="/a/1">x</a><a rel="next" href="?page=2">n</a></html>`))
	f.Fuzz(func(_ *testing.T, body []byte) {
		if feed, _ := entries.Read("https://a.example/", "", body); feed != nil {
			for _, c := range readFeed(Source{Name: "s", URL: "https://a.example/"}, feed) {
				c.loaded()
			}
		}
		_, _ = readListing("https://a.example/", "text/html", body)
	})
}
