package reading

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"golang.org/x/net/html"
)

// Limits of a page. Pages of newspapers have 5,000 tags and are read in milliseconds.
const (
	maxTags  = 400_000
	pageTime = 30 * time.Second
)

const tooLong = "the page takes too long to read"

// parsePage parses a document unless it has too many tags, or the time is over.
func parsePage(ctx context.Context, body []byte) (*html.Node, error) {
	if tags := bytes.Count(body, []byte("<")); tags > maxTags {
		return nil, fmt.Errorf("%w: the page has more than %d tags", ErrNoArticle, maxTags)
	}
	root, err := html.Parse(timedReader{ctx, bytes.NewReader(body)})
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%w: %s", ErrNoArticle, tooLong)
	case err != nil:
		return nil, fmt.Errorf("%w: the page cannot be parsed: %w", ErrNoArticle, err)
	}
	return root, nil
}

// timedReader ends with ctx: the parser, which takes no context, then ends too.
type timedReader struct {
	ctx context.Context
	r   io.Reader
}

func (t timedReader) Read(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	return t.r.Read(p)
}

// Limits of Markdown. Its parser takes time that grows with the square of each of these.
const (
	maxMarkdown       = 1 << 20 // bytes
	maxMarkdownLines  = 20_000
	maxMarkdownNested = 100   // markers of quotes and lists that a line begins with
	maxMarkdownLinks  = 2_000 // opening brackets between two empty lines
	maxMarkdownNotes  = 2_000 // definitions of links and footnotes
)

// checkMarkdown refuses Markdown that the parser would take too long over.
func checkMarkdown(text []byte) error {
	lines, links, notes := 0, 0, bytes.Count(text, []byte("]:"))
	for line := range bytes.Lines(text) {
		lines++
		if links += bytes.Count(line, []byte("[")); len(bytes.TrimSpace(line)) == 0 {
			links = 0
		}
		reason := ""
		switch {
		case len(text) > maxMarkdown:
			reason = fmt.Sprintf("it is larger than %d bytes", maxMarkdown)
		case lines > maxMarkdownLines:
			reason = fmt.Sprintf("it has more than %d lines", maxMarkdownLines)
		case markersOf(line) > maxMarkdownNested:
			reason = fmt.Sprintf("quotes and lists stand %d deep in each other", maxMarkdownNested)
		case links > maxMarkdownLinks:
			reason = fmt.Sprintf("a paragraph has more than %d links", maxMarkdownLinks)
		case notes > maxMarkdownNotes:
			reason = fmt.Sprintf("it has more than %d notes", maxMarkdownNotes)
		default:
			continue
		}
		return fmt.Errorf("%w: the Markdown takes too long to read: %s", ErrNoArticle, reason)
	}
	return nil
}

// markersOf counts the markers of quotes and lists that a line begins with.
func markersOf(line []byte) int {
	count := 0
	for _, c := range line {
		switch {
		case bytes.IndexByte([]byte(">-*+.)"), c) >= 0:
			count++
		case c != ' ' && c != '\t' && (c < '0' || c > '9'):
			return count
		}
	}
	return count
}
