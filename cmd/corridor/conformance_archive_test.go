//go:build conformance

package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// importNotes imports a number of short articles at once.
func (p *publishing) importNotes(n int) {
	p.t.Helper()
	folder := p.t.TempDir()
	var rows []struct{ URL, Outcome string }
	for range n {
		p.notes++
		text := fmt.Sprintf("---\ntitle: Note %d\nauthor: Ada Writer\ndate: 2026-01-%02d\n---\n\nWhat note %d says is written here.\n", p.notes, 1+p.notes%28, p.notes)
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("note-%04d.md", p.notes)), []byte(text), 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
	p.must(&rows, "articles", "import", "--json", folder)
	if len(rows) != n {
		p.t.Fatalf("%d of %d notes were imported", len(rows), n)
	}
	last := fmt.Sprintf("Note %d", p.notes)
	for _, row := range rows {
		if row.Outcome != "new" {
			p.t.Fatalf("%s: %s", last, row.Outcome)
		}
	}
}

type listed struct{ URL string }

func (p *publishing) list() (all []listed) {
	p.t.Helper()
	p.must(&all, "articles", "list", "--json")
	return all
}

// entryLinks parses a document of any format: its entries' addresses and the next page.
func entryLinks(t *testing.T, body string) (links []string, next string) {
	t.Helper()
	if strings.HasPrefix(body, "{") {
		var d struct {
			NextURL string `json:"next_url"`
			Items   []struct{ URL string }
		}
		if err := json.Unmarshal([]byte(body), &d); err != nil {
			t.Fatal(err)
		}
		for _, item := range d.Items {
			links = append(links, item.URL)
		}
		return links, d.NextURL
	}
	root, err := readTree(body)
	if err != nil {
		t.Fatal(err)
	}
	root.walk(func(n, parent *node) {
		switch {
		case n.name.Local == "link" && n.name.Space == nsAtom && parent.name.Local != "entry" && n.attr("rel") == "next":
			next = n.attr("href")
		case n.name.Local == "link" && n.name.Space == nsAtom && parent.name.Local == "entry" && n.attr("rel") == "alternate":
			links = append(links, n.attr("href"))
		case n.name == (xml.Name{Local: "link"}) && parent.name.Local == "item":
			links = append(links, n.text)
		}
	})
	return links, next
}
