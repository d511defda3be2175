package main

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"corridor/mailer"

	"github.com/google/go-cmp/cmp"
)

const wholeConfig = `
[publication]
title   = "Test Review"
from    = "Test Review <news@example.org>"
address = "1 Example Street"

[server]
listen = "127.0.0.1:0"
data   = "DATA"

[[programs]]
slug = "energy"
name = "Energy"

[[programs]]
slug = "security"
name = "Security"

[[regions]]
slug = "central-asia"
name = "Central Asia"

[[regions]]
slug = "south-caucasus"
name = "South Caucasus"

[[sources]]
name  = "site"
kind  = "sitemap"
url   = "SITE/sitemap.xml"
match = "/research/*"
every = "1d"

[gather]
allow_networks = ["127.0.0.0/8"]

[schedule]
daily = "0 7 * * *"
`

const wholeReaders = `email,name,programs,regions,frequency,time_zone,status
ana@example.org,Ana,,,daily,UTC,active
ben@example.org,Ben,energy,,daily,UTC,active
cyn@example.org,Cyn,security,,daily,UTC,active
dan@example.org,Dan,energy,south-caucasus,daily,UTC,active
`

func readTestMail(t *testing.T, file string) (to, text string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := mailer.ReadMail(raw)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for _, h := range m.Headers {
		if h[0] == "To" {
			to = h[1]
		}
	}
	if i := strings.LastIndex(to, "<"); i >= 0 {
		to = strings.Trim(to[i:], "<>")
	}
	return to, strings.Join(strings.Fields(m.Text), " ")
}

// The whole program, in separate processes: articles of a site arrive in exactly the right
// mailboxes and feeds, with commands beside a running service, which ends cleanly on a
// signal and leaves no process behind when killed.
func TestArticlesTravelFromSiteToMailboxesAndFeeds(t *testing.T) {
	t.Parallel()
	site := newTestSite(t)
	in := install(t, strings.ReplaceAll(wholeConfig, "SITE", site.URL))
	if err := os.WriteFile(filepath.Join(in.dir, "readers.csv"), []byte(wholeReaders), 0o600); err != nil {
		t.Fatal(err)
	}
	pages := in.serve("--roles", "web,sender")
	site.publish(
		testArticle{"pipes", "Energy", "Central Asia", "Pipes under Sand"},
		testArticle{"borders", "Security", "South Caucasus", "Borders at Night"},
	)
	in.must(nil, "subscribers", "import", "readers.csv")
	in.gatherNew(2)
	in.readFeeds(pages.base)
	pushed := followByPush(t, pages.base)

	titles := []string{"Pipes under Sand", "Borders at Night", "Cables below Passes"}
	in.must(nil, "digest", "send", "--frequency", "daily", "--wait")
	first := []string{"ana@example.org: Pipes under Sand, Borders at Night", "ben@example.org: Pipes under Sand", "cyn@example.org: Borders at Night"}
	in.wantMails(first, titles)
	in.must(nil, "digest", "send", "--frequency", "daily", "--wait")
	in.wantMails(first, titles)

	site.publish(testArticle{"cables", "Energy", "South Caucasus", "Cables below Passes"})
	in.gatherNew(1)
	pushed("Cables below Passes")
	in.must(nil, "digest", "send", "--frequency", "daily", "--now", time.Now().Add(24*time.Hour).Format(time.RFC3339)) // the running sender delivers
	all := append(slices.Clone(first), "ana@example.org: Cables below Passes", "ben@example.org: Cables below Passes", "dan@example.org: Cables below Passes")
	eventually(t, "three more mails", func() bool { return len(in.mails()) >= len(all) })
	in.wantMails(all, titles)

	if status := pages.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("after SIGTERM serve ended with status %d, want 0", status)
	}
	in.surviveKill(all, titles)
}

// followByPush subscribes to the feed of all articles. wait returns when a document with
// the title was pushed.
func followByPush(t *testing.T, base string) (wait func(title string)) {
	t.Helper()
	asked, pushes := make(chan struct{}, 10), make(chan string, 10)
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, r.FormValue("hub.challenge"))
			asked <- struct{}{}
			return
		}
		body, _ := io.ReadAll(r.Body)
		pushes <- string(body)
	}))
	t.Cleanup(callback.Close)
	answer, err := http.PostForm(base+"/websub", url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {"http://127.0.0.1:8080/feeds/all.atom"}, "hub.callback": {callback.URL},
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		t.Fatalf("the hub answers %d, want 202", answer.StatusCode)
	}
	late := time.After(30 * time.Second)
	select {
	case <-asked:
	case <-late:
		t.Fatal("the hub did not verify the subscription")
	}
	return func(title string) {
		t.Helper()
		for {
			select {
			case document := <-pushes:
				if strings.Contains(document, title) {
					return
				}
			case <-late:
				t.Fatalf("no document with %q was pushed", title)
			}
		}
	}
}

