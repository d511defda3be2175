package feeds

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Export writes every offered feed below dir, in every format and with its archive, and the
// OPML list. Paths are the feeds' addresses. Each file is replaced atomically. Export
// returns the number of files.
func (p *Publisher) Export(ctx context.Context, dir string) (int, error) {
	if err := p.reload(ctx); err != nil { // one catalogue for all feeds
		return 0, err
	}
	defer p.forget()
	topics, err := p.Topics(ctx)
	if err != nil {
		return 0, err
	}
	list, err := p.OPML(ctx)
	if err != nil {
		return 0, err
	}
	if err := writeFile(filepath.Join(dir, "feeds.opml"), list); err != nil {
		return 0, err
	}
	written := 1
	for _, t := range topics {
		for _, f := range formats {
			for address := t.Address(f, ""); address != ""; written++ {
				file, err := url.PathUnescape(address) // web servers look up the unescaped path
				if err != nil {
					return written, err
				}
				_, c, _, _ := SplitFile(filepath.Base(file))
				d, err := p.Document(ctx, t, f, c)
				if err != nil {
					return written, err
				}
				if err := writeFile(filepath.Join(dir, filepath.FromSlash(file)), d.Body); err != nil {
					return written, err
				}
				address = strings.TrimPrefix(d.next, p.o.BaseURL)
			}
		}
	}
	return written, nil
}

// writeFile replaces a file atomically.
func writeFile(path string, body []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("feeds: exporting: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("feeds: exporting: %w", err)
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(body); err == nil {
		err = f.Chmod(0o644)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("feeds: exporting: %w", err)
	}
	return nil
}
