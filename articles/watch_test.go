package articles

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
)

// A process that watches a folder reads a new file when it is complete, also in a new
// folder, and each file once.
func TestFilesAreReadWhenTheyAreDropped(t *testing.T) {
	folder, db := t.TempDir(), postgrestest.New(t)
	g := newGatherer(t, db, start(), Source{Name: "drop", Kind: Folder, URL: folder, Every: time.Hour})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	rows := make(chan Row, 100)
	go func() {
		done <- g.Work(ctx, func(context.Context) bool { return true }, func(result Gathered) {
			for _, row := range result.Rows {
				rows <- row
			}
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	for due := 0; due == 0; { // the first reading of the empty folder is over
		if err := db.Get(&due, `SELECT count(*) FROM sources WHERE first_done_at IS NOT NULL`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	next := func(title string) {
		t.Helper()
		for row := range rows { // the test's own time limit ends it
			if row.Outcome == Unchanged {
				continue
			}
			if row.Outcome != New || row.Article.Title != title {
				t.Errorf("%s: %+v", title, row)
			}
			return
		}
	}
	file, err := os.Create(filepath.Join(folder, "one.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"# The first report\n\n", "Its text is written ", "in several parts.\n"} {
		if _, err := file.WriteString(part); err != nil {
			t.Fatal(err)
		}
		time.Sleep(fileRests / 2)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	next("The first report")
	var text string
	if err := db.Get(&text, `SELECT content_text FROM articles`); err != nil || text != "Its text is written in several parts." {
		t.Errorf("half a file was read: %q %v", text, err)
	}
	if err := os.Mkdir(filepath.Join(folder, "may"), 0o755); err != nil {
		t.Fatal(err)
	}
	time.Sleep(fileRests / 2) // the watch of the new folder begins
	if err := os.WriteFile(filepath.Join(folder, "may", "two.txt"), []byte("The second report\n\nThis one has a different text.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	next("The second report")
	var n int
	if err := db.Get(&n, `SELECT count(*) FROM articles`); err != nil || n != 2 {
		t.Errorf("%d articles: %v", n, err)
	}
}

func TestIsInside(t *testing.T) {
	for _, c := range []struct {
		folder, path string
		want         bool
	}{
		{"/srv/drop", "/srv/drop/a.md", true},
		{"/srv/drop", "/srv/drop", true},
		{"/srv/drop/", "/srv/drop/may/a.md", true},
		{"/srv/drop", "/srv/dropped/a.md", false},
		{"/srv/drop", "/srv/a.md", false},
		{"/srv/drop", "/srv/drop/..a.md", true},
	} {
		if got := isInside(c.folder, c.path); got != c.want {
			t.Errorf("isInside(%q, %q) is %v", c.folder, c.path, got)
		}
	}
}
