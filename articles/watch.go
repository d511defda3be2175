package articles

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// fileRests is how long a file must be unchanged before a process that watches its folder
// reads it: until then it may be half written.
const fileRests = time.Second

// watchFolders makes a folder source due when a file in its folder changes, until ctx ends.
// A folder that cannot be watched, for example on a network drive, is read by the timetable
// alone.
func (g *Gatherer) watchFolders(ctx context.Context) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		g.Log.Warn("folders are not watched, but read every now and then", "error", err)
		return
	}
	defer func() { _ = watcher.Close() }()
	for _, s := range g.Sources {
		if s.Kind == Folder {
			watchTree(watcher, s.URL)
		}
	}
	resting := map[string]time.Time{} // when the last change of a source's folder was seen
	tick := time.NewTicker(fileRests / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case event, open := <-watcher.Events:
			if !open {
				return
			}
			if event.Has(fsnotify.Create) {
				watchTree(watcher, event.Name)
			}
			for _, s := range g.Sources {
				if s.Kind == Folder && isInside(s.URL, event.Name) {
					resting[s.Name] = time.Now()
				}
			}
		case _, open := <-watcher.Errors: // events were lost: the timetable finds the files
			if !open {
				return
			}
		case <-tick.C:
			g.endRest(ctx, resting)
		}
	}
}

// endRest makes the folder sources due whose files have been unchanged for long enough.
func (g *Gatherer) endRest(ctx context.Context, resting map[string]time.Time) {
	for name, changed := range resting {
		if time.Since(changed) < fileRests {
			continue
		}
		if err := g.store.AskFor(ctx, name, g.Now()); err == nil {
			delete(resting, name)
		}
	}
}

// watchTree watches a folder and the folders in it. What is no folder is left out.
func watchTree(watcher *fsnotify.Watcher, root string) {
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // the timetable reads it
		case !entry.IsDir():
			return nil
		case strings.HasPrefix(entry.Name(), ".") && path != root:
			return fs.SkipDir
		}
		_ = watcher.Add(path)
		return nil
	})
}

// isInside reports whether a path is in a folder, at any depth.
func isInside(folder, path string) bool {
	relative, err := filepath.Rel(folder, path)
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
}