// gatherNew gathers beside the running service.
func (in *installation) gatherNew(want int) {
	in.t.Helper()
	var rows []struct{ URL, Title, Outcome string }
	in.must(&rows, "gather", "--json")
	fresh := 0
	for _, row := range rows {
		if row.Outcome == "new" {
			fresh++
		}
	}
	if fresh != want {
		in.t.Fatalf("gather found %d new articles, want %d: %+v", fresh, want, rows)
	}
}

// readFeeds waits until the feeds contain the articles that another process has gathered.
func (in *installation) readFeeds(base string) {
	in.t.Helper()
	has := func(path string, titles ...string) func() bool {
		return func() bool {
			body, status := get(in.t, base+path)
			for _, title := range titles {
				if !strings.Contains(body, title) {
					return false
				}
			}
			return status == 200
		}
	}
	eventually(in.t, "both articles in the feed of everything", has("/feeds/all.rss", "Pipes under Sand", "Borders at Night"))
	eventually(in.t, "an article in its program's feed", has("/feeds/programs/energy.atom", "Pipes under Sand"))
	if body, _ := get(in.t, base+"/feeds/programs/energy.json"); strings.Contains(body, "Borders at Night") {
		in.t.Error("a program's feed has an article of another program")
	}
	eventually(in.t, "readiness", has("/readyz", "ready: web, sender"))
	eventually(in.t, "metrics", has("/metrics", "corridor_readers_active 4"))
}

func (in *installation) wantMails(want, titles []string) {
	in.t.Helper()
	got := slices.Sorted(maps.Values(in.mails(titles...)))
	want = slices.Sorted(slices.Values(want))
	if diff := cmp.Diff(want, got); diff != "" {
		in.t.Fatalf("mails (-want +got):\n%s", diff)
	}
}

// surviveKill kills the service, with a command beside it, and checks the state afterwards.
func (in *installation) surviveKill(mails, titles []string) {
	in.t.Helper()
	whole := in.serve()
	if status := whole.end(in.t, syscall.SIGKILL); status != -1 {
		in.t.Errorf("a killed process has status %d", status)
	}
	var list []struct{ Planned, Sent, Uncertain int }
	in.must(&list, "editions", "list", "--json") // shares the server of the other processes
	sent := 0
	for _, e := range list {
		sent += e.Sent
		if e.Sent != e.Planned || e.Uncertain != 0 {
			in.t.Errorf("an edition is not whole after a kill: %+v", e)
		}
	}
	if sent != len(mails) {
		in.t.Errorf("%d deliveries are on record, want %d", sent, len(mails))
	}
	in.wantMails(mails, titles)
	in.waitForServer()
}

func TestWrongUsageAndConfigurationExitWith2(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, config string
		args         []string
		status       int
		says         []string
	}{
		{"unknown key", minimal + "[sending]\nretry_mim = \"1m\"\n[server]\ndata = \"DATA\"\n", []string{"serve"}, 2, []string{"corridor.toml: line 7", "retry_mim", "did you mean retry_min?"}},
		{"cron line", minimal + "[schedule]\ndaily = \"7 o'clock\"\n[server]\ndata = \"DATA\"\n", []string{"check"}, 2, []string{"schedule.daily", "0 7 * * 1-5"}},
		{"role", minimal, []string{"serve", "--roles", "webb"}, 2, []string{`"webb"`, "web, scheduler, sender and bounces"}},
		{"flag", minimal, []string{"serve", "--port", "80"}, 2, []string{"--port", "--help"}},
		{"frequency", minimal, []string{"digest", "send", "--frequency", "hourly"}, 2, []string{"hourly"}},
		{"address in use", minimal + "[server]\ndata = \"DATA\"\n", []string{"serve", "--listen", occupy(t)}, 1, []string{"cannot listen", "--listen"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := install(t, test.config)
			_, complaints, status := in.run(test.args...)
			if status != test.status {
				t.Errorf("status %d, want %d: %s", status, test.status, complaints)
			}
			for _, word := range test.says {
				if !strings.Contains(complaints, word) {
					t.Errorf("the complaint lacks %q: %s", word, complaints)
				}
			}
			if _, err := os.Stat(filepath.Join(in.dir, "data")); err == nil {
				t.Error("something was opened before the configuration was refused")
			}
		})
	}
}
