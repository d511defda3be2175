package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/subscribers"
	"corridor/testkit"
)

const readersConfig = minimal + `
time_zone = "Asia/Baku"
[[programs]]
slug = "eep"
name = "Energy"
[[programs]]
slug = "spp"
name = "Security"
[[regions]]
slug = "central-asia"
name = "Central Asia"
`

// terminal runs commands on one database.
type terminal struct {
	t      *testing.T
	config string
}

func newTerminal(t *testing.T, config string) terminal {
	t.Helper()
	testkit.Heavy(t)
	db := postgrestest.New(t)
	parts := map[string]string{}
	for _, word := range strings.Fields(db.URL) {
		key, value, _ := strings.Cut(word, "=")
		parts[key] = value
	}
	t.Setenv("CORRIDOR_DATABASE_URL", "postgres://"+parts["user"]+"@/"+parts["dbname"]+"?sslmode=disable&host="+url.QueryEscape(parts["host"]))
	t.Setenv("CORRIDOR_SERVER_DATA", t.TempDir())
	file := filepath.Join(t.TempDir(), "corridor.toml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return terminal{t, file}
}

// run runs one command and checks its exit status.
func (term terminal) run(status int, args ...string) (stdout, stderr string) {
	term.t.Helper()
	var out, errs bytes.Buffer
	if got := run(context.Background(), append([]string{"--config", term.config}, args...), &out, &errs); got != status {
		term.t.Fatalf("%v: exit %d, want %d\n%s%s", args, got, status, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

func TestReadersOnTheCommandLine(t *testing.T) {
	term := newTerminal(t, readersConfig)
	file := filepath.Join(t.TempDir(), "readers.csv")
	if err := os.WriteFile(file, []byte("email,programs,frequency,status\nanna@example.org,eep;spp,daily,active\nbob@example.org,eep,dayly,active\ncarl@example.org,,weekly,left\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	out, _ := term.run(1, "subscribers", "import", file, "--dry-run", "--json")
	var summary map[string]any
	if err := json.Unmarshal([]byte(out), &summary); err != nil || summary["added"] != 2.0 || summary["wrong"] != 1.0 {
		t.Fatal(out, err)
	}
	term.run(1, "subscribers", "show", "anna@example.org")
	out, errs := term.run(1, "subscribers", "import", file)
	if !strings.Contains(out, "3 rows read: 2 added") || !strings.Contains(errs, `line 3, column 3 (frequency): "dayly" is not allowed; use one of`) {
		t.Fatal(out, errs)
	}

	out, _ = term.run(0, "subscribers", "show", "ANNA@example.org", "--json")
	var shown map[string]any
	if err := json.Unmarshal([]byte(out), &shown); err != nil {
		t.Fatal(out, err)
	}
	for key, want := range map[string]any{"email": "anna@example.org", "state": "active", "frequency": "daily", "format": "html", "time_zone": "Asia/Baku", "suppressed": nil, "paused_until": nil} {
		if shown[key] != want {
			t.Errorf("%s is %v, want %v", key, shown[key], want)
		}
	}
	if len(shown) != 12 || !strings.HasSuffix(shown["created"].(string), "+04:00") {
		t.Errorf("shown: %s", out)
	}

	term.run(0, "subscribers", "add", "dora@example.org", "--program", "spp", "--frequency", "instant")
	term.run(1, "subscribers", "add", "dora@example.org")
	term.run(2, "subscribers", "add", "nobody", "--program", "nope")
	term.run(0, "subscribers", "suppress", "dora@example.org", "--detail", "asked by phone")
	out, _ = term.run(0, "subscribers", "list", "--suppressed", "--json")
	var list []map[string]any
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list) != 1 || list[0]["suppressed"] != "staff" {
		t.Fatal(out, err)
	}
	out, _ = term.run(0, "subscribers", "list", "--program", "spp")
	if strings.Count(out, "\n") != 3 {
		t.Error(out)
	}
	out, _ = term.run(0, "subscribers", "export", "anna@example.org")
	if !strings.Contains(out, `"consent"`) {
		t.Error(out)
	}
	term.run(0, "subscribers", "erase", "anna@example.org", "--yes")
	out, _ = term.run(0, "subscribers", "export")
	if strings.Contains(out, "anna") || !strings.HasPrefix(out, "email,name,programs,regions,frequency,time_zone,status,") {
		t.Error(out)
	}
}

// TestAnImportOfAnotherTool tries a file first, then imports it with names for its columns.
func TestAnImportOfAnotherTool(t *testing.T) {
	term := newTerminal(t, readersConfig)
	write := func(name, content string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	list := write("list.csv", "Adresse;Vorname;Thema\nanna@example.org;Anna;eep\nben@example.org;Ben;spp\n")
	mapped := []string{"subscribers", "import", list, "--map", "Adresse=email", "--map", "Vorname=first_name", "--map=Thema=programs"}
	_, errs := term.run(1, "subscribers", "import", list)
	if !strings.Contains(errs, "--map THEIRS=email") {
		t.Error(errs)
	}
	out, _ := term.run(0, append(mapped, "--dry-run")...)
	if want := "line 2: anna@example.org: added; active\nline 3: ben@example.org: added; active\n2 rows read, nothing written: 2 added"; !strings.HasPrefix(out, want) {
		t.Error(out)
	}
	term.run(0, mapped...)
	_, errs = term.run(1, "subscribers", "import", write("codes.csv", "email;status\nanna@example.org;7\nben@example.org;8\n"))
	if !strings.Contains(errs, "no row was understood") {
		t.Error(errs)
	}
	term.run(2, "subscribers", "import", list, "--map", "Adresse")
	for _, wrong := range []string{"--from=pigeon", "--as=perhaps", "--encoding=klingon", "--map=Adresse=whom"} {
		if _, errs := term.run(2, "subscribers", "import", list, wrong); strings.Count(errs, "\n") != 1 {
			t.Errorf("import %s: %s", wrong, errs)
		}
	}
	term.run(2, "suppressions", "import", list, "--encoding=klingon")
	out, _ = term.run(0, "subscribers", "import", write("cleaned_audience.csv", "Email Address\nANNA@example.org\n"), "--dry-run")
	if !strings.HasPrefix(out, "line 2: ANNA@example.org: updated; left, suppressed (hard_bounce)") {
		t.Error(out)
	}
	term.run(0, "suppressions", "add", "nobody@example.org")
	if _, errs = term.run(0, "subscribers", "export"); errs != "1 suppressed address without a reader: 'corridor suppressions export' writes all suppressions\n" {
		t.Error(errs)
	}
	out, _ = term.run(0, "subscribers", "import", write("out.csv", "email\nben@example.org\n"), "--as", "unsubscribed", "--json", "--dry-run")
	var summary importSummary
	if err := json.Unmarshal([]byte(out), &summary); err != nil || len(summary.Plan) != 1 || summary.Plan[0].State != "left" || summary.Updated != 1 {
		t.Error(out, err)
	}
}

// TestMovingInDoesNotRepeatWhatTheFormerToolSent imports readers before the first gather of
// a feed with an article a day.
func TestMovingInDoesNotRepeatWhatTheFormerToolSent(t *testing.T) {
	testkit.Heavy(t)
	now := time.Now()
	var feed strings.Builder
	feed.WriteString(`<rss version="2.0"><channel><title>Port Notes</title><link>https://x.example</link><description>d</description><language>en</language>`)
	for day := range 14 {
		fmt.Fprintf(&feed, `<item><title>Article of %d days ago</title><guid isPermaLink="false">a%d</guid><pubDate>%s</pubDate><description>%s</description></item>`,
			day, day, now.Add(-time.Hour-time.Duration(day)*24*time.Hour).Format(time.RFC1123Z), strings.Repeat("The harbour authority published its plan. ", 40))
	}
	feed.WriteString(`</channel></rss>`)
	file := filepath.Join(t.TempDir(), "feed.xml")
	if err := os.WriteFile(file, []byte(feed.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) }))
	defer site.Close()
	term := newTerminal(t, readersConfig+"\n[gather]\nallow_networks = [\"127.0.0.0/8\"]\n[[sources]]\nname = \"port\"\nkind = \"feed\"\nurl = \""+site.URL+"/f.xml\"\n")
	list := func(name, rows string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte("email,frequency\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	term.run(0, "subscribers", "import", list("new.csv", "daily@example.org,daily\nweekly@example.org,weekly\n"))
	term.run(0, "subscribers", "import", list("moved.csv", "moved@example.org,daily\n"), "--had-everything-until", now.Add(-72*time.Hour).Format(time.RFC3339))
	_, errs := term.run(2, "subscribers", "import", list("future.csv", "future@example.org,daily\n"), "--had-everything-until", now.Add(time.Hour).Format(time.RFC3339))
	if !strings.Contains(errs, "still to come") {
		t.Error(errs)
	}
	term.run(0, "gather")
	for frequency, want := range map[string][]int{"daily": {1, 3}, "weekly": {7}} {
		out, _ := term.run(0, "digest", "plan", "--frequency", frequency, "--json")
		var plan struct {
			Variants []struct{ Articles []any }
		}
		if err := json.Unmarshal([]byte(out), &plan); err != nil {
			t.Fatal(out, err)
		}
		var got []int
		for _, v := range plan.Variants {
			got = append(got, len(v.Articles))
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("the %s digests have %d articles, want %d\n%s", frequency, got, want, out)
		}
	}
}

func TestFailuresOfAReaderAreShown(t *testing.T) {
	since, last := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC), time.Date(2026, 5, 9, 8, 0, 0, 0, time.UTC)
	got := fmt.Sprint(failureRows(subscribers.Failures{Soft: 3, SoftSince: &since, SoftLast: &last, FirstHard: &last}, time.UTC))
	want := "[[failures in a row 3 from 2026-05-01T08:00:00Z to 2026-05-09T08:00:00Z] [hard bounce 2026-05-09T08:00:00Z; a second one suppresses the reader]]"
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if rows := failureRows(subscribers.Failures{}, time.UTC); rows != nil {
		t.Errorf("%v of a reader without failures", rows)
	}
}
