package demo

import (
	"html/template"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"corridor/config"
)

func TestDemoSiteServesEveryArticleAndPicture(t *testing.T) {
	articles, err := readArticles(time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if len(articles) != 24 {
		t.Fatalf("%d articles, want 24", len(articles))
	}
	text, err := configText(places{Listen: "127.0.0.1:0", Base: "http://127.0.0.1:1", Data: t.TempDir(), Site: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse("corridor.toml", []byte(text), func(string) (string, bool) { return "", false }, config.Flags{})
	if err != nil {
		t.Fatal(err)
	}
	site, err := newSite(c, articles)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	defer server.Close()
	get := func(path string) (int, string) {
		response, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(body)
	}
	_, sitemap := get("/sitemap.xml")
	for i, a := range articles {
		if a.Title == "" || len(a.Authors) == 0 || len(a.Regions) == 0 || len(a.Paragraphs) < 3 || a.Caption == "" {
			t.Errorf("incomplete: %+v", a)
		}
		path := "/research/" + a.Program + "/" + a.Slug
		if !strings.Contains(sitemap, server.URL+path+"<") {
			t.Errorf("the sitemap lacks %s", path)
		}
		if status, body := get(path); status != 200 || !strings.Contains(body, template.HTMLEscapeString(a.Paragraphs[0][:20])) {
			t.Errorf("%s: status %d or no text", path, status)
		}
		if i < 2 {
			_, picture := get("/images/" + a.Slug + ".png")
			if _, err := png.Decode(strings.NewReader(picture)); err != nil {
				t.Errorf("picture of %s: %v", a.Slug, err)
			}
		}
	}
	if status, _ := get("/research/energy/no-such-article"); status != http.StatusNotFound {
		t.Errorf("an unknown article answers %d, want 404", status)
	}
}
