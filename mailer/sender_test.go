package mailer

import (
	"testing"

	"corridor/mailer/sink"
)

// twice fails the test for recipients with more than one message.
func twice(t *testing.T, accepted map[string]int) {
	t.Helper()
	for to, n := range accepted {
		if n != 1 {
			t.Errorf("%s got %d messages", to, n)
		}
	}
}

func TestEverybodyGetsOne(t *testing.T) {
	w := newWorld(t)
	w.readers(2000, 7)
	edition := w.edition("<p>{{corridor:greeting}}</p>")
	server := w.sink(sink.Options{})
	stop := w.run(w.options(server.Addr()))
	w.until("the edition's end", func() bool { return w.finished(edition) })
	stop()
	accepted := server.Accepted()
	twice(t, accepted)
	if len(accepted) != 2000 || w.states(edition)["sent"] != 2000 {
		t.Errorf("%d got one; states %v", len(accepted), w.states(edition))
	}
	if n := w.number(`SELECT count(*) FROM senders`); n != 0 {
		t.Errorf("%d senders have not signed off", n)
	}
}
