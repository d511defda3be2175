package check

import (
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"corridor/config"
	"corridor/mailer/sink"
	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

// installation is a configuration on a database and a mail server of the test.
func installation(t *testing.T, script sink.Script) *config.Config {
	t.Helper()
	server, err := sink.Listen(sink.Options{Script: script})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	c := config.Default()
	c.Publication.Title, c.Publication.From = "Test Review", "news@example.org"
	c.Server.Listen, c.Server.Data, c.Server.BaseURL = "127.0.0.1:0", t.TempDir(), "https://news.example.org"
	c.Database.URL = postgrestest.New(t).URL
	c.SMTP.URL, c.SMTP.HELO = "smtp+insecure://"+server.Addr(), "news.example.org"
	return c
}

// states returns the state of each check by its name. Every finding but OK has a remedy.
func states(t *testing.T, findings []Finding) map[string]State {
	t.Helper()
	all := map[string]State{}
	for _, f := range findings {
		all[f.Check] = f.State
		if f.Reason == "" || (f.State == OK) != (f.Remedy == "") {
			t.Errorf("%+v: a remedy belongs to every state but OK", f)
		}
	}
	return all
}

func TestAllChecksAnInstallation(t *testing.T) {
	testkit.Heavy(t)
	c := installation(t, nil)
	c.Server.SecretFile = filepath.Join(t.TempDir(), "keys")
	c.SMTP.Fallbacks = []string{"smtp+insecure://127.0.0.1:1"}
	want := map[string]State{
		"configuration": OK, "data folder": OK, "listen address": OK, "base address": OK, "database": OK, "schema": OK,
		"durability":  Wrong, // the server of the tests does not sync
		"mail server": OK, "fallback": Wrong, "sending domain": Warn, "keys of links": Wrong,
	}
	if diff := cmp.Diff(want, states(t, All(t.Context(), c, "corridor.toml", slog.New(slog.DiscardHandler)))); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

func TestADataFolderMustBeWritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.Server.Data = filepath.Join(file, "data")
	if f := checkData(c); f.State != Wrong {
		t.Errorf("a folder below a file: %+v", f)
	}
	c.Server.Data = filepath.Join(t.TempDir(), "new")
	if f := checkData(c); f.State != OK || f.Reason != c.Server.Data {
		t.Errorf("a new folder: %+v", f)
	}
	if left, err := os.ReadDir(c.Server.Data); err != nil || len(left) > 0 {
		t.Errorf("the check leaves %v, %v", left, err)
	}
}

func TestAnAddressInUseMustBeAReadyService(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			t.Errorf("asked for %s", r.URL)
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	c := config.Default()
	c.Server.Listen = strings.TrimPrefix(server.URL, "http://")
	if f := checkListen(t.Context(), c); f.State != OK || !strings.Contains(f.Reason, "is ready") {
		t.Errorf("a ready service: %+v", f)
	}
	status = http.StatusServiceUnavailable
	if f := checkListen(t.Context(), c); f.State != Wrong {
		t.Errorf("a service that is not ready: %+v", f)
	}
}

func TestABaseAddressMustBePublicAndEncrypted(t *testing.T) {
	for address, want := range map[string]State{
		"https://news.example.org": OK, "http://news.example.org": Warn, "http://localhost:8080": Warn, "https://127.0.0.1": Warn, "https://[::1]:8080": Warn, "://": Wrong,
	} {
		c := config.Default()
		c.Server.BaseURL = address
		if f := checkBase(c); f.State != want {
			t.Errorf("%s: %+v, want %s", address, f, want)
		}
	}
}

func TestADatabaseMustHaveOurSchema(t *testing.T) {
	c := config.Default()
	c.Publication.From = "news@example.org"
	db := postgrestest.NewEmpty(t)
	c.Database.URL = db.URL
	check := func() Finding {
		t.Helper()
		for _, f := range checkDatabase(t.Context(), c, slog.New(slog.DiscardHandler)) {
			if f.Check == "schema" {
				return f
			}
		}
		t.Fatal("the schema is not checked")
		return Finding{}
	}
	if f := check(); f.State != Warn || !strings.Contains(f.Reason, "migrations are missing") {
		t.Errorf("an empty database: %+v", f)
	}
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f := check(); f.State != OK {
		t.Errorf("a migrated database: %+v", f)
	}
	db.MustExec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`)
	if f := check(); f.State != Wrong || !strings.Contains(f.Reason, "99999") {
		t.Errorf("a newer schema: %+v", f)
	}
	c.Database.URL = "postgres://127.0.0.1:1/none?sslmode=disable"
	if found := checkDatabase(t.Context(), c, slog.New(slog.DiscardHandler)); len(found) != 1 || found[0].State != Wrong {
		t.Errorf("no server: %+v", found)
	}
}

func TestARefusedConnectionHasARemedyForItsStage(t *testing.T) {
	for stage, remedy := range map[string]string{sink.Banner: "ask its operator", sink.EHLO: "smtp.helo"} {
		c := installation(t, func(at, _ string) string {
			if at == stage {
				return "554 5.7.1 go away"
			}
			return ""
		})
		found := checkMail(t.Context(), c)
		if len(found) != 1 || found[0].State != Wrong || !strings.Contains(found[0].Reason, "go away") || !strings.Contains(found[0].Remedy, remedy) {
			t.Errorf("refused at %s: %+v", stage, found)
		}
	}
	c := config.Default()
	c.Publication.From, c.SMTP.URL = "news@example.org", "smtp+insecure://127.0.0.1:1"
	if found := checkMail(t.Context(), c); len(found) != 1 || !strings.Contains(found[0].Remedy, "firewall") {
		t.Errorf("no server: %+v", found)
	}
	c.SMTP.URL, c.SMTP.CAFile = "smtps://127.0.0.1:1", filepath.Join(t.TempDir(), "none.pem")
	if _, err := os.Stat(c.SMTP.CAFile); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if found := checkMail(t.Context(), c); len(found) != 1 || found[0].Remedy != "correct [smtp]" {
		t.Errorf("no file of authorities: %+v", found)
	}
	c.SMTP.URL = ""
	if found := checkMail(t.Context(), c); len(found) != 1 || found[0].State != Warn {
		t.Errorf("captured email: %+v", found)
	}
}

func TestAnUnusableSenderIsOneFinding(t *testing.T) {
	c := config.Default()
	for from, check := range map[string]string{"nobody": "sending domain", "news@example.edu": "DKIM"} {
		c.Publication.From, c.DKIM.Ed25519KeyFile = from, filepath.Join(t.TempDir(), "none.pem")
		if found := checkDomain(t.Context(), c, net.DefaultResolver); len(found) != 1 || found[0].Check != check || found[0].State != Wrong {
			t.Errorf("%s without a key file: %+v", from, found)
		}
	}
}
