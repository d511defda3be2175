package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
)

func TestLocks(t *testing.T) {
	db := postgrestest.New(t)
	one, two := postgres.NewLocks(db), postgres.NewLocks(db)
	lock := func(l *postgres.Locks, key int64) func() {
		t.Helper()
		unlock, err := l.Lock(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		return unlock
	}
	unlockers := []func(){lock(one, 1), lock(one, 2), lock(one, 3), lock(two, 4)}
	if n := db.Stats().InUse; n != 2 {
		t.Errorf("four locks of two holders take %d connections", n)
	}
	// The same holder and another one wait for a lock that is held.
	got := make(chan func(), 2)
	for _, l := range []*postgres.Locks{one, two} {
		go func() {
			unlock, err := l.Lock(context.Background(), 1)
			if err != nil {
				t.Error(err)
			}
			got <- unlock
		}()
	}
	select {
	case <-got:
		t.Fatal("a lock was given twice")
	case <-time.After(500 * time.Millisecond):
	}
	unlockers[0]()
	first := <-got
	select {
	case <-got:
		t.Fatal("a lock was given twice")
	case <-time.After(500 * time.Millisecond):
	}
	first()
	(<-got)()
	for _, unlock := range unlockers[1:] {
		unlock()
	}
	if n := db.Stats().InUse; n != 0 {
		t.Errorf("%d connections are held without a lock", n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	defer lock(one, 1)()
	if _, err := two.Lock(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting ended with %v", err)
	}
}

// A lost connection loses the locks; the holder goes on with a new one.
func TestLocksAfterALostConnection(t *testing.T) {
	db := postgrestest.New(t)
	locks := postgres.NewLocks(db)
	unlock, err := locks.Lock(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`); err != nil {
		t.Fatal(err)
	}
	if _, err := locks.Lock(t.Context(), 2); err == nil {
		t.Fatal("the lost connection was not noticed")
	}
	unlock()
	again, err := locks.Lock(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	again()
}
