package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// brakedSite has 12 articles, whose text changes with its version.
func brakedSite(t *testing.T) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	version := &atomic.Int32{}
	mux := http.NewServeMux()
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	mux.HandleFunc("/sitemap.xml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprint(w, `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for i := range 12 {
			fmt.Fprintf(w, "<url><loc>%s/a/%d</loc></url>", site.URL, i)
		}
		fmt.Fprint(w, "</urlset>")
	})
	mux.HandleFunc("/a/{n}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Article %[1]s</title><meta property="article:published_time" content="2026-11-27T10:00:00Z"></head>
<body><article><h1>Article %[1]s</h1><p>By Ann Reader</p><p>%[2]s This is version %[3]d of article %[1]s.</p></article></body></html>`,
			r.PathValue("n"), strings.Repeat("The harbour master counted the wagons on the quay. ", 20), version.Load())
	})
	return site, version
}

func TestSourcesOnTheCommandLine(t *testing.T) {
	site, version := brakedSite(t)
	term := newTerminal(t, readersConfig+"\n[gather]\nallow_networks = [\"127.0.0.0/8\"]\n[[sources]]\nname = \"port\"\nkind = \"sitemap\"\nurl = \""+site.URL+"/sitemap.xml\"\n")
	state := func() (d sourceDocument) {
		out, _ := term.run(0, "sources", "list", "--json")
		var list []sourceDocument
		if err := json.Unmarshal([]byte(out), &list); err != nil || len(list) != 1 {
			t.Fatal(out, err)
		}
		return list[0]
	}
	if d := state(); d.Name != "port" || d.Kind != "sitemap" || d.State != "ok" || d.LastDone != nil || d.Articles != 0 {
		t.Errorf("never gathered: %+v", d)
	}
	term.run(0, "gather")
	if d := state(); d.State != "ok" || d.LastDone == nil || d.Articles != 12 {
		t.Errorf("gathered: %+v", d)
	}
	version.Store(1)
	out, errs := term.run(1, "gather", "--json")
	if !strings.HasPrefix(errs, "port: the gather waits for staff") || strings.Contains(out, `"updated"`+",\n") || strings.Contains(out, `"outcome": "updated"`) {
		t.Error(out, errs)
	}
	if d := state(); d.State != "braked" || d.Error == "" {
		t.Errorf("braked: %+v", d)
	}
	term.play([]step{
		{"sources | show | nowhere", 2, []string{`there is no source "nowhere"`}},
		{"sources | accept | nowhere", 2, []string{`there is no source "nowhere"`}},
		{"sources | list", 0, []string{"port", "braked", "12"}},
		{"sources | show | port", 0, []string{"braked", "changed: 12", "Article 7", site.URL + "/a/7"}},
		{"sources | show | port | --json", 0, []string{`"changes"`, `"former_words"`}},
		{"sources | accept | port | --reread", 0, []string{"changed: 12"}},
		{"articles | show | " + site.URL + "/a/3", 0, []string{"version 0"}},
		{"sources | accept | port", 0, []string{"updated", "Article 11"}},
		{"articles | show | " + site.URL + "/a/3", 0, []string{"version 1"}},
		{"sources | accept | port | --json", 0, []string{"[]"}},
		{"sources | accept | port | --reread | --yes", 0, []string{"unchanged"}},
		{"gather", 0, []string{"unchanged"}},
	})
	if d := state(); d.State != "ok" || d.Error != "" {
		t.Errorf("accepted: %+v", d)
	}
}
