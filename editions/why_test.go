package editions

import (
	"errors"
	"strings"
	"testing"
	"time"

	"corridor/articles"
	"corridor/subscribers"
)

func TestWhy(t *testing.T) {
	w := newWorld(t)
	r := w.reader("r@example.com", Daily, "America/New_York", []string{"eep"}, []string{"central-asia"})
	article := func(change string) int64 {
		id := w.article("A", monday.Add(-time.Hour), []string{"eep"}, []string{"central-asia"})
		if change != "" {
			w.exec(`UPDATE articles SET `+change+` WHERE id = $1`, id)
		}
		return id
	}
	sent := article("")
	other := article(`programs = '{spp}', regions = '{}'`)
	held, withdrawn := article(`state = 'held'`), article(`state = 'withdrawn'`)
	old := article(`newsworthy = false`)
	w.send(Daily, monday)
	w.exec(`UPDATE deliveries SET state = 'sent', last_at = $1, reply = '250 OK' WHERE state = 'queued'`, monday)
	relabelled := other
	pending := article("")
	ask := func(id int64) Why {
		t.Helper()
		why, err := w.store.Why(w.ctx, "R@example.com", w.address(id), monday.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return why
	}
	for _, tt := range []struct {
		name    string
		id      int64
		change  string // of the reader
		got     bool
		matches bool
		want    []string
	}{
		{"sent", sent, "", true, true, []string{"It was sent in edition 1 (Caspian Policy Center daily, 23 November 2026); their mail server accepted it on 2026-11-23T07:30:00-05:00."}},
		{"both dimensions", other, "", false, false, []string{"by program: the reader follows Energy and Economy Program, the article is labelled Security and Politics Program.", "by region: the reader follows Central Asia, the article has no region."}},
		{"held", held, "", false, true, []string{"is held"}},
		{"withdrawn", withdrawn, "", false, true, []string{"is withdrawn"}},
		{"not news", old, "", false, true, []string{"not news"}},
		{"to come", pending, "", false, true, []string{"next daily digest, due on 2026-11-24T07:00:00-05:00."}},
		{"paused", pending, `paused_until = '2026-11-27T00:00:00Z'`, false, true, []string{"has paused until 2026-11-26T19:00:00-05:00", "due on 2026-11-27T07:00:00-05:00"}},
		{"left", pending, `state = 'left', left_at = '2026-11-23T12:00:00Z'`, false, true, []string{"left on 2026-11-23T07:00:00-05:00", "it matches"}},
		{"pending", pending, `state = 'pending', left_at = NULL`, false, true, []string{"not confirmed", "it matches"}},
		{"choices changed", relabelled, `state = 'active', preference_set_id = (SELECT max(id) FROM preference_sets)`, false, true, []string{"before their last digest was planned"}},
	} {
		w.exec(`INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}') ON CONFLICT DO NOTHING`)
		if tt.change != "" {
			w.exec(`UPDATE subscribers SET paused_until = NULL`)
			w.exec(`UPDATE subscribers SET `+tt.change+` WHERE id = $1`, r)
		}
		why := ask(tt.id)
		if why.Got != tt.got || why.Matches != tt.matches || len(why.Reasons) != len(tt.want) {
			t.Errorf("%s: %+v", tt.name, why)
			continue
		}
		for i, want := range tt.want {
			if !strings.Contains(why.Reasons[i], want) {
				t.Errorf("%s: %q, want %q", tt.name, why.Reasons[i], want)
			}
		}
	}
	w.exec(`INSERT INTO hard_bounces VALUES ($1, $2, '1:example.com')`, r, monday)
	if why := ask(pending); !strings.Contains(strings.Join(why.Reasons, " "), "bounced on 2026-11-23T07:30:00-05:00 though many had arrived") {
		t.Errorf("the first bounce is not explained: %q", why.Reasons)
	}
	w.exec(`INSERT INTO suppressions (address_hash, email, subscriber_id, reason, detail, created_at) SELECT sha256(convert_to(folded, 'UTF8')), email, id, 'soft_bounces', '552 full', now() FROM subscribers WHERE id = $1`, r)
	if why := ask(pending); !strings.Contains(strings.Join(why.Reasons, " "), "The address is suppressed (soft bounces: the last emails failed) and is not written to: 552 full.") {
		t.Errorf("the suppression is not explained: %q", why.Reasons)
	}
	if _, err := w.store.Why(w.ctx, "nobody@example.com", "1", monday); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if _, err := w.store.Why(w.ctx, "r@example.com", "https://www.example.org/no", monday); !errors.Is(err, articles.ErrUnknown) {
		t.Error(err)
	}
}

func (w *world) address(article int64) string {
	w.t.Helper()
	var url string
	if err := w.db.Get(&url, `SELECT url FROM articles WHERE id = $1`, article); err != nil {
		w.t.Fatal(err)
	}
	return url
}

// Each state of a delivery has a sentence. Only an accepted email counts as received.
func TestEveryDeliveryStateHasWords(t *testing.T) {
	w := newWorld(t)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	a := w.article("A", monday.Add(-time.Hour), nil, nil)
	w.send(Daily, monday)
	seen := map[string]bool{}
	for _, state := range []string{"queued", "sending", "sent", "deferred", "failed", "bounced", "skipped", "uncertain"} {
		if state == "sending" {
			w.exec(`UPDATE batches b SET marks = ARRAY[ARRAY[d.subscriber_id, d.attempt + 1]] FROM deliveries d`)
		} else {
			w.exec(`UPDATE batches SET marks = '{}'`)
			w.exec(`UPDATE deliveries SET state = $1`, state)
		}
		why, err := w.store.Why(w.ctx, "r@example.com", w.address(a), monday)
		if err != nil || len(why.Reasons) == 0 || seen[why.Reasons[0]] || why.Got != (state == "sent") {
			t.Errorf("%s: %+v, %v", state, why, err)
			continue
		}
		seen[why.Reasons[0]] = true
	}
}

// What came back after an email was accepted is told with its time and words.
func TestWhyTellsWhatCameBack(t *testing.T) {
	w := newWorld(t)
	reader := w.reader("r@example.com", Daily, "UTC", nil, nil)
	a := w.article("A", monday.Add(-time.Hour), nil, nil)
	w.send(Daily, monday)
	w.exec(`UPDATE deliveries SET stage = 'report', reply = 'no such user', last_at = $1, bounced_at = $2, complained_at = $3`, monday, monday.Add(time.Hour), monday.Add(2*time.Hour))
	for state, want := range map[string]string{
		"bounced": "It was sent in edition 1 (Caspian Policy Center daily, 23 November 2026) on 2026-11-23T07:30:00-05:00 and accepted, but it bounced on 2026-11-23T08:30:00-05:00: the mailbox does not exist: no such user.",
		"failed":  "and accepted, but it came back on 2026-11-23T08:30:00-05:00: their mail server refused it: no such user.",
		"queued":  "and came back on 2026-11-23T08:30:00-05:00: no such user; it will be sent once more.",
	} {
		w.exec(`UPDATE deliveries SET state = $1`, state)
		why, err := w.store.Why(w.ctx, "r@example.com", w.address(a), monday)
		if err != nil || why.Got || len(why.Reasons) < 2 || !strings.HasSuffix(why.Reasons[0], want) || why.Reasons[1] != "They reported that email as unwanted on 2026-11-23T09:30:00-05:00." {
			t.Errorf("%s: %q, %v", state, why.Reasons, err)
		}
	}
	people := subscribers.NewStore(w.db, subscribers.NewRules(nil, nil, "UTC"), ReaderEvents())
	d, err := people.Dossier(w.ctx, reader)
	if err != nil || len(d.Deliveries) != 1 || d.Deliveries[0].Bounced == nil || d.Deliveries[0].Complained == nil || d.Deliveries[0].Reply == nil {
		t.Errorf("the export of the reader's data: %+v, %v", d.Deliveries, err)
	}
}
