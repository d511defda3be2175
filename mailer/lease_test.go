package mailer

import "testing"

// A small edition has work for every connection, a large one few rows of bookkeeping.
func TestBatchesFitTheEdition(t *testing.T) {
	for readers, want := range map[int]int64{1: 1, 100: 4, 1000: 40, 5000: 40, 20000: 80} {
		w := newWorld(t)
		w.readers(readers, 1)
		w.edition("<p>x</p>")
		if got := w.number(`SELECT count(*) FROM batches`); got != want {
			t.Errorf("%d readers are in %d batches, want %d", readers, got, want)
		}
	}
}
