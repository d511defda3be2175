package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"corridor/mailer/sink"
	"corridor/postgres/postgrestest"
)

const upgradeConfig = `
[publication]
title     = "Sample Review"
site_url  = "SITE"
from      = "Sample Review <news@example.org>"
address   = "1 Example Street"

[server]
listen   = "127.0.0.1:0"
base_url = "http://127.0.0.1:23402"
data     = "DATA"

[database]
url = "DATABASE"

[smtp]
url = "smtp+insecure://SINK"

[[programs]]
slug = "transport"
name = "Transport"
[[programs]]
slug = "energy"
name = "Energy"
[[programs]]
slug = "security"
name = "Security"

[[regions]]
slug      = "central-asia"
name      = "Central Asia"
countries = ["Kazakhstan", "Uzbekistan"]
[[regions]]
slug      = "south-caucasus"
name      = "South Caucasus"
countries = ["Armenia", "Azerbaijan", "Georgia"]

[[sources]]
name  = "site"
kind  = "sitemap"
url   = "SITE/sitemap.xml"
match = "/research/*/*"
every = "24h"
[[sources]]
name  = "notes"
kind  = "feed"
url   = "SITE/feed.xml"
every = "24h"

[gather]
allow_networks = ["127.0.0.0/8"]

[schedule]
daily = "0 7 * * *"
`

// upgraded is an installation on the database of an old version, with the unchanged site
// that the old version gathered.
type upgraded struct {
	*installation
	old  postgrestest.Old
	sink *sink.Server
}

func upgrade(t *testing.T) *upgraded {
	t.Helper()
	u := &upgraded{}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, found := u.old.Pages[r.URL.Path]
		switch {
		case r.URL.Path == "/sitemap.xml":
			w.Header().Set("Content-Type", "application/xml")
			fmt.Fprint(w, u.old.Sitemap)
		case r.URL.Path == "/feed.xml":
			w.Header().Set("Content-Type", "application/rss+xml")
			fmt.Fprint(w, u.old.Feed)
		case found:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, page)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)
	db, old := postgrestest.NewOld(t, postgrestest.OldSite, site.URL)
	u.old = old
	var err error
	if u.sink, err = sink.Listen(sink.Options{Keep: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(u.sink.Close)
	u.installation = install(t, strings.NewReplacer("SITE", site.URL, "SINK", u.sink.Addr(), "DATABASE", db.URL).Replace(upgradeConfig))
	u.must(nil, "migrate", "up")
	return u
}

// Links in emails of the old version work, including those of a reader who has left since.
func TestUpgradeKeepsMailedLinks(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	serve := u.serve("--roles", "web")
	unsubscribe := map[string]string{} // by reader
	for _, m := range u.old.Mails {
		for _, link := range m.Links {
			path := strings.TrimPrefix(link, u.old.Base)
			body, status := get(t, serve.base+path)
			switch {
			case strings.HasPrefix(path, "/editions/") && strings.Contains(m.Subject, "two readers"):
				continue // it has its own test: editions for named readers cannot be found by counting
			case status != http.StatusOK:
				t.Errorf("%q to %s: GET %s answers %d: %.200s", m.Subject, m.To, path, status, body)
			}
			if strings.HasPrefix(path, "/unsubscribe/") {
				unsubscribe[m.To] = path
			}
		}
	}
	if len(unsubscribe) < 4 {
		t.Fatalf("only %d readers have an unsubscribe link", len(unsubscribe))
	}
	for to, path := range unsubscribe {
		for range 2 {
			answer, err := http.PostForm(serve.base+path, url.Values{"List-Unsubscribe": {"One-Click"}})
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				t.Errorf("the one-click POST of %s answers %d", to, answer.StatusCode)
			}
		}
		var reader struct{ State string }
		if u.must(&reader, "subscribers", "show", to, "--json"); reader.State != "left" {
			t.Errorf("%s is %s after one click", to, reader.State)
		}
	}
}

