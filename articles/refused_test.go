package articles

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
)

// A page that refuses Corridor gives way to the text of its feed, until it can be read. A
// text that was read is not replaced by the feed's.
func TestPagesThatRefuse(t *testing.T) {
	s, db, c := newSite(t), postgrestest.New(t), start()
	const summary = "The port opens a second berth in the spring, and two trains a day go from there to the hub."
	entry := func(path, text string) string {
		return "<item><title>About " + path + "</title><link>" + s.URL + path + "</link><description>" + text + "</description></item>"
	}
	s.set("/feed.xml", "application/rss+xml", `<rss version="2.0"><channel><title>Notes</title>`+entry("/a/port", summary)+entry("/a/rail", "")+entry("/a/sea", summary)+entry("/a/gone", summary)+`</channel></rss>`)
	status := func(code int) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	s.handle("/a/port", status(http.StatusForbidden))
	s.handle("/a/rail", status(http.StatusForbidden))
	s.handle("/a/gone", status(http.StatusGone))
	s.article("/a/sea", "About /a/sea", "The sea is wide.")
	g := newGatherer(t, db, c, Source{Name: "notes", Kind: Feed, URL: s.URL + "/feed.xml"})
	outcomes := func(want string) {
		t.Helper()
		rows, failures, err := g.Gather(t.Context())
		if err != nil || len(failures) > 0 {
			t.Fatal(failures, err)
		}
		var got []string
		for _, r := range rows {
			got = append(got, strings.TrimPrefix(r.URL, s.URL)+" "+string(r.Outcome)+": "+r.Reason)
		}
		slices.Sort(got)
		if strings.Join(got, "\n") != want {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
		}
		c.now = c.now.Add(time.Hour)
	}
	outcomes("/a/gone skipped: answers 410 Gone\n/a/port new: answers 403 Forbidden; the text is the feed's\n/a/rail skipped: answers 403 Forbidden\n/a/sea new: ")
	a, err := g.store.Find(t.Context(), s.URL+"/a/port")
	if err != nil || a.ContentText != summary || a.Refused != "answers 403 Forbidden" {
		t.Errorf("%q, %q, %v", a.ContentText, a.Refused, err)
	}
	s.handle("/a/sea", status(http.StatusForbidden))
	s.handle("/a/port", status(http.StatusNotFound))
	outcomes("/a/gone skipped: answers 410 Gone\n/a/port unchanged: answers 404 Not Found; the text is the feed's\n/a/rail skipped: answers 403 Forbidden\n/a/sea skipped: answers 403 Forbidden")
	s.article("/a/port", "About /a/port", strings.Repeat("The whole text of the page about the port. ", 20))
	s.article("/a/sea", "About /a/sea", "The sea is wide.")
	outcomes("/a/gone skipped: answers 410 Gone\n/a/port updated: \n/a/rail skipped: answers 403 Forbidden\n/a/sea unchanged: ")
	if a, err = g.store.Find(t.Context(), s.URL+"/a/port"); err != nil || a.Refused != "" || !strings.Contains(a.ContentText, "whole text") {
		t.Errorf("%q, %q, %v", a.ContentText, a.Refused, err)
	}
}
