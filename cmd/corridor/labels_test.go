package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const labelsConfig = minimal + `
[[regions]]
slug      = "central-asia"
name      = "Central Asia"
countries = ["Kazakhstan"]
[[regions]]
slug      = "turkiye"
name      = "Türkiye"
countries = ["Türkiye"]
`

const labelledSet = `{"id": "right", "title": "Порт Актау", "text": "В порту Актау ждут. Казахстан строит.", "regions": ["central-asia"]}
{"id": "missed", "title": "A quay", "text": "It is long.", "regions": ["turkiye"], "kept": true}

{"id": "wrong", "title": "Ankara'da yağmur", "text": "Türkiye yağmur bekliyor.", "regions": []}
`

// A line that is no case is reported, and the rest measured.
func TestLabelsMeasure(t *testing.T) {
	term := newTerminal(t, labelsConfig)
	file := filepath.Join(t.TempDir(), "texts.jsonl")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	measured := func(status int) (m measurement, stderr string) {
		out, stderr := term.run(status, "labels", "measure", file, "--json")
		if err := json.Unmarshal([]byte(out), &m); err != nil {
			t.Fatal(err, out)
		}
		return m, stderr
	}
	write(labelledSet)
	if m, _ := measured(0); m.Cases != 3 || m.Precision != 0.5 || m.Recall != 0.5 || len(m.Mistakes) != 2 || m.Kept == nil || m.Kept.Missed != 1 || m.Regions[0].Right != 1 || m.Regions[1].Wrong != 1 {
		t.Errorf("%+v", m)
	}
	out, _ := term.run(0, "labels", "measure", file)
	for _, part := range []string{"kept aside", "all           1      1      1       0.500      0.500", "expected: none\n  given: turkiye\n  turkiye 0.", "headline: Ankara'da"} {
		if !strings.Contains(out, part) {
			t.Errorf("no %q in\n%s", part, out)
		}
	}
	write(labelledSet + "{\n" + `{"title": "x", "regions": ["atlantis"]}`)
	m, stderr := measured(1)
	if len(m.Faults) != 2 || m.Cases != 3 || !strings.Contains(stderr, "line 5: no JSON object") || !strings.Contains(stderr, `line 6: there is no region "atlantis"`) {
		t.Errorf("%+v\n%s", m, stderr)
	}
	write("")
	if _, stderr := term.run(1, "labels", "measure", file); !strings.Contains(stderr, "has no case") {
		t.Error(stderr)
	}
}

// What staff labelled can be exported, and measured as it is.
func TestLabelsExport(t *testing.T) {
	term, dir := newTerminal(t, labelsConfig), t.TempDir()
	page, file := filepath.Join(dir, "pier.txt"), filepath.Join(dir, "cases.jsonl")
	if err := os.WriteFile(page, []byte("A lamp on the pier\n\nThe pier has a lamp that burns at night, and a keeper."), 0o600); err != nil {
		t.Fatal(err)
	}
	term.run(0, "articles", "import", page)
	if out, _ := term.run(0, "labels", "export"); out != "" {
		t.Error(out)
	}
	term.run(0, "articles", "label", "1", "--region", "turkiye")
	if out, _ := term.run(0, "labels", "export", "--out", file); !strings.HasPrefix(out, "1 case written to ") {
		t.Error(out)
	}
	out, _ := term.run(0, "labels", "measure", file)
	if !strings.Contains(out, "A lamp on the pier\n  expected: turkiye\n  given: none\n") {
		t.Error(out)
	}
	if out, _ := term.run(0, "articles", "show", "1"); !strings.Contains(out, "Label: region turkiye, confidence 1.00: set by staff") {
		t.Error(out)
	}
}
