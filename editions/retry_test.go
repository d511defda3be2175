package editions

import (
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	"corridor/mailer/deliveries"

	"github.com/jmoiron/sqlx"
)

// end ends the delivery of an edition to a reader as a sender does.
func (w *world) end(edition, reader int64, state string) {
	w.t.Helper()
	w.exec(`UPDATE deliveries SET state = $3, attempt = attempt + 1, code = 552, reply = 'no', stage = 'RCPT', first_at = now(), last_at = now(),
		rendering_id = (SELECT v.rendering_id FROM variants v WHERE v.id = variant_id) WHERE edition_id = $1 AND subscriber_id = $2`, edition, reader, state)
	if state == "failed" || state == "bounced" {
		variant := w.number(`SELECT variant_id FROM deliveries WHERE edition_id = $1 AND subscriber_id = $2`, edition, reader)
		w.inTx(func(tx *sqlx.Tx) error {
			return Events().Undelivered(w.ctx, tx, []deliveries.Missed{{SubscriberID: reader, VariantID: variant}})
		})
	}
}

func (w *world) retry(edition int64, queued int64, leftOut map[string]int64, states ...string) {
	w.t.Helper()
	got, err := w.store.Retry(w.ctx, edition, monday.Add(time.Hour), states...)
	if err != nil || got.Queued != queued || !maps.Equal(got.LeftOut, leftOut) {
		w.t.Errorf("retried: %+v, %v; want %d and %v left out", got, err, queued, leftOut)
	}
}

