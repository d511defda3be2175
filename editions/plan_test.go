package editions

import (
	"errors"
	"sync"
	"testing"
	"time"

	"corridor/testkit"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const day = 24 * time.Hour

func (w *world) wantGot(name string, reader int64, want ...[]int64) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.got(reader), cmpopts.EquateEmpty()); diff != "" {
		w.t.Errorf("%s: %s", name, diff)
	}
}

func TestDigestReachesWhomItConcerns(t *testing.T) {
	w := newWorld(t)
	all := w.reader("all@example.com", Daily, "America/New_York", nil, nil)
	eep := w.reader("eep@example.com", Daily, "Asia/Baku", []string{"eep"}, nil)
	eepToo := w.reader("eep2@example.com", Daily, "Asia/Baku", []string{"eep"}, nil)
	asia := w.reader("asia@example.com", Daily, "Asia/Almaty", nil, []string{"central-asia"})
	weekly := w.reader("weekly@example.com", Weekly, "Asia/Baku", nil, nil)
	a := w.article("A", monday.Add(-time.Hour), []string{"eep"}, []string{"central-asia"})
	b := w.article("B", monday.Add(-time.Hour), []string{"spp"}, nil)
	old := w.article("Old", monday.Add(-3*day), []string{"eep"}, nil)
	w.exec(`UPDATE articles SET release_no = 0 WHERE id = $1`, old) // released before the others

	look, err := w.store.PlanDigest(w.ctx, Daily, monday)
	if err != nil || look.Readers != 4 || w.number(`SELECT count(*) FROM deliveries`) != 0 {
		t.Fatalf("plan of %+v, %v", look, err)
	}
	plan := w.send(Daily, monday)
	if plan.Readers != 4 || len(plan.Variants) != 2 {
		t.Errorf("plan %+v", plan)
	}
	w.wantGot("all", all, []int64{b, a})
	w.wantGot("eep", eep, []int64{a})
	w.wantGot("eep too", eepToo, []int64{a})
	w.wantGot("asia", asia, []int64{a})
	w.wantGot("weekly", weekly)

	if again := w.send(Daily, monday.Add(time.Hour)); again.Considered != 0 || again.Readers != 0 {
		t.Errorf("a second sending: %+v", again)
	}
	c := w.article("C", monday.Add(2*time.Hour), []string{"spp"}, nil)
	if again := w.send(Daily, monday.Add(3*time.Hour)); again.Readers != 0 {
		t.Errorf("same period, new article: %+v", again)
	}
	w.send(Daily, monday.Add(day))
	w.wantGot("all, next day", all, []int64{b, a}, []int64{c})
	w.wantGot("eep, next day", eep, []int64{a})
	w.send(Weekly, monday.Add(day))
	w.wantGot("weekly", weekly, []int64{c, b, a, old})
}

func TestNothingNewIsNoEdition(t *testing.T) {
	w := newWorld(t)
	w.reader("eep@example.com", Daily, "America/New_York", []string{"eep"}, nil)
	w.article("B", monday.Add(-time.Hour), []string{"spp"}, nil)
	if plan := w.send(Daily, monday); plan.Considered != 1 || plan.Readers != 0 || plan.Edition != 0 {
		t.Errorf("plan %+v", plan)
	}
	if n := w.number(`SELECT count(*) FROM editions`); n != 0 {
		t.Errorf("%d editions", n)
	}
	if n := w.number(`SELECT seen_release_no FROM reader_positions`); n != 1 {
		t.Errorf("position %d", n)
	}
}

func TestWavesFollowTheClockOnTheWall(t *testing.T) {
	w := newWorld(t)
	start := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	tokyo := w.reader("tokyo@example.com", Daily, "Asia/Tokyo", nil, nil)
	paris := w.reader("paris@example.com", Daily, "Europe/Paris", nil, nil)
	york := w.reader("york@example.com", Daily, "America/New_York", nil, nil)
	nowhere := w.reader("nowhere@example.com", Daily, "Mars/Olympus", nil, nil)
	a := w.article("A", start.Add(-time.Hour), nil, nil)
	w.planDue(start) // Tokyo's wave was before the first serve
	w.wantGot("tokyo, before", tokyo)
	for at := start; at.Before(start.Add(day)); at = at.Add(10 * time.Minute) {
		w.planDue(at)
		utc := at.Sub(start)
		for _, r := range []struct {
			id  int64
			due time.Duration
		}{{tokyo, 22 * time.Hour}, {paris, 6 * time.Hour}, {york, 12 * time.Hour}, {nowhere, 12 * time.Hour}} {
			if got := len(w.got(r.id)) > 0; got != (utc >= r.due) {
				t.Fatalf("%v: reader %d has mail: %v", at, r.id, got)
			}
		}
	}
	for _, r := range []int64{tokyo, paris, york, nowhere} {
		w.wantGot("everybody once", r, []int64{a})
	}
}