// Entries keep their ids, addresses, order and dates, before and after a gather.
func TestUpgradeKeepsFeeds(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	serve := u.serve("--roles", "web")
	added := u.gatherUnchanged()
	for name, before := range u.old.Feeds {
		body, status := get(t, serve.base+"/feeds/"+name+".json")
		var after postgrestest.OldFeed
		if err := json.Unmarshal([]byte(body), &after); status != http.StatusOK || err != nil {
			t.Errorf("%s answers %d, %v", name, status, err)
			continue
		}
		after.Items = slices.DeleteFunc(after.Items, func(i postgrestest.OldItem) bool { return added[i.URL] })
		before.Items = slices.DeleteFunc(before.Items, func(i postgrestest.OldItem) bool { return strings.HasSuffix(i.URL, pier) })
		for i, item := range after.Items { // the text that is also on its own page
			if i < len(before.Items) && strings.HasSuffix(item.URL, mixed) {
				after.Items[i].Title, after.Items[i].Modified = before.Items[i].Title, before.Items[i].Modified
			}
			after.Items[i].URL = strings.Replace(item.URL, pier, pierPrint, 1)
		}
		for i := range max(len(before.Items), len(after.Items)) {
			if i >= len(before.Items) || i >= len(after.Items) || before.Items[i] != after.Items[i] {
				t.Errorf("feed %s, entry %d:\nbefore %+v\nafter  %+v", name, i, before.Items[min(i, len(before.Items)-1)], after.Items[min(i, len(after.Items)-1)])
				break
			}
		}
	}
}

// mixed is an article with the Russian text of another page at the end of the old version's
// last gathering, and its own text before: they alternated.
const mixed = "/research/transport/tariff"

// pier and pierPrint are two addresses of an article that the old version stored twice. The
// id of the copy for print is the older one.
const (
	pier      = "/research/transport/lamp-on-the-pier"
	pierPrint = "/research/transport/pier-print"
)

// gatherUnchanged gathers the unchanged site twice. It returns the addresses of pages that
// the old rules merged into others, and that are separate articles now. What the old version
// stored twice becomes one article.
func (u *upgraded) gatherUnchanged() map[string]bool {
	u.t.Helper()
	added := map[string]bool{}
	for round := range 2 {
		var rows []struct {
			URL, Outcome, Title string
			MovedFrom           string `json:"moved_from"`
		}
		u.must(&rows, "gather", "--json")
		for _, row := range rows {
			switch {
			case row.Outcome == "unchanged" || row.Outcome == "skipped":
			case round == 0 && row.Outcome == "updated" && strings.HasSuffix(row.URL, mixed):
			case round == 0 && row.Outcome == "updated" && strings.HasSuffix(row.URL, pier) && strings.HasSuffix(row.MovedFrom, pierPrint):
			case round == 0 && row.Outcome == "new" && (strings.HasSuffix(row.URL, "/theme-two") || strings.HasSuffix(row.URL, "/tariff-ru")):
				added[row.URL] = true
			default:
				u.t.Errorf("round %d: %s (%s) is %s", round, row.URL, row.Title, row.Outcome)
			}
		}
	}
	return added
}

