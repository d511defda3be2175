package articles

import (
	"context"
	"fmt"
	"mime"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"corridor/articles/pdf"
	"corridor/articles/reading"
)

// readAny reads the article in a document of any format: a PDF by its first bytes,
// whatever the server says of its type; all else as a page.
func readAny(ctx context.Context, p reading.Page) (reading.Reading, error) {
	if pdf.Is(p.Body) {
		return pdf.Read(ctx, p.Body)
	}
	if kind, _, err := mime.ParseMediaType(p.ContentType); err == nil && kind == "application/pdf" {
		return reading.Reading{}, fmt.Errorf("%w: the server sends it as a PDF, and it is none", reading.ErrNoArticle)
	}
	return reading.Read(ctx, p)
}

// fileEndings are the endings of files that are articles.
var fileEndings = []string{".html", ".htm", ".xhtml", ".md", ".markdown", ".txt", ".text", ".pdf"}

func isArticleFile(name string) bool {
	return slices.Contains(fileEndings, strings.ToLower(filepath.Ext(name)))
}

// readBody reads the article in a file, by the ending of its name.
func readBody(ctx context.Context, path string, body []byte, modified time.Time) (reading.Reading, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".html", ".htm", ".xhtml":
		return reading.HTMLFile(body, modified)
	case ".md", ".markdown":
		return reading.Markdown(body)
	case ".txt", ".text", "":
		return reading.Text(body)
	case ".pdf":
		if !pdf.Is(body) {
			return reading.Reading{}, fmt.Errorf("%w: its name says PDF, and it is none", reading.ErrNoArticle)
		}
		return pdf.Read(ctx, body)
	}
	return reading.Reading{}, fmt.Errorf("%s %w", path, ErrNotText)
}
