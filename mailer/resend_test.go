package mailer

import (
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/mailer/sink"
)

// messageID is the Message-ID header of a message.
func messageID(data []byte) string {
	for line := range strings.Lines(string(data)) {
		if id, ok := strings.CutPrefix(line, "Message-ID: "); ok {
			return strings.TrimSpace(id)
		}
	}
	return ""
}

// answers is a server that answers the nth message to a reader with the nth answer, and
// all further ones with the last. It notes when each message came.
type answers struct {
	list []string
	mu   sync.Mutex
	came map[string][]time.Time
}

func (a *answers) script(stage, to string) string {
	if stage != sink.Dot {
		return ""
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.came[to] = append(a.came[to], time.Now())
	return a.list[min(len(a.came[to]), len(a.list))-1]
}

// times returns when messages came, by reader.
func (a *answers) times() map[string][]time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.came)
}

// A server that takes messages and never says so gets each twice: at once, and after
// the retry delay with the same Message-ID. Then staff decide.
func TestUnknownFatesAreResentOnce(t *testing.T) {
	const after = 300 * time.Millisecond
	for name, tt := range map[string]struct {
		answers []string
		state   string // in the end
		tries   int
	}{
		"taken, no answer, ever":          {[]string{sink.AcceptThenCut}, "uncertain", 2},
		"cut at the dot, ever":            {[]string{sink.Cut}, "uncertain", 2},
		"an answer that is none":          {[]string{"354 go on"}, "uncertain", 2},
		"taken at the second try":         {[]string{sink.AcceptThenCut, ""}, "sent", 2},
		"refused at the second try":       {[]string{sink.AcceptThenCut, "552 5.3.4 message too big"}, "failed", 2},
		"put off before it":               {[]string{"451 4.3.0 later", sink.AcceptThenCut}, "uncertain", 3},
		"put off between":                 {[]string{sink.AcceptThenCut, "451 4.3.0 later", sink.AcceptThenCut}, "uncertain", 3},
		"put off between more than once":  {[]string{sink.Cut, "451 4.3.0 later", "451 4.3.0 later", sink.Cut}, "uncertain", 4},
		"put off between, and then taken": {[]string{sink.Cut, "451 4.3.0 later", ""}, "sent", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.readers(2, 1)
			edition := w.edition("<p>x</p>")
			a := &answers{list: tt.answers, came: map[string][]time.Time{}}
			server := w.sink(sink.Options{Script: a.script, Keep: true})
			stop := w.runResending(Resend{Once: true, After: after}, w.options(server.Addr()))
			w.until("the edition's end", func() bool { return w.finished(edition) })
			stop()
			if got := w.states(edition); got[tt.state] != 2 {
				t.Errorf("states %v, want 2 %s", got, tt.state)
			}
			tried := a.times()
			if len(tried) != 2 {
				t.Errorf("%d readers were tried, want 2", len(tried))
			}
			for to, came := range tried {
				if len(came) != tt.tries {
					t.Errorf("%s was tried %d times, want %d", to, len(came), tt.tries)
				}
				first := strings.HasPrefix(tt.answers[0], "4")
				if !first && came[1].Sub(came[0]) < after {
					t.Errorf("%s was resent after %v, want at least %v", to, came[1].Sub(came[0]), after)
				}
			}
			ids := map[string]string{}
			for _, m := range server.Messages() {
				if id := messageID(m.Data); id == "" || ids[m.To] != "" && ids[m.To] != id {
					t.Errorf("%s got Message-IDs %q and %q", m.To, ids[m.To], id)
				} else {
					ids[m.To] = id
				}
			}
		})
	}
}

// A crash in between, or two of them, counts as an attempt of unknown fate as well.
func TestCrashesResendOnce(t *testing.T) {
	for name, tt := range map[string]struct{ first, second string }{ // "": the sender dies
		"two crashes":                  {"", ""},
		"no answer, then a crash":      {"queued", ""},
		"a crash, then no answer":      {"", "uncertain"},
		"no answer from an old sender": {"", "queued"}, // it knows of no limit
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.readers(1, 1)
			edition := w.edition("<p>x</p>")
			first := w.holder(1, true)
			m := first.mark()[0]
			if m.resent {
				t.Error("resent before the first attempt")
			}
			if tt.first != "" {
				first.end(m, tt.first)
			}
			w.expireLeases()
			second := w.holder(2, true)
			if tt.first == "" && len(second.lease.jobs) != 0 {
				t.Error("due at once after a crash, want after the retry delay")
			}
			w.exec(`UPDATE deliveries SET due_at = now()`)
			w.expireLeases()
			third := w.holder(3, true)
			ready := third.mark()
			if len(ready) != 1 || !ready[0].resent {
				t.Fatalf("to be resent: %+v", ready)
			}
			if tt.second != "" {
				third.end(ready[0], tt.second)
			}
			w.expireLeases()
			last := w.holder(4, true)
			if got := w.states(edition); got["uncertain"] != 1 || len(last.lease.jobs) != 0 {
				t.Errorf("after the second attempt: %v, %d due", got, len(last.lease.jobs))
			}
		})
	}
}

// What the version before had tried may have been resent any number of times. Its
// results may stand in the journal yet.
func TestTheUpgradeEndsAResendStorm(t *testing.T) {
	w := newWorld(t)
	w.readers(4, 1)
	edition := w.edition("<p>x</p>")
	h := w.holder(1, true)
	ready := h.mark()
	for _, m := range ready {
		h.end(m, "queued")
	}
	w.exec(`UPDATE deliveries SET attempt = 1730, due_at = NULL`)
	w.exec(`UPDATE deliveries SET state = 'deferred', code = 451 WHERE subscriber_id = $1`, ready[1].SubscriberID)
	w.exec(`UPDATE deliveries SET state = 'sent' WHERE subscriber_id = $1`, ready[2].SubscriberID)
	w.exec(`UPDATE deliveries SET attempt = 0, rendering_id = NULL, first_at = NULL WHERE subscriber_id = $1`, ready[3].SubscriberID)
	w.exec(`UPDATE batches SET leased_by = NULL, lease_until = NULL, marks = '{}'`)
	h.Close()
	w.downTo("00013_")
	if err := w.db.MigrateUp(w.ctx); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int64{1, 1, 0, 0} {
		if got := w.number(`SELECT resent::int FROM deliveries WHERE subscriber_id = $1`, ready[i].SubscriberID); got != want {
			t.Errorf("delivery %d has resent = %d, want %d", i, got, want)
		}
	}
	a := &answers{list: []string{sink.AcceptThenCut}, came: map[string][]time.Time{}}
	server := w.sink(sink.Options{Script: a.script})
	stop := w.runResending(Resend{Once: true}, w.options(server.Addr()))
	w.until("the edition's end", func() bool { return w.finished(edition) })
	stop()
	for i, want := range []int{1, 1, 0, 2} {
		if got := len(a.times()[ready[i].Address]); got != want {
			t.Errorf("delivery %d was sent %d times since the upgrade, want %d", i, got, want)
		}
	}
}
