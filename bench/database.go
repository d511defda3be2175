package bench

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"corridor/postgres"
	"corridor/postgres/private"
)

// databaseConnections limits the connections of a benchmark to its database.
const databaseConnections = 20

// startDatabase starts a private server in a new folder. end stops it and removes the
// folder.
func startDatabase(ctx context.Context, log *slog.Logger) (db *postgres.DB, end func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "corridor-bench-")
	if err != nil {
		return nil, nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // the server may run as another user
		return nil, nil, err
	}
	private, err := private.Start(ctx, dir, []string{self, "keep-postgres"}, log)
	if err == nil {
		if db, err = postgres.Open(ctx, private.URL(), databaseConnections); err == nil {
			if err = db.MigrateUp(ctx); err == nil {
				return db, func() { db.Close(); private.Close(); removeLater(dir) }, nil
			}
			db.Close()
		}
		private.Close()
	}
	_ = os.RemoveAll(dir)
	return nil, nil, err
}

// removeLater removes the folder of a private server when the server has ended.
func removeLater(dir string) {
	for range 200 {
		if _, err := os.Stat(filepath.Join(dir, "postgres", "cluster", "postmaster.pid")); err != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	_ = os.RemoveAll(dir)
}