func TestMissedWavesAreMadeUpWithinGrace(t *testing.T) {
	w := newWorld(t)
	r := w.reader("york@example.com", Daily, "America/New_York", nil, nil)
	weekly := w.reader("weekly@example.com", Weekly, "America/New_York", nil, nil)
	w.planDue(monday.Add(-10 * day))
	a := w.article("A", monday.Add(2*day), nil, nil)
	w.planDue(monday.Add(2*day + 22*time.Hour))
	w.wantGot("22 hours late", r, []int64{a})
	w.wantGot("a week's wave, three days late", weekly)
}

func TestPlannersAtOnce(t *testing.T) {
	w := newWorld(t)
	for i := range 300 {
		w.reader(string(rune('a'+i%26))+time.Duration(i).String()+"@example.com", Daily, []string{"UTC", "Asia/Baku"}[i%2], nil, nil)
	}
	w.planDue(monday.Add(-2 * day))
	w.article("A", monday.Add(-time.Hour), nil, nil)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if i%2 == 0 {
				w.planDue(monday)
			} else {
				w.send(Daily, monday)
			}
		})
	}
	group.Wait()
	if n := w.number(`SELECT count(*) FROM deliveries`); n != 300 {
		t.Errorf("%d deliveries", n)
	}
}

func TestWhatDidNotArriveComesAgain(t *testing.T) {
	w := newWorld(t)
	r := w.reader("r@example.com", Daily, "UTC", nil, nil)
	a := w.article("A", monday.Add(-time.Hour), nil, nil)
	w.send(Daily, monday)
	w.exec(`UPDATE deliveries SET state = 'failed'`)
	w.exec(`INSERT INTO missed_deliveries SELECT subscriber_id, variant_id FROM deliveries`)
	b := w.article("B", monday.Add(time.Hour), nil, nil)
	w.send(Daily, monday.Add(day))
	w.wantGot("given back", r, []int64{a}, []int64{b, a})
	w.send(Daily, monday.Add(2*day))
	w.wantGot("and only once", r, []int64{a}, []int64{b, a})
	if n := w.number(`SELECT count(*) FROM missed_deliveries`); n != 0 {
		t.Errorf("%d still missed", n)
	}
}

func TestReleasedAgainOnlyForThoseWithoutIt(t *testing.T) {
	w := newWorld(t)
	had := w.reader("had@example.com", Daily, "UTC", []string{"eep"}, nil)
	other := w.reader("other@example.com", Daily, "UTC", []string{"spp"}, nil)
	dropped := w.reader("dropped@example.com", Daily, "UTC", []string{"eep"}, nil)
	a := w.article("A", monday.Add(-time.Hour), []string{"eep"}, nil)
	w.send(Daily, monday)
	w.exec(`UPDATE deliveries SET state = 'failed', reason = 'dropped' WHERE subscriber_id = $1`, dropped)
	w.exec(`UPDATE articles SET programs = '{eep,spp}' WHERE id = $1`, a)
	w.release(a, monday.Add(time.Hour))
	w.send(Daily, monday.Add(day))
	w.wantGot("had it", had, []int64{a})
	w.wantGot("may have had it", dropped, []int64{a})
	w.wantGot("new to them", other, []int64{a})
}

