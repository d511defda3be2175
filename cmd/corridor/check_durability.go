package main

import (
	"context"

	"corridor/postgres"
)

// durability is how a database keeps what it has committed.
type durability struct {
	Fsync     string `db:"fsync"`
	FullPages string `db:"full_page_writes"`
	Commit    string `db:"synchronous_commit"` // the default of a session, before Corridor sets its own
}

// checkDurability looks whether commits survive a power cut.
func checkDurability(ctx context.Context, db *postgres.DB) finding {
	var d durability
	if err := db.GetContext(ctx, &d, `
		SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes, reset_val AS synchronous_commit
		FROM pg_settings WHERE name = 'synchronous_commit'`); err != nil {
		return finding{"durability", isWrong, err.Error(), "see docs/operations.md, \"Database\""}
	}
	return judgeDurability(d)
}

func judgeDurability(d durability) finding {
	const name = "durability"
	switch {
	case d.Fsync != "on" && d.FullPages != "on":
		return finding{name, isWrong, "fsync and full_page_writes are off: a power cut can destroy the database, and readers get mails twice", "set fsync = on and full_page_writes = on in postgresql.conf and reload it"}
	case d.Fsync != "on":
		return finding{name, isWrong, "fsync is off: a power cut can destroy the database, and readers get mails twice", "set fsync = on in postgresql.conf and reload it"}
	case d.FullPages != "on":
		return finding{name, isWarn, "full_page_writes is off: a power cut in the middle of a page can destroy the database", "set full_page_writes = on in postgresql.conf and reload it, unless the file system never writes half a page, as ZFS"}
	case d.Commit != "on" && d.Commit != "remote_apply":
		return finding{name, isOK, "fsync and full_page_writes are on; synchronous_commit is " + d.Commit + " by default here, and Corridor sets it to on for itself", ""}
	}
	return finding{name, isOK, "fsync and full_page_writes are on, synchronous_commit is " + d.Commit, ""}
}
