package service

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/articles"
	"corridor/config"
	"corridor/editions"
	"corridor/feeds"
)

// A process whose settings cannot be used ends with an error that names the fault.
func TestSettingsThatCannotBeUsedEndTheProcess(t *testing.T) {
	s := open(t, readersConfig)
	whole := *s.Config
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(c *config.Config)
		roles []string
		says  string
	}{
		"pages, proxies":      {func(c *config.Config) { c.Server.TrustedProxies = []string{"everyone"} }, []string{RoleWeb}, "everyone"},
		"pages, schedule":     {func(c *config.Config) { c.Schedule.Daily = "at noon-ish" }, []string{RoleWeb}, "noon-ish"},
		"pages, folder":       {func(c *config.Config) { c.Server.Data = file }, []string{RoleWeb}, "not a directory"},
		"scheduler, schedule": {func(c *config.Config) { c.Schedule.Daily = "at noon-ish" }, []string{RoleScheduler}, "noon-ish"},
		"sender, schedule":    {func(c *config.Config) { c.Schedule.Daily = "at noon-ish" }, []string{RoleSender}, "noon-ish"},
		"sender, folder":      {func(c *config.Config) { c.Server.Data = file }, []string{RoleSender}, "not a directory"},
		"sender, relay":       {func(c *config.Config) { c.SMTP.URL = "gopher://mail.example.org" }, []string{RoleSender}, "gopher"},
		"sender, RSA key":     {func(c *config.Config) { c.DKIM.RSAKeyFile, c.DKIM.RSASelector = file, "r" }, []string{RoleSender}, "[dkim]"},
		"sender, Ed25519 key": {func(c *config.Config) { c.DKIM.Ed25519KeyFile, c.DKIM.Ed25519Selector = file, "e" }, []string{RoleSender}, "[dkim]"},
	} {
		spoilt := whole
		c.spoil(&spoilt)
		s.Config = &spoilt
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		err = (&Process{Service: s, Roles: c.roles, Listener: l}).Run(ctx)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
		if slices.Contains(c.roles, RoleSender) {
			if err := s.Await(ctx, nil, 1, nil); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s, while a command waits: %v, want %q", name, err, c.says)
			}
		}
		cancel()
		l.Close()
	}
	for says, spoil := range map[string]func(c *config.Config){
		"Nowhere": func(c *config.Config) { c.Publication.TimeZone = "Nowhere/Town" },
		"mail":    func(c *config.Config) { c.Publication.From = "nobody" },
	} {
		spoilt := whole
		spoil(&spoilt)
		if _, err := Connect(t.Context(), &spoilt, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("Connect: %v, want %q", err, says)
		}
	}
}

// A table that cannot be read fails the work that needs it, and the monitor's metrics.
func TestATableThatCannotBeRead(t *testing.T) {
	s := open(t, readersConfig)
	s.Config.Publication.Alerts = "desk@example.org"
	rename := func(f func()) error {
		old := s.Config
		spoilt := *old
		s.Config = &spoilt
		defer func() { s.Config = old }()
		spoilt.Programs, spoilt.Regions = slices.Clone(old.Programs), slices.Clone(old.Regions)
		f()
		return s.renameLabels(t.Context())
	}
	missing := func(table string, do func()) {
		s.DB.MustExec(`ALTER TABLE ` + table + ` RENAME TO hidden`)
		do()
		s.DB.MustExec(`ALTER TABLE hidden RENAME TO ` + table)
	}
	metrics := newMetrics(s)
	up := func(want string) {
		t.Helper()
		if text := monitored(metrics); !strings.Contains(text, "\ncorridor_database_up "+want+"\n") {
			t.Errorf("corridor_database_up is not %s: %s", want, text)
		}
	}
	failed := func(what string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), "does not exist") {
			t.Errorf("%s: %v, want a missing relation", what, err)
		}
	}
	for _, table := range []string{"editions", "batches", "outbox", "sources", "subscribers"} {
		up("1")
		missing(table, func() { up("0") })
	}
	missing("editions", func() { failed("alerts", s.Alert(t.Context(), time.Now())) })
	missing("sources", func() { failed("alerts", s.Alert(t.Context(), time.Now())) })
	missing("articles", func() {
		failed("a program's new slug", rename(func() { s.Config.Programs[0].FormerSlugs = []string{"old"} }))
		failed("a region's new slug", rename(func() { s.Config.Regions[0].FormerSlugs = []string{"old"} }))
	})
	if err := s.Alert(t.Context(), time.Now()); err != nil {
		t.Errorf("alerts with all tables: %v", err)
	}
	if err := rename(func() { s.Config.Programs[0].FormerSlugs = []string{"old"} }); err != nil {
		t.Errorf("a new slug with all tables: %v", err)
	}
}

