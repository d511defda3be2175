package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A renamed program keeps its articles and readers: feeds and digests continue under the
// new name.
func TestARenamedProgramKeepsArticlesAndReaders(t *testing.T) {
	t.Parallel()
	settings := minimal + "[server]\ndata = \"DATA\"\n"
	in := install(t, settings+"[[programs]]\nslug = \"eep\"\nname = \"Energy\"\n[[programs]]\nslug = \"spp\"\nname = \"Security\"\n")
	page := filepath.Join(in.dir, "article.md")
	if err := os.WriteFile(page, []byte("---\ntitle: A Lamp on the Pier\n---\n"+strings.Repeat("The lamp burns on the pier all night long. ", 30)), 0o600); err != nil {
		t.Fatal(err)
	}
	in.must(nil, "articles", "import", page, "--program", "eep", "--news")
	in.must(nil, "subscribers", "add", "a@example.net", "--program", "eep", "--program", "spp", "--frequency", "daily")

	after := strings.ReplaceAll(settings, "DATA", filepath.Join(in.dir, "data")) +
		"[[programs]]\nslug = \"energy\"\nname = \"Energy\"\nformer_slugs = [\"eep\"]\n[[programs]]\nslug = \"spp\"\nname = \"Security\"\n"
	if err := os.WriteFile(in.config, []byte(after), 0o600); err != nil {
		t.Fatal(err)
	}
	var reader struct{ Programs []string }
	in.must(&reader, "subscribers", "show", "a@example.net", "--json")
	if !slices.Equal(reader.Programs, []string{"energy", "spp"}) {
		t.Errorf("the reader follows %v", reader.Programs)
	}
	out := filepath.Join(in.dir, "out")
	in.must(nil, "feeds", "export", "--out", out)
	feed, err := os.ReadFile(filepath.Join(out, "feeds", "programs", "energy.rss"))
	if err != nil || !strings.Contains(string(feed), "A Lamp on the Pier") {
		t.Errorf("the feed of the new name: %v\n%s", err, feed)
	}
	in.must(nil, "digest", "send", "--frequency", "daily", "--wait")
	if mails := in.mails("A Lamp on the Pier"); len(mails) != 1 {
		t.Errorf("%d mails: %v", len(mails), mails)
	}
	in.must(nil, "digest", "send", "--frequency", "daily", "--wait")
	if mails := in.mails("A Lamp on the Pier"); len(mails) != 1 {
		t.Errorf("again %d mails: %v", len(mails), mails)
	}
}
