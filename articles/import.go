package articles

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"corridor/articles/reading"
)

// ImportOptions say what an imported file does not.
type ImportOptions struct {
	Programs []string // slugs; instead of those that are read
	Regions  []string
	URL      string // the article's own address; empty: the file's word, or a page here
	News     bool   // joins the next digests however old it is
}

// Import reads an article from a file and stores it. A file that was imported before
// is known by its address, or by its path when it has none: a new text is a new
// version. Errors that wrap [ErrNoArticle] or [ErrNotText] are about the file.
func (g *Gatherer) Import(ctx context.Context, path string, o ImportOptions) (Row, error) {
	row := Row{URL: path}
	r, evidence, err := ReadFile(path, g.MaxBytes)
	if err != nil {
		return row, err
	}
	address := o.URL
	if address == "" {
		address = r.URL
	}
	if address != "" {
		if address, err = reading.CanonicalURL(address); err != nil {
			return row, err
		}
	}
	found := g.Describe(r, address)
	found.Evidence = evidence
	if address == "" {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return row, err
		}
		found.GUID = "file:" + absolute
	}
	if len(o.Programs) > 0 {
		found.Programs = o.Programs
	}
	if len(o.Regions) > 0 {
		found.Regions = o.Regions
	}
	found.Newsworthy = o.News || g.isNews(found.Published, false)
	found.Fresh = found.Newsworthy
	row.Article, row.Outcome, err = g.store.Save(ctx, found, g.Now(), g.OwnPage)
	row.URL = row.Article.URL
	return row, err
}

// Files lists the articles' files at a path: itself, or all in a folder by their
// endings, sorted.
func Files(path string) ([]string, error) {
	var list []string
	err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == path && !entry.IsDir():
			list = append(list, name)
		case strings.HasPrefix(entry.Name(), ".") && name != path:
			if entry.IsDir() {
				return fs.SkipDir
			}
		case slices.Contains([]string{".html", ".htm", ".xhtml", ".md", ".markdown", ".txt", ".text"}, strings.ToLower(filepath.Ext(name))):
			list = append(list, name)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("there is no such file or folder")
	}
	return list, err
}
