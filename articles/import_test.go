package articles

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"corridor/postgres/postgrestest"
)

func TestImportGoesOnAfterAFileThatIsNoArticle(t *testing.T) {
	dir := t.TempDir()
	text := strings.Repeat("The harbour is shallow and the berths are few. ", 20)
	for name, content := range map[string]string{
		"b.md": "---\ntitle: Second\ndate: 2026-05-04\n---\n" + text, "a.txt": "First\n\n" + text, "c.md": "# \n", "note.docx": "PK", ".hidden.md": text,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	empty := t.TempDir()
	files, missing := Files(dir, empty, filepath.Join(dir, "nowhere.md"))
	if diff := cmp.Diff([]string{filepath.Join(dir, "a.txt"), filepath.Join(dir, "b.md"), filepath.Join(dir, "c.md")}, files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if len(missing) != 2 || missing[0].Reason() != "the folder holds no .html, .md, .txt or .pdf file" || missing[1].Reason() != "there is no such file or folder" {
		t.Errorf("missing: %v", missing)
	}
	g := newGatherer(t, postgrestest.New(t), &clock{now: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)})
	rows, failures, err := g.ImportFiles(t.Context(), files, ImportOptions{Programs: []string{"eep"}})
	if err != nil || len(rows) != 2 || rows[0].Article.Title != "First" || rows[1].Article.Title != "Second" {
		t.Fatalf("rows: %v, %v", rows, err)
	}
	if len(failures) != 1 || failures[0].Source != files[2] || strings.Contains(failures[0].Reason(), "no article:") {
		t.Errorf("failures: %v", failures)
	}
	got, err := json.Marshal(rows[1].Document(time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"title":"Second","authors":[],"published":"2026-05-04T`, `"programs":["eep"],"regions":[]`, `"state":"released","outcome":"new"}`} {
		if !strings.Contains(string(got), want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
}
