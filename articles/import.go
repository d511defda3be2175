package articles

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"corridor/articles/reading"
)

// ImportOptions hold facts that an imported file does not state.
type ImportOptions struct {
	Programs []string // slugs; instead of those that are read
	Regions  []string
	URL      string // the article's own address; empty: the file's word, or a page here
	News     bool   // joins the next digests however old it is
}

// Import reads an article from a file and stores it. A file that was imported before is
// known by its address, or by its path when it has no address: a new text is a new
// version. Errors that wrap [ErrNoArticle] or [ErrNotText] are about the file.
func (g *Gatherer) Import(ctx context.Context, path string, o ImportOptions) (Row, error) {
	row := Row{URL: path}
	r, evidence, err := ReadFile(ctx, path, g.MaxBytes)
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
		found.Programs, found.Labels = o.Programs, replaceLabels(found.Labels, ProgramLabel, o.Programs, "given with the import")
	}
	if len(o.Regions) > 0 {
		found.Regions, found.Labels = o.Regions, replaceLabels(found.Labels, RegionLabel, o.Regions, "given with the import")
	}
	found.Newsworthy = o.News || g.isNews(found.Published, false)
	found.Fresh = found.Newsworthy
	row.Article, row.Outcome, err = g.store.Save(ctx, found, g.Now(), g.OwnPage)
	row.URL = row.Article.URL
	return row, err
}

// ImportFiles imports every file. A file that cannot be read as an article is a failure
// with the path as Source, and the others are imported. The error is about the database,
// or ctx.
func (g *Gatherer) ImportFiles(ctx context.Context, paths []string, o ImportOptions) (rows []Row, failures []Failure, err error) {
	for _, path := range paths {
		row, err := g.Import(ctx, path, o)
		switch {
		case ctx.Err() != nil:
			return rows, failures, ctx.Err()
		case err != nil:
			failures = append(failures, Failure{path, err})
		default:
			rows = append(rows, row)
		}
	}
	return rows, failures, nil
}

// Files returns the files of articles that the paths name. A path is a file of any name,
// or a folder. Files of a folder that have a known ending are returned in the order of
// their names. A path without a file is a failure.
func Files(paths ...string) (files []string, failures []Failure) {
	for _, path := range paths {
		found, err := filesOf(path)
		if err == nil && len(found) == 0 {
			err = errors.New("the folder holds no .html, .md, .txt or .pdf file")
		}
		if err != nil {
			failures = append(failures, Failure{path, err})
		}
		files = append(files, found...)
	}
	return files, failures
}

// filesOf returns the files of one path.
func filesOf(path string) ([]string, error) {
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
		case isArticleFile(name):
			list = append(list, name)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("there is no such file or folder")
	}
	return list, err
}
