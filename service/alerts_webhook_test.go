package service

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"corridor/trouble"
)

// The webhook is told of each trouble when it begins and when it is over, also when no email
// can be sent.
func TestTheWebhookTellsBeginningAndEnd(t *testing.T) {
	var got []string
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var p struct{ Kind, Title, Text, Publication string }
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil || p.Publication != "Test Review" || !strings.HasPrefix(p.Text, p.Title) {
			t.Errorf("%+v, %v", p, err)
		}
		got = append(got, p.Kind+": "+p.Title)
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	s := open(t, strings.Replace(readersConfig, "[publication]", "[publication]\nalerts_webhook = \""+server.URL+"\"", 1)+oneSource)
	now := time.Now()
	step := func(name string, after time.Duration, want ...string) {
		t.Helper()
		if err := s.Alert(t.Context(), now.Add(after)); err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%s: %q, want %q", name, got, want)
		}
		for i := range want {
			if !strings.HasPrefix(got[i], want[i]) {
				t.Errorf("%s: %q, want %q", name, got[i], want[i])
			}
		}
		got = nil
	}
	step("all is well", 0)
	s.DB.MustExec(`INSERT INTO relays (address, away_since, away_reason, away_seen_at) VALUES ('mx.example.org:25', now(), 'connect: refused', now() + interval '1 hour')`)
	step("a mail server that is away for a moment", time.Minute)
	step("for six minutes", 6*time.Minute, "mail_server: The mail server mx.example.org:25 has been away for 6m")
	step("still", 7*time.Minute)

	s.DB.MustExec(`INSERT INTO editions (kind, subject, state, reason, created_at) VALUES ('special', 'News', 'held', '550 5.1.1 <ann@example.net> no', now())`)
	s.DB.MustExec(`INSERT INTO sources (name, failing_since, last_error) VALUES ('site', now() - interval '25 hours', 'answers 500')`)
	s.DB.MustExec(`UPDATE relays SET braked_at = now(), braked_reason = '550 5.4.5 quota', probe_at = now()`)
	status = http.StatusServiceUnavailable
	step("the webhook is away", 8*time.Minute, `edition_held: Edition 1, "News", is held: 550 5.1.1 <[address]> no`)
	status = http.StatusOK
	step("the others are due", 8*time.Minute, "", "")
	step("the first again", 9*time.Minute, "edition_held: ")

	s.DB.MustExec(`UPDATE relays SET away_since = NULL, braked_at = NULL`)
	s.DB.MustExec(`UPDATE editions SET state = 'cancelled', finished_at = now()`)
	s.DB.MustExec(`UPDATE sources SET failing_since = NULL, alerted_at = NULL`)
	step("all is over", 10*time.Minute, "", "", "", "")
	step("nothing more", 11*time.Minute)

	s.DB.MustExec(`INSERT INTO job_states (job, last_run_at, last_success_at) VALUES ('alerts', now() + interval '12 minutes', now() + interval '12 minutes'), ('plan', now() + interval '12 minutes', now())`)
	step("a job fails", 12*time.Minute, `job: the job "plan" has not succeeded for 1`)
	s.DB.MustExec(`UPDATE job_states SET last_success_at = now() + interval '12 minutes'`)
	step("it succeeds", 13*time.Minute, `job: Over: the job "plan" has not succeeded for 1`)

	s.DB.MustExec(`UPDATE sources SET braked_at = now() WHERE name = 'site'`)
	s.DB.MustExec(`INSERT INTO articles (url, source, state, title, content_hash, changed_at, first_seen_at, checked_at, held_reason)
		SELECT 'https://www.example.org/' || n, 'site', 'held', 'Held', '', now(), now(), now(), 'may be a list' FROM generate_series(1, 2) AS n`)
	step("a gather waits, and articles are held", 13*time.Minute, `source_braked: A gather of the source "site" changes unusually many articles`, "articles_held: 2 articles are held because their pages may be no articles")
	s.DB.MustExec(`UPDATE articles SET state = 'released', held_reason = '' WHERE url = 'https://www.example.org/1'`)
	step("one is released", 13*time.Minute)
	s.DB.MustExec(`UPDATE sources SET braked_at = NULL`)
	s.DB.MustExec(`UPDATE articles SET state = 'withdrawn', held_reason = '' WHERE state = 'held'`)
	step("both are over", 13*time.Minute, "", "")

	// A webhook that fails has one line, and no end while an alert waits for its next post.
	status = http.StatusServiceUnavailable
	s.DB.MustExec(`UPDATE editions SET state = 'held', alerted_at = NULL`)
	step("the webhook fails", 14*time.Minute, "edition_held")
	step("nothing is due", 14*time.Minute+time.Second)
	if err := s.endElsewhere(t.Context()); err != nil || len(s.Troubles.Open(trouble.Alert)) != 1 {
		t.Errorf("the trouble with the webhook is over: %v", err)
	}
	s.DB.MustExec(`DELETE FROM alert_posts`) // another process has posted it
	if err := s.endElsewhere(t.Context()); err != nil || len(s.Troubles.Open(trouble.Alert)) != 0 {
		t.Errorf("the trouble with the webhook is not over: %v", err)
	}
}

// After a time without any process, all jobs are overdue until they have run: no alert.
func TestNoAlertAtTheStart(t *testing.T) {
	s := open(t, readersConfig)
	s.DB.MustExec(`INSERT INTO job_states (job, last_run_at, last_success_at) VALUES ('alerts', now() - interval '2 days', now() - interval '2 days'), ('plan', now() - interval '2 days', now() - interval '2 days')`)
	h, err := s.health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if list := s.unwell(h, time.Now()); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	if late := s.overdue(h, time.Now()); len(late) != 2 || late[0].job != "alerts" || late[1].job != "plan" {
		t.Errorf("%+v", late)
	}
}