func TestGatheredArticlesAndFailuresAreCounted(t *testing.T) {
	m := newMetrics(open(t, readersConfig))
	m.gathered("site", []articles.Row{{Outcome: "added"}, {Outcome: "added"}}, nil)
	m.gathered("site", nil, []articles.Failure{{Source: "site", Err: errors.New("answers 500")}})
	text := monitored(m)
	for _, want := range []string{`corridor_gathered_total{outcome="added",source="site"} 2`, `corridor_gather_failures_total{source="site"} 1`} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("no %s in %s", want, text)
		}
	}
}

// monitored is the text that a monitor reads.
func monitored(m *metrics) string {
	answer := httptest.NewRecorder()
	m.handler().ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	return answer.Body.String()
}

func TestTopicsOfAddresses(t *testing.T) {
	for _, want := range []feeds.Topic{
		{Kind: feeds.All},
		{Kind: feeds.Program, Program: "eep"},
		{Kind: feeds.Region, Region: "central-asia"},
		{Kind: feeds.Crossing, Program: "eep", Region: "central-asia"},
	} {
		for _, f := range feeds.Formats() {
			if got, format, ok := topicOf(want.Address(f, "")); !ok || got != want || format != f {
				t.Errorf("%s: %v %v %v", want.Address(f, ""), got, format, ok)
			}
		}
	}
	for _, address := range []string{"/%zz", "/", "/elsewhere/eep.atom", url.PathEscape("/feeds")} {
		if topic, _, ok := topicOf(address); ok {
			t.Errorf("%s: %v", address, topic)
		}
	}
}

func TestHubsAndNetworksOfTheConfiguration(t *testing.T) {
	s := &Service{Config: &config.Config{}}
	s.Config.Server.BaseURL = "https://www.example.org/"
	if hubs := s.hubs(); !slices.Equal(hubs, []string{"https://www.example.org/websub"}) {
		t.Errorf("without a setting: %q", hubs)
	}
	s.Config.Feeds.Hubs = []string{"https://hub.example.org/"}
	if hubs := s.hubs(); !slices.Equal(hubs, s.Config.Feeds.Hubs) {
		t.Errorf("with a setting: %q", hubs)
	}
	s.Config.Gather.AllowNetworks = []string{"10.1.2.3/8", "fd00::7"}
	var allowed []string
	for _, prefix := range s.guard().Allowed {
		allowed = append(allowed, prefix.String())
	}
	if !slices.Equal(allowed, []string{"10.0.0.0/8", "fd00::7/128"}) {
		t.Errorf("networks %q", allowed)
	}
}

// Watch ends with the reason of an edition that waits for staff, and without an error at a
// finished one.
func TestWatchEnds(t *testing.T) {
	s := open(t, readersConfig)
	store, err := s.Editions()
	if err != nil {
		t.Fatal(err)
	}
	s.DB.MustExec(`INSERT INTO editions (kind, subject, state, reason, created_at, finished_at) VALUES
		('special', 'One', 'held', 'overdue', now(), NULL), ('special', 'Two', 'finished', '', now(), now())`)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	show := func(editions.Edition, time.Time) {}
	if err := s.Watch(ctx, store, 1, show); err == nil || !strings.Contains(err.Error(), "edition 1 is held (overdue)") {
		t.Errorf("a held edition: %v", err)
	}
	if err := s.Watch(ctx, store, 2, show); err != nil {
		t.Errorf("a finished edition: %v", err)
	}
	s.Config.Publication.Alerts = "desk@example.org"
	if err := s.Await(ctx, store, 1, nil); err == nil || !strings.Contains(err.Error(), "overdue") {
		t.Errorf("a held edition that this process delivers: %v", err)
	}
	var alerts int
	if err := s.DB.Get(&alerts, `SELECT count(*) FROM outbox WHERE recipient = 'desk@example.org'`); err != nil || alerts != 1 {
		t.Errorf("%d alerts, %v; want 1", alerts, err)
	}
	s.DB.Close()
	if notes, err := s.Ready(ctx); err == nil || !strings.Contains(err.Error(), "the database does not answer") {
		t.Errorf("without a database the service is ready: %q, %v", notes, err)
	}
	if err := s.ExplainWaiting(ctx, nil); err == nil {
		t.Error("without a database the waiting is explained")
	}
}
