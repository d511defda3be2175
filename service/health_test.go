package service

import (
	"errors"
	"strings"
	"testing"
	"time"

	"corridor/trouble"
)

const oneSource = "[[sources]]\nname = \"site\"\nkind = \"feed\"\nurl = \"https://www.example.org/feed\"\n"

// /readyz shows what does not work, and stays ready.
func TestReadyShowsWhatFails(t *testing.T) {
	s := open(t, readersConfig+oneSource)
	s.DB.MustExec(`
		INSERT INTO sources (name, failing_since, last_error) VALUES ('site', now() - interval '59 minutes', 'answers 500'), ('gone', now() - interval '9 days', 'x')`)
	s.DB.MustExec(`
		INSERT INTO job_states (job, last_run_at, last_success_at) VALUES ('plan', now(), now() - interval '80 seconds'), ('tidy', now(), now()), ('other', now(), NULL)`)
	ready := func(now time.Time) string {
		t.Helper()
		if err := s.notReady(t.Context()); err != nil {
			t.Fatal(err)
		}
		return strings.Join(s.notes(t.Context(), now), "; ")
	}
	if got := ready(time.Now()); got != "" {
		t.Errorf("notes when all is well: %q", got)
	}
	got := ready(time.Now().Add(2 * time.Minute))
	for _, words := range []string{"the source site fails since 2", `the job "plan" has not succeeded for 3m20s`} {
		if !strings.Contains(got, words) {
			t.Errorf("the notes %q lack %q", got, words)
		}
	}
	for _, words := range []string{"answers 500", "gone", "tidy", "other"} {
		if strings.Contains(got, words) {
			t.Errorf("the notes %q contain %q", got, words)
		}
	}
}

// A mail server that is configured no longer keeps its brake, and no email waits for it.
func TestReadyShowsBrakesOfConfiguredServers(t *testing.T) {
	s := open(t, readersConfig+"[smtp]\nurl = \"smtp+opportunistic://new.example.org:25\"\nfallbacks = [\"smtp+opportunistic://second.example.org:25\"]\n")
	for _, relay := range []string{"former.example.org:25", "second.example.org:25"} {
		s.DB.MustExec(`INSERT INTO relays (address, braked_at, braked_stage, braked_reason, probe_at) VALUES ($1, now(), 'MAIL', '550 quota', now())`, relay)
	}
	if got := s.notes(t.Context(), time.Now()); len(got) != 1 || !strings.Contains(got[0], "second.example.org:25 refuses them") {
		t.Errorf("%q", got)
	}
	h, err := s.health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := s.unwell(h, time.Now()); len(got) != 1 || got[0].Name != "second.example.org:25" {
		t.Errorf("%v", got)
	}
}

// A trouble of this process ends when another process has success.
func TestASuccessElsewhereEndsATrouble(t *testing.T) {
	s := open(t, readersConfig+oneSource)
	s.Troubles.Begin(trouble.Source, "site", errors.New("answers 500"))
	s.Troubles.Begin(trouble.Job, "plan", errors.New("no"))
	openNow := func() int {
		t.Helper()
		if err := s.endElsewhere(t.Context()); err != nil {
			t.Fatal(err)
		}
		return len(s.Troubles.Open(trouble.Source)) + len(s.Troubles.Open(trouble.Job))
	}
	s.DB.MustExec(`INSERT INTO sources (name, last_done_at, failing_since) VALUES ('site', now() - interval '1 hour', now())`)
	s.DB.MustExec(`INSERT INTO job_states (job, last_run_at, last_success_at) VALUES ('plan', now() + interval '1 second', now() - interval '1 minute')`)
	if n := openNow(); n != 2 {
		t.Errorf("%d are open while both fail elsewhere too", n)
	}
	s.DB.MustExec(`UPDATE sources SET last_done_at = now() + interval '1 second', failing_since = NULL`)
	if n := openNow(); n != 1 {
		t.Errorf("%d are open after the source succeeded", n)
	}
	s.DB.MustExec(`UPDATE job_states SET last_success_at = last_run_at`)
	if n := openNow(); n != 0 {
		t.Errorf("%d are open after the job succeeded", n)
	}
}

// The metrics have the last success of each job and source, and the age of the outbox.
func TestMetricsOfSuccess(t *testing.T) {
	s := open(t, readersConfig+oneSource)
	s.DB.MustExec(`INSERT INTO sources (name, last_done_at) VALUES ('site', to_timestamp(1800000000)), ('gone', now())`)
	s.DB.MustExec(`INSERT INTO job_states (job, last_run_at, last_success_at) VALUES ('plan', now(), to_timestamp(1800000001)), ('tidy', now(), NULL), ('other', now(), now())`)
	s.DB.MustExec(`INSERT INTO outbox (kind, recipient, message, state, created_at, due_at) VALUES ('test', 'a@example.net', '', 'queued', now() - interval '1 hour', now())`)
	s.Troubles.Begin(trouble.Disk, "/srv", errors.New("full"))
	page := monitored(newMetrics(s))
	for _, line := range []string{
		`corridor_source_last_success_timestamp_seconds{source="site"} 1.8e+09`, `corridor_job_last_success_timestamp_seconds{job="plan"} 1.800000001e+09`,
		`corridor_trouble{kind="disk"} 1`, `corridor_trouble{kind="database"} 0`, `corridor_trouble_begun_total{kind="disk"} 1`, "corridor_outbox_oldest_seconds 360",
	} {
		if !strings.Contains(page, "\n"+line) {
			t.Errorf("no %s in\n%s", line, page)
		}
	}
	for _, words := range []string{"gone", `job="tidy"`, `job="other"`} {
		if strings.Contains(page, words) {
			t.Errorf("%s is in the metrics", words)
		}
	}
}
