package main

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
)

// interruptOn is interrupt on the test's own database.
func interruptOn(t *testing.T, url string) *interrupted {
	t.Helper()
	return interruptWith(t, killConfig+fmt.Sprintf("\n[database]\nurl = %q\n", url))
}

func makeNewer(t *testing.T, db *postgres.DB) {
	t.Helper()
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`); err != nil {
		t.Fatal(err)
	}
}

// A service keeps its pages only when the schema becomes newer than the program. The newer
// version's senders can take over its deliveries.
func TestServeOnANewerSchemaKeepsItsPagesOnly(t *testing.T) {
	t.Parallel()
	db := postgrestest.New(t)
	in := interruptOn(t, db.URL)
	served := in.serve()
	in.passed(200)
	makeNewer(t, db)
	eventually(t, "the sender to stop", func() bool {
		var left int
		err := db.Get(&left, `SELECT count(*) FROM senders`)
		return err == nil && left == 0
	})
	sent, _ := in.sink.Count()
	if sent == killReaders {
		t.Fatal("everything was sent before the schema became newer")
	}
	var open, delivered int64
	if err := db.Get(&open, `SELECT (SELECT count(*) FROM being_sent) + (SELECT count(*) FROM batches WHERE lease_until > now()) + (SELECT count(*) FROM journal)`); err != nil || open != 0 {
		t.Errorf("%d marks, leases and results are left, %v", open, err)
	}
	if err := db.Get(&delivered, `SELECT count(*) FROM deliveries WHERE state = 'sent'`); err != nil || delivered != sent {
		t.Errorf("%d of %d are known to be sent, %v", delivered, sent, err)
	}
	if body, status := get(t, served.base+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "schema 99999") {
		t.Errorf("readyz answers %d %q", status, body)
	}
	for _, path := range []string{"/", "/feeds/all.rss", "/healthz", "/metrics"} {
		if _, status := get(t, served.base+path); status != http.StatusOK {
			t.Errorf("%s answers %d", path, status)
		}
	}
	if n := strings.Count(served.log.String(), "newer than this program"); n != 1 {
		t.Errorf("the log says so %d times:\n%s", n, served.log)
	}
	if _, err := db.Exec(`DELETE FROM goose_db_version WHERE version_id = 99999`); err != nil {
		t.Fatal(err)
	}
	if uncertain := in.settled(nil); uncertain != 0 { // in this test, the newer version
		t.Errorf("%d deliveries are uncertain", uncertain)
	}
	if body, status := get(t, served.base+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "restart") {
		t.Errorf("readyz of a process that sends nothing any more answers %d %q", status, body)
	}
	if status := served.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("serve ended with status %d", status)
	}
}

// A command that delivers ends when the schema becomes newer.
func TestAWaitingCommandEndsOnANewerSchema(t *testing.T) {
	t.Parallel()
	db := postgrestest.New(t)
	in := interruptOn(t, db.URL)
	go func() {
		in.passed(200)
		makeNewer(t, db)
	}()
	_, complaints, status := in.run("digest", "send", "--frequency", "daily", "--wait")
	if status != 1 || !strings.Contains(complaints, "schema 99999") || strings.Count(complaints, "\n") != 1 {
		t.Errorf("status %d, %q", status, complaints)
	}
	var open int64
	if err := db.Get(&open, `SELECT (SELECT count(*) FROM being_sent) + (SELECT count(*) FROM batches WHERE lease_until > now())`); err != nil || open != 0 {
		t.Errorf("%d marks and leases are left, %v", open, err)
	}
}

// Every command refuses a schema that is newer than the program, in one line.
func TestCommandsRefuseANewerSchema(t *testing.T) {
	t.Parallel()
	db := postgrestest.New(t)
	in := install(t, strings.ReplaceAll(killConfig, "SINK", "127.0.0.1:1")+fmt.Sprintf("\n[database]\nurl = %q\n", db.URL))
	makeNewer(t, db)
	for _, args := range []string{
		"serve", "gather", "articles list", "articles show 1", "articles import x.md", "feeds export --out x",
		"digest plan --frequency daily", "digest send --frequency daily", "digest send --frequency daily --wait",
		"special create --subject x --article 1", "special send 1", "editions list", "editions show 1", "editions uncertain 1",
		"why a@example.org x", "subscribers list", "subscribers add a@example.org", "subscribers export",
		"subscribers suppress a@example.org", "subscribers erase a@example.org", "keys list", "keys rotate", "keys retire 1", "migrate up", "migrate down",
	} {
		_, complaints, status := in.run(strings.Fields(args)...)
		if status != 1 || strings.Count(complaints, "\n") != 1 || !strings.Contains(complaints, "schema 99999") {
			t.Errorf("%s: status %d, %q", args, status, complaints)
		}
	}
	out, _, status := in.run("check", "--json")
	if status != 1 || !strings.Contains(out, "schema 99999") {
		t.Errorf("check: status %d, %s", status, out)
	}
	if _, complaints, status := in.run("version"); status != 0 || complaints != "" {
		t.Errorf("version: status %d, %q", status, complaints)
	}
	out, complaints, status := in.run("migrate", "status")
	if status != 0 || complaints != "" || !strings.Contains(out, "99999") {
		t.Errorf("migrate status: status %d, %q, %s", status, complaints, out)
	}
}