// Suppressed addresses stay suppressed, in any case of their letters, and other readers
// keep their preferences.
func TestUpgradeKeepsReaders(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	var facts struct{ Readers []map[string]any }
	u.old.Decode(t, &facts)
	for _, before := range facts.Readers {
		var after map[string]any
		u.must(&after, "subscribers", "show", before["email"].(string), "--json")
		for key, value := range before {
			if key == "email" {
				continue // the upgrade may fold the address
			}
			if got, want := fmt.Sprint(after[key]), fmt.Sprint(value); got != want {
				t.Errorf("%s: %s is %s, was %s", before["email"], key, got, want)
			}
		}
	}
	var rows strings.Builder
	rows.WriteString("email,status\n")
	for _, address := range u.old.Suppressed {
		local, domain, _ := strings.Cut(address, "@")
		fmt.Fprintf(&rows, "%s@%s,active\n%s@%s,active\n", strings.ToUpper(local), domain, local, strings.ToUpper(domain))
	}
	u.write("again.csv", rows.String())
	u.run("subscribers", "import", filepath.Join(u.dir, "again.csv"))
	u.must(nil, "articles", "import", u.article("Fresh news"), "--news")
	u.must(nil, "digest", "send", "--frequency", "daily", "--now", "2026-11-29T08:00:00Z", "--wait")
	got := u.sink.Accepted()
	if len(got) < 4 {
		t.Fatalf("the next digest went to %d addresses", len(got))
	}
	for to := range got {
		if slices.Contains(u.old.Suppressed, strings.ToLower(to)) {
			t.Errorf("%s was written to", to)
		}
	}
}

// Queued editions are sent completely and once, and no article reaches a reader again.
func TestUpgradeSendsWhatWasQueuedOnce(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	u.gatherUnchanged()
	u.must(nil, "special", "resume", fmt.Sprint(u.old.Paused))
	u.serve("--roles", "sender")
	var shown struct{ Sent, Queued, Sending int }
	eventually(t, "the end of the paused special", func() bool {
		u.must(&shown, "editions", "show", fmt.Sprint(u.old.Paused), "--json")
		return shown.Queued+shown.Sending == 0 && shown.Sent > 0
	})
	seen := map[string]int{}
	for _, m := range u.sink.Messages() {
		message, err := mail.ReadMessage(strings.NewReader(string(m.Data)))
		if err != nil {
			t.Fatal(err)
		}
		seen[m.To+" "+message.Header.Get("Message-ID")]++
		if strings.Contains(string(m.Data), "{{{") || message.Header.Get("List-Unsubscribe") == "" {
			t.Errorf("the message to %s is not filled in:\n%.3000s", m.To, m.Data)
		}
	}
	for _, m := range u.old.Mails {
		if n := seen[m.To+" "+m.MessageID]; n > 0 {
			t.Errorf("%s got %q again, %d times", m.To, m.Subject, n)
		}
	}
	for key, n := range seen {
		if n > 1 {
			t.Errorf("%s came %d times", key, n)
		}
	}
	u.must(nil, "articles", "import", u.article("Fresh news"), "--news")
	u.must(nil, "digest", "send", "--frequency", "daily", "--now", "2026-11-29T08:00:00Z", "--wait")
	u.holdOnlyNews(t)
}

// holdOnlyNews checks the newest daily digest of the readers who had every article of the
// old database.
func (u *upgraded) holdOnlyNews(t *testing.T) {
	looked := 0
	for _, m := range u.sink.Messages() {
		had := slices.ContainsFunc(u.old.Mails, func(old postgrestest.OldMail) bool {
			return old.To == m.To && strings.HasPrefix(old.Subject, "Sample Review daily")
		})
		if !had || !strings.Contains(string(m.Data), "Fresh news") {
			continue
		}
		looked++
		for _, i := range u.old.Feeds["all"].Items {
			if strings.Contains(string(m.Data), i.Title) {
				t.Errorf("%s gets %q again", m.To, i.Title)
			}
		}
	}
	if looked == 0 {
		t.Error("none of them got a digest")
	}
}

func (u *upgraded) article(title string) string {
	u.write("article.md", "---\ntitle: "+title+"\n---\n\n"+strings.Repeat("There is news of the sea and of what is on it. ", 30)+"\n")
	return filepath.Join(u.dir, "article.md")
}

func (in *installation) write(name, text string) {
	in.t.Helper()
	if err := os.WriteFile(filepath.Join(in.dir, name), []byte(text), 0o600); err != nil {
		in.t.Fatal(err)
	}
}
