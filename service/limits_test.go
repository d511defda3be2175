package service

import (
	"strings"
	"testing"
	"time"

	"corridor/editions"
)

// An edition that waits for a limit says so, and /readyz too.
func TestALimitIsTheReasonOfAnEditionThatWaits(t *testing.T) {
	s := open(t, readersConfig+"[smtp]\nurl = \"smtp://mail.example.org\"\nwindow = \"10:00-11:00\"\nper_day = 100\n[smtp.warmup]\nstart = 20\nsince = \"2026-11-20\"\n")
	if _, err := s.DB.Exec(`
		WITH p AS (INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}') RETURNING id)
		INSERT INTO subscribers (email, folded, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
		SELECT 'anna@example.org', 'anna@example.org', 'active', 'daily', 'UTC', p.id, now(), now() FROM p`); err != nil {
		t.Fatal(err)
	}
	store, err := s.Editions()
	if err != nil {
		t.Fatal(err)
	}
	ctx, now := t.Context(), time.Now()
	id, err := store.CreateSpecial(ctx, editions.Special{Subject: "News", Intro: "It is on Friday."}, now)
	if err == nil {
		err = store.Approve(ctx, id, "tester")
	}
	if err == nil {
		_, err = store.SendSpecial(ctx, id, now)
	}
	if err == nil {
		err = store.Prepare(ctx, now)
	}
	if err != nil {
		t.Fatal(err)
	}
	q := s.quota()
	if q.PerDay != 100 || q.Warmup.Start != 20 || q.Warmup.Factor != 1.5 || q.Warmup.Since.Day() != 20 || q.Zone.String() != "Asia/Baku" {
		t.Errorf("the quota is %+v", q)
	}
	q.Clock = func() time.Time { return time.Date(2026, 11, 25, 2, 0, 0, 0, time.UTC) } // 06:00 in Baku
	if _, waiting, err := s.Deliveries().Room(ctx, "mail.example.org:587", q); err != nil || !waiting {
		t.Fatalf("nothing waits: %v", err)
	}
	edition, err := store.SendSpecial(ctx, id, now)
	if err != nil {
		t.Fatal(err)
	}
	list := []editions.Edition{edition}
	const want = "waits: the sending window is 10:00-11:00; goes on at 2026-11-25T10:00:00+04:00"
	if err := s.ExplainWaiting(ctx, list); err != nil || list[0].Reason != want {
		t.Errorf("the reason is %q, %v; want %q", list[0].Reason, err, want)
	}
	if notes := strings.Join(s.notes(ctx, now), "\n"); notes != "emails wait: the sending window is 10:00-11:00; goes on at 2026-11-25T06:00:00Z" {
		t.Errorf("readyz says %q", notes)
	}
}
