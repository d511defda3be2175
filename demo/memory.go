package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// memory is kept in a file for the next start. The sample site keeps its address and
// the articles keep their dates; otherwise every article would be new.
type memory struct {
	Site     string    `json:"site"`     // address and port
	Day      time.Time `json:"day"`      // from which the articles are dated back
	Prepared bool      `json:"prepared"` // readers are imported, editions have been sent
}

func (d *demo) memoryFile() string { return filepath.Join(d.places.Data, "demo.json") }

// remember reads the memory of the last start.
func (d *demo) remember() error {
	now := d.now()
	d.memory = memory{Day: time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())}
	text, err := os.ReadFile(d.memoryFile())
	if errors.Is(err, fs.ErrNotExist) {
		for _, name := range []string{"corridor.toml", "postgres"} {
			if _, err := os.Stat(filepath.Join(d.places.Data, name)); err == nil {
				return fmt.Errorf("%s does not belong to a demo; name another folder with --data", d.places.Data)
			}
		}
		return nil
	}
	if err == nil {
		d.known = true
		err = json.Unmarshal(text, &d.memory)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w; remove %s to start again", d.memoryFile(), err, d.places.Data)
	}
	return nil
}

// beginAnew empties the database of a demo whose folder was removed: the private server
// keeps its cluster elsewhere when its user cannot enter the folder. It refuses a
// database that is in use and not marked as a demo's.
func (d *demo) beginAnew(ctx context.Context) error {
	_, marked, err := d.DB.Fact(ctx, "demo")
	if err != nil {
		return err
	}
	var used bool
	if err := d.DB.GetContext(ctx, &used, `SELECT EXISTS (SELECT FROM articles) OR EXISTS (SELECT FROM subscribers)`); err != nil {
		return err
	}
	switch {
	case used && !marked:
		return fmt.Errorf("%s has a database that does not belong to a demo; name another folder with --data", d.places.Data)
	case used && !d.known:
		for name := "all"; name != ""; {
			if name, err = d.DB.MigrateDown(ctx); err != nil {
				return err
			}
		}
		if err := d.DB.MigrateUp(ctx); err != nil {
			return err
		}
	}
	_, err = d.DB.EnsureFact(ctx, "demo", "true")
	return err
}

// keep writes the memory for the next start.
func (d *demo) keep() error {
	text, err := json.MarshalIndent(d.memory, "", "  ")
	if err != nil {
		return err
	}
	fresh := d.memoryFile() + ".new"
	if err := os.WriteFile(fresh, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(fresh, d.memoryFile())
}
