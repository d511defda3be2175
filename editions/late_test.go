package editions

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/mailer/deliveries"
	"corridor/subscribers"
)

// Reports come back while staff resend or cancel the edition and readers are erased: no
// transaction is aborted, no report is half recorded, and no words of the erased are left.
func TestReportsComeBackWhileOthersDecide(t *testing.T) {
	const readers = 12
	w := newWorld(t)
	w.article("A", monday.Add(-time.Hour), nil, nil)
	var ids []int64
	for i := range readers {
		ids = append(ids, w.reader(fmt.Sprintf("r%d@d%d.example.com", i, i%3), Daily, "UTC", nil, nil))
	}
	for i, id := range ids {
		for range i % 4 { // some of long standing
			w.after(-1, id, arrived)
		}
		w.after(-9, id, []result{full, gone}[i%2])
	}
	w.exec(`DELETE FROM suppressions`)
	w.exec(`DELETE FROM missed_deliveries`)
	w.exec(`UPDATE subscribers SET created_at = $1`, monday.Add(-240*time.Hour))
	edition := w.send(Daily, monday).Edition
	w.exec(`UPDATE deliveries SET state = 'uncertain', attempt = 1, last_at = now() - interval '1 hour', reply = 'old'`)
	store := deliveries.New(w.db, deliveries.Resend{}, Events(), nil)
	defer store.Close()
	people := subscribers.NewStore(w.db, subscribers.NewRules(nil, nil, "UTC"), ReaderEvents())
	var all sync.WaitGroup
	failures := make(chan error, 100)
	start := make(chan struct{})
	run := func(do func() error) {
		all.Go(func() {
			<-start
			if err := do(); err != nil {
				failures <- err
			}
		})
	}
	for i, id := range ids {
		run(func() error {
			_, err := store.BounceLate(w.ctx, edition, id, report(i%2 == 0))
			return err
		})
		if i%4 == 1 {
			run(func() error { _, err := people.Confirm(w.ctx, id, "", monday); return ignoreErased(err) })
			run(func() error { return ignoreErased(people.Lift(w.ctx, fmt.Sprintf("r%d@d%d.example.com", i, i%3))) })
		}
		if i%3 == 0 {
			run(func() error { return people.Erase(w.ctx, id, monday) })
			run(func() error {
				_, err := store.Complain(w.ctx, edition, id, "abuse", "arf", monday)
				return err
			})
		}
	}
	run(func() error { _, err := w.store.ResendUncertain(w.ctx, edition, monday); return ignoreState(err) })
	run(func() error { return w.store.SuppressFailing(w.ctx) })
	run(func() error { return w.store.Cancel(w.ctx, edition, monday) })
	close(start)
	all.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	for what, query := range map[string]string{
		"reports half recorded":   `SELECT count(*) FROM deliveries d WHERE (state IN ('bounced', 'failed')) <> (bounced_at IS NOT NULL)`,
		"reports without a note":  `SELECT count(*) FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id WHERE d.state IN ('bounced', 'failed') AND NOT EXISTS (SELECT FROM missed_deliveries m WHERE m.subscriber_id = d.subscriber_id)`,
		"words of erased readers": `SELECT count(*) FROM deliveries d WHERE reply IS NOT NULL AND NOT EXISTS (SELECT FROM subscribers s WHERE s.id = d.subscriber_id)`,
		"addresses of the erased": `SELECT count(*) FROM suppressions x WHERE email IS NOT NULL AND NOT EXISTS (SELECT FROM subscribers s WHERE s.email = x.email)`,
		"complaints not recorded": fmt.Sprintf(`SELECT %d - count(*) FROM deliveries WHERE complained_at IS NOT NULL`, readers/3),
	} {
		if n := w.number(query); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}

// report is a late report that a mailbox does not exist, or that it is full.
func report(hard bool) deliveries.LateBounce {
	if hard {
		return deliveries.LateBounce{Code: 550, Enhanced: "5.1.1", Reply: "no such user", Source: "lmtp", Hard: true}
	}
	return deliveries.LateBounce{Code: 552, Enhanced: "5.2.2", Reply: "mailbox full", Source: "lmtp"}
}

// ignoreErased ignores that the reader was erased before, or is not suppressed.
func ignoreErased(err error) error {
	if errors.Is(err, subscribers.ErrNotFound) {
		return nil
	}
	return err
}

// ignoreState ignores that the edition was cancelled before.
func ignoreState(err error) error {
	if errors.As(err, new(StateError)) {
		return nil
	}
	return err
}

// A complaint counts more than a bounce: lifting the bounces of an event leaves it.
func TestAComplaintOutlivesItsBounce(t *testing.T) {
	w := newWorld(t)
	people := subscribers.NewStore(w.db, subscribers.NewRules(nil, nil, "UTC"), ReaderEvents())
	for before, want := range map[subscribers.Reason]subscribers.Reason{
		"": "complaint", "hard_bounce": "complaint", "soft_bounces": "complaint", "asked": "asked", "staff": "staff", "complaint": "complaint",
	} {
		email := "r" + string(before) + "@example.com"
		id := w.reader(email, Daily, "UTC", nil, nil)
		w.exec(`INSERT INTO suppressions (address_hash, email, subscriber_id, reason, event, created_at)
			SELECT sha256(convert_to($1, 'UTF8')), $1, $2, $3, '7:example.com', now() WHERE $3 <> ''`, email, id, string(before))
		store := deliveries.New(w.db, deliveries.Resend{}, Events(), nil)
		if _, err := store.Complain(w.ctx, 7, id, "abuse", "arf", monday); err != nil {
			t.Fatal(err)
		}
		if _, err := people.LiftEvent(w.ctx, "7:example.com"); err != nil {
			t.Fatal(err)
		}
		if got, err := people.Suppression(w.ctx, email); err != nil || got != want {
			t.Errorf("%s became %s, want %s; %v", before, got, want, err)
		}
	}
}

// Staff hear once of bounces that are not believed and come after the end of an edition.
func TestStaffHearOfDoubtedBounces(t *testing.T) {
	w := newWorld(t)
	w.article("A", monday.Add(-time.Hour), nil, nil)
	var ids []int64
	for i := range 30 {
		ids = append(ids, w.reader(fmt.Sprintf("r%d@example.com", i), Daily, "UTC", nil, nil))
	}
	edition := w.send(Daily, monday).Edition
	w.exec(`UPDATE deliveries SET state = 'sent', attempt = 1, last_at = now() - interval '1 hour'`)
	w.finish(edition, monday)
	w.told(monday.Add(time.Hour))
	store := deliveries.New(w.db, deliveries.Resend{}, Events(), nil)
	defer store.Close()
	for _, id := range ids[:15] {
		if _, err := store.BounceLate(w.ctx, edition, id, deliveries.LateBounce{Code: 550, Enhanced: "5.1.1", Hard: true}); err != nil {
			t.Fatal(err)
		}
	}
	told := w.told(monday.Add(2 * time.Hour))
	if len(told) != 1 || !strings.Contains(told[0].DoubtAlert(), "11 of 30 readers at example.com bounced") {
		t.Errorf("told: %+v", told)
	}
	if again := w.told(monday.Add(3 * time.Hour)); len(again) != 0 {
		t.Errorf("told again: %+v", again)
	}
	if n := w.number(`SELECT count(*) FROM suppressions`); n != 0 {
		t.Errorf("%d readers are suppressed", n)
	}
	if n, known, err := store.BelieveBounces(w.ctx, fmt.Sprintf("%d:example.com", edition)); err != nil || !known || n != 15 {
		t.Errorf("believed after all: %d, %v, %v", n, known, err)
	}
}

// The articles of an email that came back are in the reader's next digest, unless the
// mailbox does not exist.
func TestWhatCameBackComesAgain(t *testing.T) {
	w := newWorld(t)
	a := w.article("A", monday.Add(-time.Hour), nil, nil)
	refused, gone, got := w.reader("refused@example.com", Daily, "UTC", nil, nil), w.reader("gone@example.org", Daily, "UTC", nil, nil), w.reader("got@example.com", Daily, "UTC", nil, nil)
	edition := w.send(Daily, monday).Edition
	for _, reader := range []int64{refused, gone, got} {
		w.end(edition, reader, "sent")
	}
	w.finish(edition, monday)
	store := deliveries.New(w.db, deliveries.Resend{}, Events(), nil)
	defer store.Close()
	for reader, hard := range map[int64]bool{refused: false, gone: true} {
		if changed, err := store.BounceLate(w.ctx, edition, reader, deliveries.LateBounce{Code: 550, Enhanced: "5.7.1", Reply: "looks like spam", Hard: hard}); err != nil || !changed {
			t.Fatal(changed, err)
		}
	}
	b := w.article("B", monday.Add(20*time.Hour), nil, nil)
	w.send(Daily, monday.Add(24*time.Hour))
	for reader, want := range map[int64]string{refused: fmt.Sprint([][]int64{{a}, {b, a}}), gone: fmt.Sprint([][]int64{{a}}), got: fmt.Sprint([][]int64{{a}, {b}})} {
		if list := fmt.Sprint(w.got(reader)); list != want {
			t.Errorf("reader %d got %s, want %s", reader, list, want)
		}
	}
	if e, err := w.store.Find(w.ctx, edition); err != nil || e.Counts.Sent != 1 || e.Counts.Bounced != 1 || e.Counts.Failed != 1 || e.State != Finished {
		t.Errorf("%+v, %v", e, err)
	}
}
