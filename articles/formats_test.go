package articles

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"corridor/articles/pdf"
	"corridor/articles/pdftest"
	"corridor/postgres/postgrestest"
)

// TestMain reads a document where [pdf.Read] started this program for one.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == pdf.Command {
		os.Exit(pdf.Serve(os.Stdin, os.Stdout))
	}
	m.Run()
}

// portReport is a report in Russian, as a PDF.
func portReport() []byte {
	lines := append(pdftest.Column(60, 740, 22, "Порт Актау растёт"), pdftest.Column(60, 700, 11, "Авторы: Анна Смирнова, к.э.н., и Иван Петров", "27 февраля 2026")...)
	lines = append(lines, pdftest.Column(60, 650, 11, strings.Split(strings.Repeat("Порт Актау принял в понедельник четыре судна, а станция отправила девять поездов.\n", 12), "\n")...)...)
	return pdftest.Document{Title: "report.indd", Language: "ru", Pages: [][]pdftest.Line{lines}}.Bytes()
}

// TestReportsAreArticles gathers reports in PDF from a sitemap, by their bytes and not
// by their type, and imports and gathers them as files.
func TestReportsAreArticles(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	s.set("/a/report.pdf", "application/pdf", string(portReport()))
	s.set("/a/none.pdf", "application/pdf", "<html><body><h1>Gone</h1></body></html>")
	s.sitemap("/a/report.pdf", "/a/none.pdf")
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "port.pdf"), portReport(), 0o600); err != nil {
		t.Fatal(err)
	}
	g := newGatherer(t, db, c, Source{Name: "site", Kind: "sitemap", URL: s.URL + "/sitemap.xml"})
	rows, _, err := g.Gather(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]string{}
	for _, r := range rows {
		outcomes[strings.TrimPrefix(r.URL, s.URL)] = string(r.Outcome) + " " + r.Reason
		if r.Outcome != Skipped && (r.Article.Title != "Порт Актау растёт" || strings.Join(r.Article.Authors, ";") != "Анна Смирнова;Иван Петров" || r.Article.Language != "ru" || r.Article.Words < 100) {
			t.Errorf("%s: %+v", r.URL, r.Article)
		}
	}
	if !strings.HasPrefix(outcomes["/a/report.pdf"], "new") || !strings.Contains(outcomes["/a/none.pdf"], "it is none") {
		t.Errorf("%v", outcomes)
	}
	r, _, err := ReadFile(t.Context(), filepath.Join(folder, "port.pdf"), 1<<20)
	if err != nil || r.Title != "Порт Актау растёт" || r.Published.Format("2006-01-02") != "2026-02-27" {
		t.Errorf("%q of %s, %v", r.Title, r.Published, err)
	}
	files, missing := Files(folder)
	if len(files) != 1 || len(missing) != 0 {
		t.Errorf("%v, %v", files, missing)
	}
}
