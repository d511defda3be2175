package hooks

import (
	"fmt"
	"log/slog"
	"syscall"
	"testing"
	"time"

	"corridor/bounces"
	"corridor/editions"
	"corridor/mailer"
	"corridor/mailer/deliveries"
	"corridor/mailer/mailertest"
	"corridor/mailer/message"
	"corridor/subscribers"
)

// sentWorld is a database with an edition that was sent to n readers, and hooks that record in it.
func sentWorld(t testing.TB, n int) (*world, *mailertest.World, int64) {
	t.Helper()
	var store *deliveries.Store
	m := mailertest.NewWorld(t, mailertest.Protocol{EnqueueTx: deliveries.EnqueueTx, ReadyTx: deliveries.ReadyTx})
	store = deliveries.New(m.DB, deliveries.Resend{}, editions.Events(), nil)
	t.Cleanup(store.Close)
	m.Readers(n, 3)
	edition := m.Edition("<p>News</p>")
	m.Exec(`UPDATE deliveries SET state = 'sent', attempt = 1, first_at = now(), last_at = now()`)
	m.Exec(`UPDATE batches SET due_at = NULL`)
	w := newWorld(t)
	ids, err := mailer.LoadMessageIDs(t.Context(), m.DB, "example.org", message.ReturnAddresses{})
	if err != nil {
		t.Fatal(err)
	}
	readers := subscribers.NewStore(m.DB, subscribers.NewRules(nil, nil, "UTC"), editions.ReaderEvents())
	o := w.hooks.Options
	o.IDs, o.Take, o.Log, o.Now = ids, bounces.NewDesk(m.DB, ids, store, readers, nil).Take, slog.New(slog.DiscardHandler), time.Now
	if w.hooks, err = New(o); err != nil {
		t.Fatal(err)
	}
	w.now, w.ids = time.Now(), ids
	return w, m, edition
}

// BenchmarkEvents takes complaints of different readers, one request each, with the
// signatures of SendGrid and in the database.
func BenchmarkEvents(b *testing.B) {
	const n = 2000
	w, m, edition := sentWorld(b, n)
	first := m.Number(`SELECT min(id) FROM subscribers`)
	i, before := int64(0), cpuTime(b)
	for b.Loop() {
		body := fmt.Sprintf(`[{"event":"spamreport","corridor":%q}]`, w.ids.ID(edition, first+i%n))
		i++
		if _, err := w.hooks.Receive(b.Context(), "sendgrid", w.header("sendgrid", body), []byte(body)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric((cpuTime(b)-before).Seconds()*1000/float64(i), "cpu-ms/event") // of this process
}

func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