func TestPausedReaderGetsOneCatchUp(t *testing.T) {
	w := newWorld(t)
	w.store.opts.MaxArticles = 3
	r := w.reader("r@example.com", Daily, "UTC", nil, nil)
	w.send(Daily, monday)
	w.exec(`UPDATE subscribers SET paused_until = $1`, monday.Add(3*day+time.Hour))
	var want []int64
	for i := range 3 {
		at := monday.Add(time.Duration(i) * day)
		want = append([]int64{w.article("A", at, nil, nil), w.article("B", at, nil, nil)}, want...)
		want[0], want[1] = want[1], want[0]
		w.send(Daily, at.Add(day))
	}
	w.wantGot("paused", r)
	w.send(Daily, monday.Add(4*day))
	w.wantGot("back", r, want)
	if n := w.number(`SELECT shown FROM variants`); n != 3 {
		t.Errorf("shows %d", n)
	}
}

func TestCancelledPeriodLeavesPositions(t *testing.T) {
	w := newWorld(t)
	w.reader("first@example.com", Daily, "UTC", nil, nil)
	a := w.article("A", monday.Add(30*time.Minute), nil, nil)
	w.send(Daily, monday.Add(time.Hour))
	w.exec(`UPDATE editions SET state = 'cancelled'`)
	late := w.reader("late@example.com", Daily, "UTC", nil, nil)
	if _, err := w.store.SendDigest(w.ctx, Daily, monday, monday); !errors.Is(err, ErrCancelled) {
		t.Errorf("sending a cancelled edition: %v", err)
	}
	w.send(Daily, monday.Add(day))
	w.wantGot("next period", late, []int64{a})
}

func TestInstantPeriods(t *testing.T) {
	w := newWorld(t)
	r := w.reader("r@example.com", Instant, "UTC", nil, nil)
	w.planDue(monday)
	a := w.article("A", monday, nil, nil)
	w.planDue(monday.Add(time.Minute))
	b := w.article("B", monday.Add(2*time.Minute), nil, nil)
	w.planDue(monday.Add(5 * time.Minute))
	w.wantGot("a burst is not over", r)
	w.planDue(monday.Add(6 * time.Minute))
	w.wantGot("one mail", r, []int64{b, a})
	w.planDue(monday.Add(7 * time.Minute))
	w.send(Instant, monday.Add(7*time.Minute))
	w.send(Instant, monday.Add(8*time.Minute))
	w.wantGot("repeated", r, []int64{b, a})
	c := w.article("C", monday.Add(9*time.Minute), nil, nil)
	w.send(Instant, monday.Add(9*time.Minute))
	w.wantGot("staff do not wait", r, []int64{b, a}, []int64{c})
	w.planDue(monday.Add(20 * time.Minute))
	w.planDue(monday.Add(40 * time.Minute))
	w.wantGot("and nothing is left", r, []int64{b, a}, []int64{c})
}

func TestFirstDigestReachesBack(t *testing.T) {
	w := newWorld(t)
	at := func(days float64) time.Time { return monday.Add(-time.Duration(days * float64(day))) }
	a5 := w.article("A", at(40), nil, nil)
	a4 := w.article("B", at(20), nil, nil)
	a3 := w.article("C", at(5), nil, nil)
	a2 := w.article("D", at(0.5), nil, nil)
	daily := w.reader("daily@example.com", Daily, "UTC", nil, nil)
	weekly := w.reader("weekly@example.com", Weekly, "UTC", nil, nil)
	monthly := w.reader("monthly@example.com", Monthly, "UTC", nil, nil)
	instant := w.reader("instant@example.com", Instant, "UTC", nil, nil)
	w.exec(`UPDATE subscribers SET confirmed_at = $1 WHERE id = $2`, at(6), instant)
	for _, f := range Frequencies {
		w.send(f, monday)
	}
	w.wantGot("daily", daily, []int64{a2})
	w.wantGot("weekly", weekly, []int64{a2, a3})
	w.wantGot("monthly", monthly, []int64{a2, a3, a4})
	w.wantGot("instant", instant, []int64{a2, a3})
	_ = a5
}

func TestLongListsPlan(t *testing.T) {
	testkit.Heavy(t)
	w := newWorld(t)
	r := w.reader("r@example.com", Monthly, "UTC", nil, nil)
	for range 600 {
		w.article("A", monday.Add(-day), nil, nil)
	}
	w.send(Monthly, monday)
	if got := w.got(r); len(got) != 1 || len(got[0]) != 600 {
		t.Errorf("%d articles", len(got[0]))
	}
}