// A retry takes the readers that an edition did not reach and may still be written to.
func TestARetryTakesReadersThatMayBeWrittenTo(t *testing.T) {
	w := newWorld(t)
	w.article("A", monday.Add(-time.Hour), nil, nil)
	ids := map[string]int64{}
	for _, name := range []string{"failed", "bounced", "lifted", "sent", "left", "paused", "suppressed", "erased", "dropped"} {
		ids[name] = w.reader(name+"@example.com", Daily, "UTC", nil, nil)
	}
	edition := w.send(Daily, monday).Edition
	for name, id := range ids {
		state := "failed"
		switch name {
		case "sent", "bounced":
			state = name
		case "lifted":
			state = "bounced"
		}
		w.end(edition, id, state)
	}
	w.exec(`INSERT INTO bounce_events (edition_id, domain, bounced) VALUES ($1, 'example.com', 2)`, edition)
	w.exec(`UPDATE deliveries SET reason = 'dropped' WHERE subscriber_id = $1`, ids["dropped"])
	w.exec(`UPDATE subscribers SET state = 'left' WHERE id = $1`, ids["left"])
	w.exec(`UPDATE subscribers SET paused_until = $2 WHERE id = $1`, ids["paused"], monday.Add(48*time.Hour))
	w.exec(`DELETE FROM subscribers WHERE id = $1`, ids["erased"])
	w.exec(`INSERT INTO suppressions (address_hash, email, reason, created_at) SELECT sha256(convert_to(folded, 'UTF8')), email, 'hard_bounce', now() FROM subscribers WHERE id IN ($1, $2)`, ids["suppressed"], ids["bounced"])
	w.finish(edition, monday)

	w.retry(edition, 1, map[string]int64{"left": 1, "paused": 1, "suppressed": 1, "erased": 1, "dropped": 1}, "failed")
	w.retry(edition, 1, map[string]int64{"suppressed": 1}, "bounced")
	w.retry(edition, 0, map[string]int64{"left": 1, "paused": 1, "suppressed": 2, "erased": 1, "dropped": 1})
	if n := w.number(`SELECT count(*) FROM deliveries WHERE state = 'queued' AND attempt = 1 AND first_at IS NULL AND subscriber_id IN ($1, $2)`, ids["failed"], ids["lifted"]); n != 2 {
		t.Errorf("%d deliveries wait for another attempt, want 2", n)
	}
	if state := w.editionState(edition); state != "sending" || w.number(`SELECT count(*) FROM batches WHERE due_at <= now()`) != 1 {
		t.Errorf("the edition is %s", state)
	}
	if n := w.number(`SELECT bounced FROM bounce_events`); n != 1 {
		t.Errorf("the event has %d bounces, want 1", n)
	}
	for _, state := range []State{Draft, Approved, Cancelled} {
		w.exec(`UPDATE editions SET state = $2 WHERE id = $1`, edition, state)
		var refused StateError
		if _, err := w.store.Retry(w.ctx, edition, monday); !errors.As(err, &refused) {
			t.Errorf("%s: %v", state, err)
		}
	}
	if _, err := w.store.Retry(w.ctx, 99, monday); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

// What a retry brought is not in the next digest, and what a digest brought is not retried.
func TestARetryAndTheNextDigestShareWhatWasMissed(t *testing.T) {
	w := newWorld(t)
	a := w.article("A", monday.Add(-time.Hour), nil, nil)
	retried := w.reader("retried@example.com", Daily, "UTC", nil, nil)
	again := w.reader("again@example.com", Daily, "UTC", nil, nil)
	edition := w.send(Daily, monday).Edition
	w.end(edition, retried, "failed")
	w.end(edition, again, "failed")
	w.finish(edition, monday)
	w.retry(edition, 2, map[string]int64{})
	w.end(edition, retried, "sent")
	w.end(edition, again, "failed")
	w.finish(edition, monday)

	b := w.article("B", monday.Add(20*time.Hour), nil, nil)
	tuesday := monday.Add(24 * time.Hour)
	next := w.send(Daily, tuesday).Edition
	for reader, want := range map[int64][]int64{retried: {b}, again: {b, a}} {
		if got := w.got(reader); len(got) != 2 || len(got[1]) != len(want) || got[1][0] != want[0] || got[1][len(want)-1] != want[len(want)-1] {
			t.Errorf("reader %d got %v, want %v in the second", reader, got, want)
		}
	}
	w.retry(edition, 0, map[string]int64{"later_digest": 1})
	w.end(next, again, "failed")
	w.retry(next, 1, map[string]int64{})
	w.retry(edition, 0, map[string]int64{"later_digest": 1})
}

// An email without any article left is not retried; one whose article was withdrawn after
// the edition finished is rendered again first.
func TestARetryNeedsItsArticles(t *testing.T) {
	w := newWorld(t)
	a, b := w.article("A", monday.Add(-time.Hour), []string{"eep"}, nil), w.article("B", monday.Add(-time.Hour), []string{"spp"}, nil)
	one := w.reader("one@example.com", Daily, "UTC", []string{"eep"}, nil)
	both := w.reader("both@example.com", Daily, "UTC", nil, nil)
	edition := w.send(Daily, monday).Edition
	w.end(edition, one, "failed")
	w.end(edition, both, "failed")
	w.finish(edition, monday)
	w.exec(`UPDATE articles SET state = 'withdrawn', changed_at = $2 WHERE id = $1`, a, monday.Add(10*time.Minute))
	w.retry(edition, 1, map[string]int64{"withdrawn": 1})
	if n := w.number(`SELECT count(*) FROM variants v JOIN renderings n ON n.id = v.rendering_id JOIN deliveries d ON d.variant_id = v.id
		WHERE d.subscriber_id = $1 AND n.article_ids = ARRAY[$2::bigint]`, both, b); n != 1 {
		t.Error("the withdrawn article would be sent")
	}
}

// Two people retry at once: each delivery is queued once. A special edition is sent again
// although a digest has its articles.
func TestARetryByTwo(t *testing.T) {
	w := newWorld(t)
	var ids []int64
	for _, name := range []string{"a", "b", "c"} {
		ids = append(ids, w.reader(name+"@example.com", Daily, "UTC", nil, nil))
	}
	article := w.article("A", monday.Add(-time.Hour), nil, nil)
	id, err := w.store.CreateSpecial(w.ctx, Special{Subject: "S", Intro: "Hello", Articles: []int64{article}}, monday)
	if err == nil {
		err = w.store.Approve(w.ctx, id, "staff")
	}
	if err == nil {
		_, err = w.store.SendSpecial(w.ctx, id, monday)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, reader := range ids {
		w.end(id, reader, "failed")
	}
	w.exec(`DELETE FROM missed_deliveries`) // by a digest
	w.finish(id, monday)
	var all sync.WaitGroup
	queued := make([]int64, 4)
	for i := range queued {
		all.Go(func() {
			got, err := w.store.Retry(w.ctx, id, monday)
			if queued[i] = got.Queued; err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if sum := queued[0] + queued[1] + queued[2] + queued[3]; sum != 3 {
		t.Errorf("queued %v, want 3 in all", queued)
	}
}
