package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Each command with an article finds it by each form of its address.
func TestCommandsFindAnArticle(t *testing.T) {
	term := newTerminal(t, minimal)
	file := filepath.Join(t.TempDir(), "a.md")
	if err := os.WriteFile(file, []byte("# Pipelines of the steppe\n\nThe pipeline crosses the steppe.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	term.run(0, "articles", "import", file, "--url", "https://www.example.org/pipelines", "--news")
	term.run(0, "subscribers", "add", "r@example.org")
	for _, key := range []string{"1", "http://WWW.example.org/%70ipelines/?utm_source=letter#top"} {
		for _, command := range [][]string{
			{"articles", "show", key},
			{"articles", "hold", key},
			{"articles", "withdraw", key},
			{"articles", "release", key},
			{"articles", "label", key, "--reset"},
			{"why", "r@example.org", key},
			{"special", "create", "--subject", "s", "--article", key},
			{"special", "create", "--subject", "s", "--intro", "i", "--received", "article:" + key},
		} {
			term.run(0, command...)
		}
	}
	const nowhere = "https://www.example.org/nowhere"
	for _, command := range [][]string{
		{"articles", "show", nowhere},
		{"why", "r@example.org", nowhere},
		{"special", "create", "--subject", "s", "--article", nowhere},
	} {
		want := fmt.Sprintf("corridor: there is no article %s; 'corridor articles list' shows all, with their ids\n", nowhere)
		if _, complaint := term.run(1, command...); complaint != want {
			t.Errorf("%q: %q, want %q", command, complaint, want)
		}
	}
}
