package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestAGatherThatIsKilledGoesOn kills a first gather in the middle. The next one keeps what
// was stored, reads the rest, and stores no article twice.
func TestAGatherThatIsKilledGoesOn(t *testing.T) {
	t.Parallel()
	const pages = 60
	var asked atomic.Int64
	middle := make(chan struct{})
	var site *httptest.Server
	site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/sitemap.txt":
			for i := range pages {
				fmt.Fprintf(w, "%s/notes/%d\n", site.URL, i)
			}
		case strings.HasPrefix(r.URL.Path, "/notes/"):
			if asked.Add(1) == pages/2 {
				close(middle)
				<-r.Context().Done() // until the program is killed
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, "<html lang=en><title>Note %[1]s</title><article><h1>Note %[1]s</h1><p>%[2]s</p></article>", r.URL.Path[7:], strings.Repeat("The port of "+r.URL.Path[7:]+" is built beside the old harbour. ", 30))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)
	in := install(t, strings.ReplaceAll(killConfig, "SINK", "127.0.0.1:1")+"\n[gather]\nallow_networks = [\"127.0.0.0/8\"]\n[[sources]]\nname = \"port\"\nkind = \"sitemap\"\nurl = \""+site.URL+"/sitemap.txt\"\n")
	first := in.command(t.Context(), "gather")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-middle:
	case <-time.After(90 * time.Second):
		t.Error("the first gather does not reach the middle")
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	var rows []struct{ Outcome string }
	in.must(&rows, "gather", "--json")
	outcomes := map[string]int{}
	for _, row := range rows {
		outcomes[row.Outcome]++
	}
	if outcomes["new"]+outcomes["unchanged"] != pages || outcomes["unchanged"] < pages/4 {
		t.Errorf("the second gather says %v; want %d articles, a quarter of them known", outcomes, pages)
	}
	var stored []struct{ ID int64 }
	in.must(&stored, "articles", "list", "--limit", "1000", "--json")
	if len(stored) != pages {
		t.Errorf("%d articles are stored; want %d", len(stored), pages)
	}
}
