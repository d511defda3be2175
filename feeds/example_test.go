package feeds_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"corridor/feeds"
	"corridor/postgres"
)

// A topic has one page for people and one document in each format.
func ExampleTopic_Address() {
	t := feeds.Topic{Kind: feeds.Crossing, Program: "energy", Region: "central-asia"}
	fmt.Println(t.Path())
	for _, f := range feeds.Formats() {
		fmt.Println(t.Address(f, ""), f.ContentType())
	}
	// Output:
	// /feeds/programs/energy/regions/central-asia
	// /feeds/programs/energy/regions/central-asia.rss application/rss+xml; charset=utf-8
	// /feeds/programs/energy/regions/central-asia.atom application/atom+xml; charset=utf-8
	// /feeds/programs/energy/regions/central-asia.json application/feed+json; charset=utf-8
}

// The last part of a feed's path names the label, the page of the archive and the format.
func ExampleSplitFile() {
	slug, page, format, ok := feeds.SplitFile("energy~1764320400-17-9.atom")
	fmt.Println(slug, page, format.Name(), ok)
	// Output: energy 1764320400-17-9 Atom true
}

// A document answers requests with its validators, compressed as the client prefers. This
// example needs a database and is not run.
func ExamplePublisher_Document() {
	ctx := context.Background()
	db, err := postgres.Open(ctx, "postgres:///corridor", 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	publisher := feeds.New(db, feeds.Options{
		Title: "Example Institute", BaseURL: "https://news.example.org", Language: "en", MaxAge: time.Minute,
		Programs: []feeds.Label{{Slug: "energy", Name: "Energy"}},
	})
	http.HandleFunc("GET /feeds/programs/energy.atom", func(w http.ResponseWriter, r *http.Request) {
		document, err := publisher.Document(r.Context(), feeds.Topic{Kind: feeds.Program, Program: "energy"}, feeds.Atom, "")
		if err != nil {
			http.Error(w, "The feed cannot be read now.", http.StatusServiceUnavailable)
			return
		}
		document.Serve(w, r, publisher.CacheControl())
	})
}
