package service

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"corridor/articles"
	"corridor/articles/reading"
	"corridor/web"
)

// A publication that gathers a feed with a hub is told of an article by the hub. The hub and
// the feed here are those of Corridor itself.
func TestAHubTellsOfAnArticle(t *testing.T) {
	var pages http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { pages.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	s := open(t, fmt.Sprintf("%s\n[server]\nbase_url = %q\n[gather]\nallow_networks = [\"127.0.0.0/8\"]\n[[sources]]\nname = \"own\"\nkind = \"feed\"\nurl = %q\nevery = \"1h\"\n",
		readersConfig, server.URL, server.URL+"/feeds/all.atom"))
	signer, err := s.Signer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	options, err := s.webOptions(signer)
	if err != nil {
		t.Fatal(err)
	}
	if pages, err = web.New(options); err != nil {
		t.Fatal(err)
	}
	gatherer, err := s.Gatherer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	gatherer.Hubs = s.sourceHubs(gatherer.Client())
	readings := make(chan articles.Gathered, 100)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	t.Cleanup(func() { stop(); group.Wait() })
	if err := options.Feeds.Offer(ctx); err != nil {
		t.Fatal(err)
	}
	group.Go(func() { _ = options.Feeds.Run(ctx) })
	group.Go(func() { _ = options.Hub.Run(ctx) })
	group.Go(func() {
		_ = gatherer.Work(ctx, func(context.Context) bool { return true }, func(result articles.Gathered) { readings <- result })
	})
	until := func(condition string) { // the test's own time limit ends it
		t.Helper()
		for done := false; !done; time.Sleep(10 * time.Millisecond) {
			if err := s.DB.Get(&done, `SELECT EXISTS (SELECT FROM hub_subscriptions WHERE `+condition+`)`); err != nil {
				t.Fatal(err)
			}
		}
	}
	<-readings
	until(`lease_until > now() + interval '1 hour'`)
	found := articles.Found{Reading: reading.Reading{Title: "A pushed article", ContentHTML: "<p>Its text.</p>", ContentText: "Its text.", Words: 2}, URL: server.URL + "/articles/1"}
	if _, _, err := articles.NewStore(s.DB).Save(t.Context(), found, time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	until(`pushed_at IS NOT NULL`)
	if again := <-readings; len(again.Failures) > 0 || again.Err != nil {
		t.Errorf("%+v", again)
	}
}
