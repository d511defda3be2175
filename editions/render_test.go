package editions

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/mailer/deliveries"
)

func (w *world) prepare(now time.Time) {
	w.t.Helper()
	if err := w.store.Prepare(w.ctx, now); err != nil {
		w.t.Fatal(err)
	}
}

// rendered returns the HTML of the newest rendering.
func (w *world) rendered() string {
	w.t.Helper()
	var html string
	if err := w.db.Get(&html, `SELECT n.html FROM variants v JOIN renderings n ON n.id = v.rendering_id ORDER BY v.id DESC LIMIT 1`); err != nil {
		w.t.Fatal(err)
	}
	return html
}

func TestVariantsAreRenderedBeforeTheyMayGo(t *testing.T) {
	w := newWorld(t)
	for _, program := range []string{"eep", "spp"} {
		w.reader(program+"@example.com", Daily, "UTC", []string{program}, nil)
		w.article("About "+program, monday.Add(-time.Hour), []string{program}, nil)
	}
	if _, err := w.store.planDigest(w.ctx, Daily, monday, monday); err != nil {
		t.Fatal(err)
	}
	if n := w.number(`SELECT count(*) FROM batches WHERE due_at <> 'infinity'`); n != 0 {
		t.Errorf("%d batches may go before they are rendered", n)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() { w.prepare(monday) })
	}
	group.Wait()
	w.prepare(monday)
	if n := w.number(`SELECT count(*) FROM renderings`); n != 2 {
		t.Errorf("%d renderings", n)
	}
	if n := w.number(`SELECT count(*) FROM batches WHERE due_at = $1`, monday); n == 0 {
		t.Error("no batch may go")
	}
	if n := w.number(`SELECT count(*) FROM renderings WHERE html LIKE '%Security and Politics Program%' AND html LIKE '%About spp%'`); n != 1 {
		t.Errorf("%d renderings are about security", n)
	}
}

func TestADigestIsRenderedWhenItIsSent(t *testing.T) {
	w := newWorld(t)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	w.article("News", monday.Add(-time.Hour), nil, nil)
	w.send(Daily, monday)
	if n := w.number(`SELECT count(*) FROM batches WHERE due_at = $1`, monday); n != 1 {
		t.Errorf("%d batches are due", n)
	}
}

func TestWithdrawnArticleLeavesTheMail(t *testing.T) {
	w := newWorld(t)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	w.reader("eep@example.com", Daily, "UTC", []string{"eep"}, nil)
	gone := w.article("Goes", monday.Add(-time.Hour), []string{"eep"}, nil)
	w.article("Stays", monday.Add(-time.Hour), nil, nil)
	w.send(Daily, monday)
	w.prepare(monday)
	w.exec(`UPDATE articles SET state = 'withdrawn', changed_at = $2 WHERE id = $1`, gone, monday.Add(time.Minute))
	w.prepare(monday.Add(2 * time.Minute))
	if n := w.number(`SELECT count(*) FROM variants v JOIN renderings n ON n.id = v.rendering_id WHERE n.html LIKE '%Goes%'`); n != 0 {
		t.Errorf("%d renderings show what was withdrawn", n)
	}
	if n := w.number(`SELECT count(*) FROM deliveries WHERE state = 'skipped'`); n != 1 {
		t.Errorf("%d deliveries without an article are skipped", n)
	}
	if n := w.number(`SELECT count(*) FROM renderings`); n != 4 {
		t.Errorf("%d renderings", n)
	}
	w.exec(`UPDATE deliveries SET state = 'sent', rendering_id = (SELECT rendering_id FROM variants WHERE id = variant_id) WHERE state = 'queued'`)
	w.release(gone, monday.Add(time.Hour))
	w.send(Daily, monday.Add(day))
	if n := w.number(`SELECT count(*) FROM deliveries d JOIN variants v ON v.id = d.variant_id WHERE v.article_ids = ARRAY[$1::bigint] AND d.state = 'queued'`, gone); n != 2 {
		t.Errorf("%d readers get what was restored", n)
	}
}

func TestCorrectionMakesANewRendering(t *testing.T) {
	w := newWorld(t)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	a := w.article("Kazkhstan", monday.Add(-time.Hour), nil, nil)
	w.send(Daily, monday)
	w.prepare(monday)
	w.exec(`UPDATE articles SET title = 'Kazakhstan', changed_at = $2 WHERE id = $1`, a, monday.Add(time.Minute))
	w.prepare(monday.Add(2 * time.Minute))
	w.prepare(monday.Add(3 * time.Minute))
	if html := w.rendered(); !strings.Contains(html, "Kazakhstan") || strings.Contains(html, "Kazkhstan") {
		t.Error("the mail is not corrected")
	}
	if n := w.number(`SELECT count(*) FROM renderings`); n != 2 {
		t.Errorf("%d renderings", n)
	}
}

