package check

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"corridor/config"
	"corridor/postgres"
	"corridor/service"
	"corridor/subscribers"
)

// checkDatabase connects, and judges durability, schema and keys.
func checkDatabase(ctx context.Context, c *config.Config, log *slog.Logger) []Finding {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	s, err := service.Connect(ctx, c, log)
	if err != nil {
		return []Finding{{"database", Wrong, err.Error(), "see docs/operations.md, \"Database\""}}
	}
	defer s.Close()
	var version string
	if err := s.DB.GetContext(ctx, &version, `SELECT current_setting('server_version')`); err != nil {
		return []Finding{{"database", Wrong, err.Error(), "see docs/operations.md, \"Database\""}}
	}
	kind := "named by database.url"
	if s.Config.Database.URL == "" {
		kind = "private, in " + filepath.Join(s.Config.Server.Data, "postgres")
	}
	found := []Finding{{"database", OK, "PostgreSQL " + version + ", " + kind, ""}}
	found = append(found, checkDurability(ctx, s.DB))
	return append(found, checkSchema(ctx, s)...)
}

// checkSchema compares the schema with that of the program, and reads the key file.
func checkSchema(ctx context.Context, s *service.Service) []Finding {
	if err := s.DB.CheckSchema(ctx); err != nil {
		return []Finding{{"schema", Wrong, err.Error(), "run the version of corridor that migrated it, or a newer one"}}
	}
	list, err := s.DB.Migrations(ctx)
	if err != nil {
		return []Finding{{"schema", Wrong, err.Error(), "see docs/operations.md, \"Database\""}}
	}
	if n := postgres.Pending(list); n > 0 {
		return []Finding{{"schema", Warn, fmt.Sprintf("%d of %d migrations are missing", n, len(list)), "start the service, or run 'corridor migrate up'"}}
	}
	found := []Finding{{"schema", OK, fmt.Sprintf("up to date, %d migrations", len(list)), ""}}
	if s.Config.Server.SecretFile == "" {
		return found
	}
	if _, err := subscribers.ReadKeys(s.Config.Server.SecretFile); err != nil {
		return append(found, Finding{"keys of links", Wrong, err.Error(), "correct server.secret_file, or leave it out to keep the keys in the database"})
	}
	return append(found, Finding{"keys of links", OK, s.Config.Server.SecretFile, ""})
}

// durability holds the settings of PostgreSQL that decide whether a commit survives a
// power cut.
type durability struct {
	Fsync     string `db:"fsync"`
	FullPages string `db:"full_page_writes"`
	Commit    string `db:"synchronous_commit"` // the default of a session, before Corridor sets its own
}

// checkDurability reads and judges the durability settings.
func checkDurability(ctx context.Context, db *postgres.DB) Finding {
	var d durability
	if err := db.GetContext(ctx, &d, `
		SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes, reset_val AS synchronous_commit
		FROM pg_settings WHERE name = 'synchronous_commit'`); err != nil {
		return Finding{"durability", Wrong, err.Error(), "see docs/operations.md, \"Database\""}
	}
	return judgeDurability(d)
}

// judgeDurability requires fsync and full_page_writes. synchronous_commit may have any
// default, because each session of Corridor sets it.
func judgeDurability(d durability) Finding {
	const name = "durability"
	switch {
	case d.Fsync != "on" && d.FullPages != "on":
		return Finding{name, Wrong, "fsync and full_page_writes are off: a power cut can destroy the database, and readers get emails twice", "set fsync = on and full_page_writes = on in postgresql.conf and reload it"}
	case d.Fsync != "on":
		return Finding{name, Wrong, "fsync is off: a power cut can destroy the database, and readers get emails twice", "set fsync = on in postgresql.conf and reload it"}
	case d.FullPages != "on":
		return Finding{name, Warn, "full_page_writes is off: a power cut in the middle of a page can destroy the database", "set full_page_writes = on in postgresql.conf and reload it, unless the file system writes whole pages only, like ZFS"}
	case d.Commit != "on" && d.Commit != "remote_apply":
		return Finding{name, OK, "fsync and full_page_writes are on; synchronous_commit is " + d.Commit + " by default, and Corridor sets it to on in its sessions", ""}
	}
	return Finding{name, OK, "fsync and full_page_writes are on, synchronous_commit is " + d.Commit, ""}
}
