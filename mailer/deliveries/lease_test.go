package deliveries

import "testing"

// A small edition has a batch for every process, a large one has few rows of batches.
func TestBatchesFitTheEdition(t *testing.T) {
	for readers, want := range map[int]int64{1: 1, 100: 4, 1000: 20, 5000: 20, 22000: 22} {
		w := newWorld(t)
		w.readers(readers, 1)
		w.edition("<p>x</p>")
		if got := w.number(`SELECT count(*) FROM batches`); got != want {
			t.Errorf("%d readers are in %d batches, want %d", readers, got, want)
		}
	}
}

// A batch has a recipient domain if all of its readers are there.
func TestBatchesOfOneDomain(t *testing.T) {
	for readers, domains := range map[int]int{1: 1, 25: 1, 26: 1, 60: 1, 75: 3, 77: 3, 90: 2, 200: 3, 201: 7, 5: 5} {
		w := newWorld(t)
		w.readers(readers, domains)
		w.edition("<p>x</p>")
		if n := w.number(`
			SELECT count(*) FROM (
				SELECT b.domain, min(s.domain) AS least, max(s.domain) AS greatest, count(*) AS n
				FROM batches b LEFT JOIN deliveries d ON d.batch_id = b.id LEFT JOIN subscribers s ON s.id = d.subscriber_id GROUP BY b.id
			) x WHERE n > $1 OR least IS NULL OR domain <> CASE WHEN least = greatest THEN least ELSE '' END`, smallestBatch); n != 0 {
			t.Errorf("%d readers over %d domains: %d batches are too large, empty or not named as they should be", readers, domains, n)
		}
		if n := w.number(`SELECT count(*) FROM deliveries`); n != int64(readers) {
			t.Errorf("%d deliveries for %d readers", n, readers)
		}
	}
}

// A lease whose answer was lost has no owner: its sender lets it go.
func TestLostLeasesAreLetGo(t *testing.T) {
	w := newWorld(t)
	w.readers(60, 1)
	w.edition("<p>x</p>")
	known, lost := w.holder(1, false), w.holder(1, false)
	if err := known.LetGo(w.ctx, 1, []*Lease{known.lease}); err != nil {
		t.Fatal(err)
	}
	free := func(l *Lease) bool {
		return w.number(`SELECT count(*) FROM batches WHERE id = $1 AND lease_until <= now()`, l.Batch) == 1
	}
	if free(known.lease) || !free(lost.lease) {
		t.Errorf("the known one is free: %v, the lost one: %v", free(known.lease), free(lost.lease))
	}
}

// A sender that others took for dead may be the first to lease its own batch again. The
// worker of the old lease gets no delivery, although both ask in one statement.
func TestALeaseThatWasLostIsNotTheNewOne(t *testing.T) {
	w := newWorld(t)
	w.readers(6, 1)
	edition := w.edition("<p>x</p>")
	former := w.holder(1, false)
	want := former.lease.Deliveries
	w.expireLeases()
	again := w.holder(1, false)
	answers, err := former.Record(w.ctx, 1, nil, []Ask{{Flight: former.flight, Want: want[:3]}, {Flight: again.flight, Want: want[3:]}})
	if err != nil || len(answers[0]) != 0 || len(answers[1]) != 3 || w.beingSent() != 3 {
		t.Errorf("the former may send %d, the new one %d, %d are marked; %v", len(answers[0]), len(answers[1]), w.beingSent(), err)
	}
	for _, m := range answers[1] {
		if m.Attempt != 1 {
			t.Errorf("attempt %d, want 1", m.Attempt)
		}
	}
	held, err := former.Renew(w.ctx, 1, []*Lease{former.lease, again.lease})
	if err != nil || held[former.lease] || !held[again.lease] {
		t.Errorf("held: the former %v, the new one %v; %v", held[former.lease], held[again.lease], err)
	}
	if got := w.states(edition); got["queued"] != 6 {
		t.Errorf("%v", got)
	}
}
