package main

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

// demoMemory is what a demo remembers for its next start. The sample site stays at its
// address and its pieces keep their dates, else they would all be new.
type demoMemory struct {
	Site     string    `json:"site"`     // address and port
	Day      time.Time `json:"day"`      // from which the articles are dated back
	Prepared bool      `json:"prepared"` // readers are imported, editions have been sent
}

func (d *demo) memoryFile() string { return filepath.Join(d.places.Data, "demo.json") }

// remember reads what the last start left.
func (d *demo) remember() error {
	now := d.p.now()
	d.memory = demoMemory{Day: time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())}
	text, err := os.ReadFile(d.memoryFile())
	if errors.Is(err, fs.ErrNotExist) {
		for _, name := range []string{"corridor.toml", "postgres"} {
			if _, err := os.Stat(filepath.Join(d.places.Data, name)); err == nil {
				return fmt.Errorf("%s is the folder of something else than a demo; name another with --data", d.places.Data)
			}
		}
		return nil
	}
	if err == nil {
		d.known = true
		err = json.Unmarshal(text, &d.memory)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w; remove %s to begin anew", d.memoryFile(), err, d.places.Data)
	}
	return nil
}

// beginAnew empties a database that is left of a demo whose folder was removed: the
// cluster lies elsewhere when the server's user cannot enter the folder. What is no
// demo's it leaves alone.
func (d *demo) beginAnew(ctx context.Context) error {
	var marked, used bool
	err := d.DB.QueryRowxContext(ctx, `
		SELECT EXISTS (SELECT FROM installation WHERE key = 'demo'), EXISTS (SELECT FROM articles) OR EXISTS (SELECT FROM subscribers)`).Scan(&marked, &used)
	switch {
	case err != nil:
		return err
	case used && !marked:
		return fmt.Errorf("there is a database of %s that is no demo's; name another folder with --data", d.places.Data)
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
	_, err = d.DB.ExecContext(ctx, `INSERT INTO installation (key, value) VALUES ('demo', 'true') ON CONFLICT (key) DO NOTHING`)
	return err
}

// keep writes down what the next start should know.
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
