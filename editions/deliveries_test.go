package editions

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// listed returns the deliveries that f selects, as one line each.
func (w *world) listed(edition int64, f DeliveryFilter) (lines []string) {
	w.t.Helper()
	if err := w.store.EachDelivery(w.ctx, edition, f, func(d Delivery) error {
		lines = append(lines, strings.Join(d.Document(time.UTC).Cells()[:8], " "))
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	return lines
}

func TestTheDeliveriesOfAnEdition(t *testing.T) {
	w := newWorld(t)
	w.article("A", monday.Add(-time.Hour), nil, nil)
	var ids []int64
	for _, email := range []string{"sent@example.com", "late@example.org", "flight@example.com", "erased@example.com", "new@example.com"} {
		ids = append(ids, w.reader(email, Daily, "UTC", nil, nil))
	}
	edition := w.send(Daily, monday).Edition
	w.exec(`UPDATE deliveries SET state = 'sent', attempt = 2, code = 250, reply = 'ok', relay = 'mx:25', last_at = $2, complained_at = $2 WHERE subscriber_id = $1`, ids[0], monday)
	w.exec(`UPDATE deliveries SET state = 'bounced', attempt = 1, stage = 'report', code = 550, enhanced = '5.1.1', reply = 'gone', relay = 'mx:25', last_at = $2, bounced_at = $3 WHERE subscriber_id = $1`, ids[1], monday, monday.Add(time.Hour))
	w.exec(`UPDATE batches b SET marks = ARRAY[ARRAY[$1, 1]]::bigint[] FROM deliveries d WHERE d.batch_id = b.id AND d.subscriber_id = $1`, ids[2])
	w.exec(`UPDATE deliveries SET state = 'failed', attempt = 1, stage = 'MAIL', code = 554 WHERE subscriber_id = $1`, ids[3])
	w.exec(`DELETE FROM subscribers WHERE id = $1`, ids[3])
	all := []string{
		"sent@example.com sent dot 250  ok mx:25 2",
		"late@example.org bounced report 550 5.1.1 gone mx:25 1",
		"flight@example.com sending      0",
		" failed MAIL 554    1",
		"new@example.com queued      0",
	}
	for _, tt := range []struct {
		filter DeliveryFilter
		want   []string
	}{
		{DeliveryFilter{}, all},
		{DeliveryFilter{States: []string{"sending"}}, all[2:3]},
		{DeliveryFilter{States: []string{"queued"}}, all[4:]},
		{DeliveryFilter{States: []string{"bounced", "failed"}}, []string{all[1], all[3]}},
		{DeliveryFilter{States: []string{Complained}}, all[:1]},
		{DeliveryFilter{Domain: "example.org"}, all[1:2]},
		{DeliveryFilter{Domain: "example.org", States: []string{"sent"}}, nil},
	} {
		if got := w.listed(edition, tt.filter); strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
			t.Errorf("%+v: %q, want %q", tt.filter, got, tt.want)
		}
	}
	err := w.store.EachDelivery(w.ctx, edition, DeliveryFilter{States: []string{"bounced"}}, func(d Delivery) error {
		if at := d.Document(time.UTC).At; at == nil || *at != "2026-11-23T13:30:00Z" {
			t.Errorf("bounced at %v, want the time of the report", at)
		}
		return errors.New("the disk is full")
	})
	if err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("%v, want the caller's error", err)
	}
	if err := w.store.EachDelivery(w.ctx, 99, DeliveryFilter{}, nil); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if e, err := w.store.Find(w.ctx, edition); err != nil || e.Counts.Complained != 1 || e.Counts.Planned != 5 || e.Counts.Sending != 1 {
		t.Errorf("%+v, %v", e.Counts, err)
	}
}

// A listing reads page after page, and leaves out none.
func TestManyDeliveriesAreListed(t *testing.T) {
	w := newWorld(t)
	id := w.number(`INSERT INTO editions (kind, subject, state, created_at) VALUES ('special', 'x', 'finished', now()) RETURNING id`)
	n := int64(2*deliveriesPage + 1)
	w.exec(`INSERT INTO deliveries (edition_id, subscriber_id, batch_id, variant_id, state) SELECT $1, i, 1, 1, CASE i % 3 WHEN 0 THEN 'failed' ELSE 'sent' END FROM generate_series(1, $2) i`, id, n)
	for state, want := range map[string]int64{"": n, "failed": n / 3} {
		var f DeliveryFilter
		if state != "" {
			f.States = []string{state}
		}
		var got, last int64
		if err := w.store.EachDelivery(w.ctx, id, f, func(d Delivery) error {
			if got++; d.SubscriberID <= last {
				t.Fatalf("%d after %d", d.SubscriberID, last)
			}
			last = d.SubscriberID
			return nil
		}); err != nil || got != want {
			t.Errorf("%s: %d of %d, %v", state, got, want, err)
		}
	}
}
