package trouble

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// recorder returns a Log and a function that returns its lines since the last call.
func recorder() (*Log, func() []string) {
	var out bytes.Buffer
	l := New(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.MessageKey {
			return slog.Attr{}
		}
		return a
	}})))
	return l, func() []string {
		defer out.Reset()
		return strings.Split(strings.TrimSpace(out.String()), "\n")
	}
}

func want(t *testing.T, what string, got []string, lines ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(lines, "\n") {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(lines, "\n"))
	}
}

var errRefused = errors.New("421 4.3.2 try later")

func TestALineAtTheBeginningAndOneAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, lines := recorder()
		if l.End(MailServer, "mx:25") {
			t.Error("a trouble ended that never began")
		}
		for n := range 50 {
			if begun := l.Begin(MailServer, "mx:25", errRefused); begun != (n == 0) {
				t.Errorf("call %d: begun is %v", n, begun)
			}
			time.Sleep(time.Second)
		}
		want(t, "it begins", lines(), `level=WARN trouble=mail_server relay=mx:25 reason="421 4.3.2 try later"`)
		if open := l.Open(MailServer); len(open) != 1 || open[0].Name != "mx:25" || open[0].Cause != errRefused.Error() || time.Since(open[0].Since) != 50*time.Second {
			t.Errorf("open: %+v", open)
		}
		l.Begin(MailServer, "other:25", errRefused, "role", "sender")
		want(t, "another", lines(), `level=WARN role=sender trouble=mail_server relay=other:25 reason="421 4.3.2 try later"`)
		l.End(MailServer, "mx:25")
		l.End(MailServer, "mx:25")
		want(t, "it ends", lines(), "level=INFO trouble=mail_server relay=mx:25 lasted=50s failures=50")
		if n, open := l.Begun(MailServer), l.Open(MailServer); n != 2 || len(open) != 1 {
			t.Errorf("%d have begun; open: %+v", n, open)
		}
	})
}

// A trouble that comes and goes has four lines: two for the first time, and two for all others.
func TestATroubleThatComesAndGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, lines := recorder()
		for range 1000 {
			l.Begin(Refusals, "mx:25", errRefused)
			time.Sleep(time.Second)
			l.End(Refusals, "mx:25")
			time.Sleep(time.Second)
		}
		begins := `level=WARN trouble=refusals relay=mx:25 reason="421 4.3.2 try later"`
		want(t, "it flaps", lines(), begins, "level=INFO trouble=refusals relay=mx:25 lasted=1s failures=1", begins)
		time.Sleep(settle)
		synctest.Wait()
		want(t, "it has settled", lines(), "level=INFO trouble=refusals relay=mx:25 lasted=33m17s failures=999")
		l.Begin(Refusals, "mx:25", errRefused)
		l.End(Refusals, "mx:25")
		want(t, "later it is a new one", lines(), begins, "level=INFO trouble=refusals relay=mx:25 lasted=0s failures=1")
	})
}

// A consequence of another trouble has no lines, until that trouble no longer explains it.
func TestConsequencesAreSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, lines := recorder()
		away := true
		l.Unless(func(cause error) bool { return away && errors.Is(cause, context.DeadlineExceeded) })
		l.Begin(Database, "postgresql", context.DeadlineExceeded)
		want(t, "the cause", lines(), `level=ERROR trouble=database database=postgresql reason="context deadline exceeded"`)
		l.Begin(Work, "lease", context.DeadlineExceeded)
		l.Begin(Work, "lease", context.DeadlineExceeded)
		want(t, "a consequence", lines(), "")
		if n := len(l.Open(Work)); n != 1 {
			t.Errorf("%d are open", n)
		}
		l.End(Work, "lease")
		want(t, "the end of a consequence", lines(), "")
		time.Sleep(2 * settle)
		l.Begin(Work, "lease", context.DeadlineExceeded)
		away = false
		l.Begin(Work, "lease", context.DeadlineExceeded)
		want(t, "no longer explained", lines(), `level=WARN trouble=work work=lease reason="context deadline exceeded"`)
		l.End(Work, "lease")
		want(t, "its end", lines(), "level=INFO trouble=work work=lease lasted=0s failures=1")
	})
}

func TestNote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, lines := recorder()
		stopped, stop := context.WithCancel(t.Context())
		stop()
		for _, c := range []struct {
			ctx  context.Context
			err  error
			line string
		}{
			{t.Context(), nil, ""},
			{stopped, context.Canceled, ""},
			{t.Context(), errRefused, `level=ERROR trouble=job job=tidy reason="421 4.3.2 try later"`},
			{stopped, context.Canceled, ""},
			{t.Context(), nil, "level=INFO trouble=job job=tidy lasted=0s failures=1"},
		} {
			if err := l.Note(c.ctx, Job, "tidy", c.err); !errors.Is(err, c.err) {
				t.Errorf("Note returns %v for %v", err, c.err)
			}
			want(t, fmt.Sprint(c.err), lines(), c.line)
		}
	})
}

// The number of troubles of a kind is bounded, because other servers choose the names.
func TestTroublesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, lines := recorder()
		for n := range 10 * mostOpen {
			l.Begin(Domain, fmt.Sprint(n, ".example"), errRefused)
		}
		if n := len(lines()); n != mostOpen {
			t.Errorf("%d lines", n)
		}
		if !l.Begin(Disk, "/srv", errRefused) {
			t.Error("domains keep another kind away")
		}
		lines()
		time.Sleep(time.Hour)
		l.Begin(Domain, "7.example", errRefused)
		l.EndOlder(Domain, 30*time.Minute)
		if n := len(lines()); n != mostOpen-1 {
			t.Errorf("%d lines of domains that said nothing more", n)
		}
		time.Sleep(settle)
		synctest.Wait()
		if !l.Begin(Domain, "new.example", errRefused) {
			t.Error("ended troubles still count")
		}
	})
}

func TestEveryKindHasItsWords(t *testing.T) {
	for _, kind := range Kinds() {
		if w := kinds[kind]; w.key == "" || w.begins == "" || w.ends == "" || w.begins == w.ends {
			t.Errorf("%s: %+v", kind, w)
		}
	}
	if len(kinds) != len(Kinds()) {
		t.Errorf("%d kinds have words, %d are listed", len(kinds), len(Kinds()))
	}
}

// An end without troubles is called for every email that is sent.
func TestEndWithoutTroublesCostsNothing(t *testing.T) {
	l, _ := recorder()
	if n := testing.AllocsPerRun(100, func() { l.End(MailServer, "mx:25") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
