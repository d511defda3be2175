package mailer

import (
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/mailer/deliveries"
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

// answers is a server that gives the nth answer to the nth message of a reader, and the
// last answer to all further ones. It records the time of each message.
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

// times returns the times of messages by reader.
func (a *answers) times() map[string][]time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.came)
}

// A server that accepts messages without replying gets each twice: at once, and after the
// retry delay with the same Message-ID. Then staff decide.
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
			stop := w.runResending(deliveries.Resend{Once: true, After: after}, w.options(server.Addr()))
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

// The previous version may have resent deliveries any number of times, and their results
// may still be in the journal.
func TestTheUpgradeEndsAResendStorm(t *testing.T) {
	w := newWorld(t)
	w.readers(4, 1)
	edition := w.edition("<p>x</p>")
	ready := w.attempted()
	w.exec(`UPDATE deliveries SET attempt = 1730, due_at = NULL`)
	w.exec(`UPDATE deliveries SET state = 'deferred', code = 451 WHERE subscriber_id = $1`, ready[1].SubscriberID)
	w.exec(`UPDATE deliveries SET state = 'sent' WHERE subscriber_id = $1`, ready[2].SubscriberID)
	w.exec(`UPDATE deliveries SET attempt = 0, rendering_id = NULL, first_at = NULL WHERE subscriber_id = $1`, ready[3].SubscriberID)
	w.exec(`UPDATE batches SET leased_by = NULL, lease_until = NULL, marks = '{}'`)
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
	stop := w.runResending(deliveries.Resend{Once: true}, w.options(server.Addr()))
	w.until("the edition's end", func() bool { return w.finished(edition) })
	stop()
	for i, want := range []int{1, 1, 0, 2} {
		if got := len(a.times()[ready[i].Address]); got != want {
			t.Errorf("delivery %d was sent %d times since the upgrade, want %d", i, got, want)
		}
	}
}

// attempted makes a sender attempt all due deliveries of one batch, and queues them again.
func (w *world) attempted() []deliveries.Delivery {
	w.t.Helper()
	store := deliveries.New(w.db, deliveries.Resend{Once: true}, testEvents(), nil)
	defer store.Close()
	lease, err := store.Lease(w.ctx, 1, 0, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	flight := deliveries.NewFlight(lease)
	started, err := store.Record(w.ctx, 1, nil, []deliveries.Ask{{Flight: flight, Want: lease.Deliveries}})
	if err != nil {
		w.t.Fatal(err)
	}
	var results []deliveries.Result
	for _, d := range started[0] {
		r := flight.Result(d, deliveries.Queued)
		r.RenderingID, r.At = d.RenderingID, time.Now()
		results = append(results, r)
	}
	deliveries.Number(results)
	if _, err := store.Record(w.ctx, 1, results, nil); err != nil {
		w.t.Fatal(err)
	}
	if err := store.Apply(w.ctx, results); err != nil {
		w.t.Fatal(err)
	}
	return started[0]
}
