package editions

import (
	"errors"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

// told returns the editions that staff are alerted about now.
func (w *world) told(now time.Time) []Troubled {
	w.t.Helper()
	var troubled []Troubled
	err := w.db.InTx(w.ctx, func(tx *sqlx.Tx) (err error) {
		troubled, err = TakeTroubledTx(w.ctx, tx, now)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return troubled
}

// finish finishes an edition as a sender does.
func (w *world) finish(edition int64, now time.Time) {
	w.t.Helper()
	w.exec(`UPDATE batches SET due_at = NULL WHERE edition_id = $1`, edition)
	w.exec(`UPDATE editions SET state = 'finished', finished_at = $2, alerted_at = NULL WHERE id = $1`, edition, now)
}

// Every wave of a digest, and every hour of an open digest, may bring uncertain deliveries.
// Staff are alerted about each once.
func TestStaffHearOfEachUncertainDeliveryOnce(t *testing.T) {
	w := newWorld(t)
	w.article("A", monday.Add(-time.Hour), nil, nil)
	first := w.reader("first@example.com", Daily, "UTC", nil, nil)
	second := w.reader("second@example.com", Daily, "UTC", nil, nil)
	edition := w.send(Daily, monday).Edition
	uncertain := func(reader int64) {
		t.Helper()
		w.exec(`UPDATE deliveries SET state = 'uncertain' WHERE edition_id = $1 AND subscriber_id = $2`, edition, reader)
	}
	uncertain(first)
	at := monday.Add(10 * time.Minute)
	if got := w.told(at); len(got) != 0 {
		t.Fatalf("told while it goes out: %+v", got)
	}
	at = monday.Add(2 * time.Hour) // a server defers a delivery, for up to two days
	if got := w.told(at); len(got) != 1 || got[0].Uncertain != 1 {
		t.Fatalf("after an hour: %+v", got)
	}
	if got := w.told(at.Add(2 * time.Hour)); len(got) != 0 {
		t.Fatalf("told again: %+v", got)
	}
	w.finish(edition, at)
	if got := w.told(at); len(got) != 0 {
		t.Fatalf("told again at its end: %+v", got)
	}
	w.told(at.Add(time.Hour)) // ended, and known to have
	w.exec(`UPDATE editions SET state = 'sending', finished_at = NULL WHERE id = $1`, edition)
	uncertain(second)
	w.finish(edition, at.Add(3*time.Hour))
	if got := w.told(at.Add(3 * time.Hour)); len(got) != 1 || got[0].Uncertain != 2 {
		t.Fatalf("after the next wave: %+v", got)
	}
}

func TestUncertainDeliveriesAreResentAsIfNew(t *testing.T) {
	w := newWorld(t)
	w.article("A", monday.Add(-time.Hour), nil, nil)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	edition := w.send(Daily, monday).Edition
	w.exec(`UPDATE deliveries SET state = 'uncertain', attempt = 1, first_at = now() - interval '9 days'`)
	w.finish(edition, monday)
	n, err := w.store.ResendUncertain(w.ctx, edition, monday)
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if w.number(`SELECT count(*) FROM deliveries WHERE state = 'queued' AND attempt = 1 AND first_at IS NULL AND resent`) != 1 {
		t.Error("it would have to succeed at once: its time for being deferred is over")
	}
	w.exec(`UPDATE deliveries SET state = 'uncertain'`)
	if err := w.store.Cancel(w.ctx, edition, monday); err != nil {
		t.Fatal(err)
	}
	var refused StateError
	if _, err := w.store.ResendUncertain(w.ctx, edition, monday); !errors.As(err, &refused) {
		t.Errorf("mails of a cancelled edition are queued for ever: %v", err)
	}
	if n, err := w.store.DropUncertain(w.ctx, edition, monday); err != nil || n != 1 {
		t.Error(n, err)
	}
}

// When staff send or resume an edition, its overdue batches count as due from now.
func TestStaffSendWhatIsOverdue(t *testing.T) {
	w := newWorld(t)
	w.article("A", monday.Add(-time.Hour), nil, nil)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	edition := w.send(Daily, monday).Edition
	late := func() { w.exec(`UPDATE batches SET due_at = $1::timestamptz - interval '3 days'`, monday) }
	overdue := func() int64 {
		return w.number(`SELECT count(*) FROM batches WHERE due_at < $1`, monday)
	}
	late()
	w.send(Daily, monday)
	if overdue() != 0 {
		t.Error("sent again by staff, and overdue all the same")
	}
	late()
	w.exec(`UPDATE editions SET state = 'held' WHERE id = $1`, edition)
	if err := w.store.Resume(w.ctx, edition, monday); err != nil {
		t.Fatal(err)
	}
	if overdue() != 0 {
		t.Error("resumed, and overdue all the same")
	}
}
