package editions

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// lockedLog collects the lines of several stores.
type lockedLog struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(p)
}

// lines returns the lines since the last call, without time and level.
func (l *lockedLog) lines() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lines []string
	for line := range strings.Lines(l.out.String()) {
		_, line, _ = strings.Cut(strings.TrimSpace(line), " msg=")
		lines = append(lines, line)
	}
	l.out.Reset()
	return strings.Join(lines, "\n")
}

// Several processes log each change of an edition's state once.
func TestStatesAreLoggedOnce(t *testing.T) {
	w := newWorld(t)
	log := &lockedLog{}
	stores := make([]*Store, 3)
	for i := range stores {
		var err error
		if stores[i], err = New(w.db, testOptions(t), slog.New(slog.NewTextHandler(log, nil))); err != nil {
			t.Fatal(err)
		}
	}
	tell := func() string {
		t.Helper()
		var all sync.WaitGroup
		for _, s := range stores {
			all.Go(func() {
				if err := s.Tell(w.ctx); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		return log.lines()
	}
	w.reader("ann@example.net", Daily, "UTC", nil, nil)
	id, err := w.store.CreateSpecial(w.ctx, Special{Subject: "News", Intro: "It is on Friday."}, monday)
	if err != nil {
		t.Fatal(err)
	}
	if got := tell(); got != "" {
		t.Errorf("a draft is logged: %s", got)
	}
	send := func() error {
		if err := w.store.Approve(w.ctx, id, "staff"); err != nil {
			return err
		}
		_, err := w.store.SendSpecial(w.ctx, id, monday)
		return err
	}
	counts := "readers=1 sent=%d failed=0 bounced=0 skipped=%d uncertain=0 open=%d"
	for _, step := range []struct {
		do   func() error
		want string
	}{
		{send, `"edition started" edition_id=ID kind=special ` + fmt.Sprintf(counts, 0, 0, 1)},
		{func() error { return w.store.Pause(w.ctx, id) }, `"edition paused" edition_id=ID kind=special reason="paused by staff" ` + fmt.Sprintf(counts, 0, 0, 1)},
		{func() error { return w.store.Resume(w.ctx, id, monday) }, `"edition resumed" edition_id=ID kind=special ` + fmt.Sprintf(counts, 0, 0, 1)},
		{func() error { return nil }, ""},
		{func() error { _, err := holdTx(w.ctx, w.db, id, "550 no"); return err }, `"edition held" edition_id=ID kind=special reason="550 no" ` + fmt.Sprintf(counts, 0, 0, 1)},
		{func() error { return w.store.Cancel(w.ctx, id, monday.Add(90*time.Second)) }, `"edition cancelled" edition_id=ID kind=special reason="cancelled by staff" ` + fmt.Sprintf(counts, 0, 1, 0) + " seconds=90"},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if got, want := tell(), strings.ReplaceAll(step.want, "ID", fmt.Sprint(id)); got != want {
			t.Errorf("logged\n%s\nwant\n%s", got, want)
		}
	}
}

func TestAnEditionThatFinishesBetweenTwoLooks(t *testing.T) {
	for _, test := range []struct {
		before, state State
		want          string
	}{
		{"", Finished, "edition started, edition finished"},
		{Approved, Held, "edition started, edition held"},
		{Finished, Sending, "edition reopened"},
		{Sending, Finished, "edition finished"},
	} {
		change := told{Before: test.before}
		change.State, change.Started.Valid = test.state, true
		if got := strings.Join(change.lines(), ", "); got != test.want {
			t.Errorf("%q to %q: %s", test.before, test.state, got)
		}
	}
	if got := (told{editionRow: editionRow{State: Cancelled}, Before: Draft}).lines(); strings.Join(got, ", ") != "edition cancelled" {
		t.Errorf("a cancelled draft: %q", got)
	}
}