func TestSpecial(t *testing.T) {
	w := newWorld(t)
	eep := w.reader("eep@example.com", Daily, "UTC", []string{"eep"}, nil)
	all := w.reader("all@example.com", Weekly, "UTC", nil, nil)
	spp := w.reader("spp@example.com", Daily, "UTC", []string{"spp"}, nil)
	paused := w.reader("paused@example.com", Daily, "UTC", nil, nil)
	w.exec(`UPDATE subscribers SET paused_until = $2 WHERE id = $1`, paused, monday.Add(day))
	a := w.article("A", monday.Add(-time.Hour), []string{"eep"}, nil)
	sp := Special{Subject: "A summit", Intro: "We look ahead.", Articles: []int64{a}, Audience: Audience{Programs: []string{"eep"}, Readers: []int64{spp}}}
	id, err := w.store.CreateSpecial(w.ctx, sp, monday)
	if err != nil {
		t.Fatal(err)
	}
	preview, err := w.store.PreviewSpecial(w.ctx, id, monday)
	if err != nil || preview.Readers != 3 || preview.Subject != "A summit" || !strings.Contains(preview.Text, "We look ahead.") || strings.Contains(preview.HTML+preview.Text, "corridor:") {
		t.Errorf("preview %+v, %v", preview, err)
	}
	if _, err := w.store.SendSpecial(w.ctx, id, monday); !errors.Is(err, ErrNotApproved) {
		t.Errorf("sent without approval: %v", err)
	}
	if err := w.store.Approve(w.ctx, id, "tester"); err != nil {
		t.Fatal(err)
	}
	w.exec(`UPDATE articles SET content_hash = '\x01' WHERE id = $1`, a)
	if _, err := w.store.SendSpecial(w.ctx, id, monday); !errors.Is(err, ErrLapsed) {
		t.Errorf("sent after a change: %v", err)
	}
	if err := w.store.EditSpecial(w.ctx, id, func(sp *Special) error { sp.Intro = "We look far ahead."; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := w.store.Approve(w.ctx, id, "tester"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		edition, err := w.store.SendSpecial(w.ctx, id, monday)
		if err != nil || edition.State != "sending" || edition.Counts.Queued != 3 {
			t.Errorf("sent %+v, %v", edition, err)
		}
	}
	w.prepare(monday)
	for _, r := range []int64{eep, all, spp} {
		w.wantGot("special", r, []int64{a})
	}
	w.wantGot("paused", paused)
	w.exec(`UPDATE subscribers SET paused_until = NULL`)
	w.send(Daily, monday)
	w.wantGot("no digest repeats it", eep, []int64{a})
	w.wantGot("it reaches the one it missed", paused, []int64{a})
}

func TestSpecialForThoseWhoReceived(t *testing.T) {
	w := newWorld(t)
	w.reader("got@example.com", Daily, "UTC", []string{"eep"}, nil)
	w.reader("not@example.com", Daily, "UTC", []string{"spp"}, nil)
	w.reader("failed@example.com", Daily, "UTC", []string{"eep"}, nil)
	a := w.article("A", monday.Add(-time.Hour), []string{"eep"}, nil)
	w.article("B", monday.Add(-time.Hour), []string{"spp"}, nil)
	edition := w.send(Daily, monday).Edition
	w.exec(`UPDATE deliveries d SET state = CASE s.email WHEN 'failed@example.com' THEN 'failed' ELSE 'sent' END FROM subscribers s WHERE s.id = d.subscriber_id`)
	for _, tt := range []struct {
		name     string
		audience Audience
		want     int64
	}{
		{"everybody", Audience{}, 3},
		{"an edition", Audience{Editions: []int64{edition}}, 2},
		{"an article", Audience{Articles: []int64{a}}, 1},
		{"an article, in a program", Audience{Articles: []int64{a}, Programs: []string{"spp"}}, 0},
		{"a frequency", Audience{Frequencies: []Frequency{Weekly}}, 0},
		{"a region", Audience{Regions: []string{"central-asia"}}, 3},
		{"one reader", Audience{Readers: []int64{1}}, 1},
	} {
		if n, err := tt.audience.size(w.ctx, w.db, monday); err != nil || n != tt.want {
			t.Errorf("%s: %d readers, want %d (%v)", tt.name, n, tt.want, err)
		}
	}
}

func TestCancelGivesBack(t *testing.T) {
	w := newWorld(t)
	r := w.reader("r@example.com", Daily, "UTC", nil, nil)
	a := w.article("A", monday.Add(-time.Hour), nil, nil)
	edition := w.send(Daily, monday).Edition
	if err := w.store.Pause(w.ctx, edition); err != nil {
		t.Fatal(err)
	}
	if err := w.store.Resume(w.ctx, edition, monday); err != nil {
		t.Fatal(err)
	}
	if err := w.store.Cancel(w.ctx, edition, monday); err != nil {
		t.Fatal(err)
	}
	if err := w.store.Resume(w.ctx, edition, monday); err == nil {
		t.Error("a cancelled edition is resumed")
	}
	if e, err := w.store.Find(w.ctx, edition); err != nil || e.Counts.Skipped != 1 || e.Counts.Planned != 1 || e.State != "cancelled" {
		t.Errorf("%+v, %v", e, err)
	}
	w.send(Daily, monday.Add(day))
	w.wantGot("given back", r, []int64{a}, []int64{a})
}

// A delivery in flight at the time of a cancellation counts as sending. Its batch is closed
// when the sender returns it or its lease ends.
func TestCancelLeavesWhatIsOnTheWire(t *testing.T) {
	w := newWorld(t)
	r := w.reader("r@example.com", Daily, "UTC", nil, nil)
	a := w.article("A", monday.Add(-time.Hour), nil, nil)
	for range 2 {
		w.reader(fmt.Sprintf("r%d@example.com", w.number(`SELECT count(*) FROM subscribers`)), Daily, "UTC", nil, nil)
	}
	edition := w.send(Daily, monday).Edition
	w.exec(`WITH b AS (INSERT INTO batches (edition_id, due_at) SELECT $1, now() RETURNING id)
		UPDATE deliveries d SET batch_id = b.id FROM b WHERE d.subscriber_id = $2`, edition, r)
	w.exec(`UPDATE batches b SET leased_by = 7, lease_until = now() + interval '1 hour', marks = ARRAY[ARRAY[$1, 1]], marked_at = now()
		FROM deliveries d WHERE d.batch_id = b.id AND d.subscriber_id = $1`, r)
	audience := Audience{Editions: []int64{edition}}
	if n, err := audience.size(w.ctx, w.db, monday); err != nil || n != 1 {
		t.Errorf("%d readers may have it, want 1 (%v)", n, err)
	}
	if err := w.store.Cancel(w.ctx, edition, monday); err != nil {
		t.Fatal(err)
	}
	if e, err := w.store.Find(w.ctx, edition); err != nil || e.Counts != (Counts{Planned: 3, Sending: 1, Skipped: 2}) {
		t.Errorf("%+v, %v", e.Counts, err)
	}
	// Cut off a batch while it was cancelled.
	w.exec(`WITH b AS (INSERT INTO batches (edition_id, due_at) SELECT $1, now() RETURNING id)
		UPDATE deliveries d SET batch_id = b.id, state = 'queued', reason = NULL FROM b, subscribers s WHERE s.id = d.subscriber_id AND s.email = 'r1@example.com'`, edition)
	w.exec(`UPDATE batches SET lease_until = now() WHERE leased_by = 7`)
	if err := deliveries.New(w.db, deliveries.Resend{}, Events(), nil).SettleDead(w.ctx); err != nil {
		t.Fatal(err)
	}
	if e, err := w.store.Find(w.ctx, edition); err != nil || e.Counts != (Counts{Planned: 3, Uncertain: 1, Skipped: 2}) || e.State != "cancelled" {
		t.Errorf("%+v, %v", e, err)
	}
	if n := w.number(`SELECT count(*) FROM batches WHERE due_at IS NOT NULL`); n != 0 {
		t.Errorf("%d batches of a cancelled edition are due", n)
	}
	if n := w.number(`SELECT count(*) FROM missed_deliveries`); n != 2 {
		t.Errorf("%d readers are owed article %d, want 2", n, a)
	}
}

// An article with overlong fields, which package articles does not store, is left out of
// the emails; the other articles are sent.
func TestOneArticleThatIsTooLong(t *testing.T) {
	w := newWorld(t)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	w.article("A good article", monday.Add(-2*time.Hour), []string{"eep"}, nil)
	w.article(strings.Repeat("port ", 200_000), monday.Add(-time.Hour), []string{"eep"}, nil)
	w.send(Daily, monday)
	w.prepare(monday)
	if html := w.rendered(); !strings.Contains(html, "A good article") || len(html) > 50_000 {
		t.Errorf("the email has %d bytes", len(html))
	}
	if subject := w.number(`SELECT max(length(subject)) FROM renderings`); subject > 1000 {
		t.Errorf("the subject has %d letters", subject)
	}
}

func TestNoEmailPrintsADateToCome(t *testing.T) {
	w := newWorld(t)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	id := w.article("A slip", monday.Add(-time.Hour), nil, nil)
	w.exec(`UPDATE articles SET published = published + interval '3 years' WHERE id = $1`, id)
	if _, err := w.store.planDigest(w.ctx, Daily, monday, monday); err != nil {
		t.Fatal(err)
	}
	w.prepare(monday)
	if html := w.rendered(); strings.Contains(html, "2029") || !strings.Contains(html, "23 November 2026") && !strings.Contains(html, "November 23, 2026") {
		t.Error(html)
	}
}
