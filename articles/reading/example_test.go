package reading_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"corridor/articles/reading"
)

const examplePage = `<!doctype html>
<html lang="en"><head><title>A Second Berth for Aktau - Example Institute</title></head>
<body><nav><a href="/">Home</a><a href="/research">Research</a></nav>
<article><h1>A Second Berth for Aktau</h1>
<p>By Lena Fox and Max Reed | November 12, 2026</p>
<p>The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.</p>
<p>It lacks a second berth, for which the money has yet to be found.</p>
</article>
<footer>Example Institute, 1 Harbour Road</footer></body></html>`

func ExampleRead() {
	zone := time.FixedZone("Aktau", 5*60*60)
	r, err := reading.Read(context.Background(), reading.Page{
		URL:         "https://www.example.org/research/second-berth?utm_source=x",
		ContentType: "text/html; charset=utf-8",
		Body:        []byte(examplePage),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	r = r.In(zone) // the page names no time zone
	fmt.Println(r.Title)
	fmt.Println(r.Authors, r.Published.Format(time.DateOnly))
	fmt.Println(r.ContentText)
	// Output:
	// A Second Berth for Aktau
	// [Lena Fox Max Reed] 2026-11-12
	// The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.
	//
	// It lacks a second berth, for which the money has yet to be found.
}

func ExampleRead_noArticle() {
	_, err := reading.Read(context.Background(), reading.Page{Body: []byte(`<html><body><p>Loading</p></body></html>`), ContentType: "text/html"})
	fmt.Println(errors.Is(err, reading.ErrNoArticle), err)
	// Output: true no article: the page has no headline
}

func ExampleJudge() {
	address := "https://www.example.org/research/second-berth"
	r, _ := reading.Read(context.Background(), reading.Page{URL: address, ContentType: "text/html", Body: []byte(
		`<html lang="en"><head><title>Page not found</title></head><body><h1>Page not found</h1><p>The page you requested does not exist.</p></body></html>`)})
	j := reading.Judge(reading.Case{Reading: r, Asked: address, Final: address})
	fmt.Println(j.Verdict, j.Wall)
	// Output: not_article a “not found” page
}
