package articles

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"corridor/articles/reading"
)

// ErrNotText is returned for a file that is no HTML, Markdown, plain text or PDF by its name.
var ErrNotText = errors.New("is no .html, .md, .txt or .pdf file")

// ReadFile reads an article from a file, by the ending of its name.
func ReadFile(ctx context.Context, path string, maxBytes int64) (reading.Reading, Evidence, error) {
	body, evidence, err := readDocument(path, maxBytes)
	if err != nil {
		return reading.Reading{}, evidence, err
	}
	r, err := readBody(ctx, path, body, evidence.Modified)
	return r, evidence, err
}

func readDocument(path string, maxBytes int64) ([]byte, Evidence, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, Evidence{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, Evidence{}, fmt.Errorf("%s: is no file", path)
	}
	body, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	switch {
	case err != nil:
		return nil, Evidence{}, err
	case int64(len(body)) > maxBytes:
		return nil, Evidence{}, fmt.Errorf("%w: larger than %d bytes", reading.ErrNoArticle, maxBytes)
	}
	return body, Evidence{Digest: digestOf(string(body)), Steady: true, Modified: info.ModTime()}, nil
}

// fromFolder lists the files of a folder and of the folders in it. Links are not followed,
// and files with a name that begins with a dot are skipped.
func (g *Gatherer) fromFolder(s Source) ([]candidate, error) {
	var found []candidate
	err := filepath.WalkDir(s.URL, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(entry.Name(), ".") && path != s.URL {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || len(found) >= maxCandidates {
			return nil
		}
		relative, err := filepath.Rel(s.URL, path)
		if err != nil {
			return err
		}
		if s.Match != "" && !matchesPath(s.Match, "file:///"+filepath.ToSlash(relative)) {
			return nil
		}
		found = append(found, candidate{GUID: "file:" + filepath.ToSlash(relative)})
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s", s.URL)
	}
	return found, err
}
