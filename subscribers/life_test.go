package subscribers_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"corridor/subscribers"
	"corridor/testkit"

	"pgregory.net/rapid"
)

// life is the expected state of one address.
type life struct {
	state      subscribers.State // "": no reader
	suppressed subscribers.Reason
}

// TestWhateverHappensToAnAddress draws sequences of all events of an address and compares
// the stored state with plain rules. A reader becomes active only by confirming or by
// staff; an import brings back no reader that has left or is suppressed; and a suppressed
// address gets no message.
func TestWhateverHappensToAnAddress(t *testing.T) {
	testkit.Heavy(t)
	s := newStore(t)
	ctx := t.Context()
	number := 0
	rapid.Check(t, func(rt *rapid.T) {
		number++
		email := fmt.Sprintf("reader%d@example.org", number)
		var want life
		now := noon
		must := func(err error) {
			if err != nil && !errors.Is(err, subscribers.ErrNotFound) {
				rt.Fatal(err)
			}
		}
		for range rapid.IntRange(1, 10).Draw(rt, "steps") {
			now = now.Add(8 * 24 * time.Hour) // beyond every limit of messages
			was, err := s.Find(ctx, email)
			must(err)
			step := rapid.SampledFrom([]string{"sign up", "confirm", "leave", "erase", "suppress", "list: active", "list: pending", "list: left"}).Draw(rt, "step")
			switch step {
			case "sign up":
				message := signUp(t, s, email, now, subscribers.Preferences{})
				expected := subscribers.MessageConfirm
				switch {
				case want.suppressed == "complaint" || want.suppressed == "staff":
					expected = subscribers.MessageWithheld
				case want.state == subscribers.Active && want.suppressed == "":
					expected = subscribers.MessageKnown
				}
				if message != expected {
					rt.Fatalf("%+v signs up and gets message %q", want, message)
				}
				if want.state == "" {
					want.state = subscribers.Pending
				}
			case "confirm":
				_, err := s.Confirm(ctx, was.ID, "", now)
				must(err)
				if want.state != "" {
					want.state = subscribers.Active
					if want.suppressed == "hard_bounce" || want.suppressed == "erased" {
						want.suppressed = ""
					}
				}
			case "leave":
				must(s.Leave(ctx, was.ID, now))
				if want.state != "" {
					want.state = subscribers.Left
				}
			case "erase":
				must(s.Erase(ctx, was.ID, now))
				if want.state != "" {
					want.state = ""
					if want.suppressed == "" {
						want.suppressed = subscribers.Erased
					}
				}
			case "suppress":
				reason := rapid.SampledFrom([]subscribers.Reason{subscribers.HardBounce, subscribers.Complaint, subscribers.ByStaff}).Draw(rt, "reason")
				must(s.Suppress(ctx, email, reason, "", now))
				if want.suppressed == "" {
					want.suppressed = reason
				}
			default:
				state := subscribers.State(step[len("list: "):])
				importCSV(t, s, "email,status\n"+email+","+string(state)+"\n", false)
				want = listed(want, state)
			}
			now2, err := s.Find(ctx, email)
			must(err)
			reason, err := s.Suppression(ctx, email)
			must(err)
			if got := (life{now2.State, reason}); got != want {
				rt.Fatalf("after %q: %+v, want %+v", step, got, want)
			}
		}
	})
}

// listed returns the expected state of an address after the import of a row.
func listed(l life, row subscribers.State) life {
	switch {
	case l.state == subscribers.Left:
	case row == subscribers.Left && l.state != "":
		l.state = subscribers.Left
	case l.suppressed != "":
	case l.state == subscribers.Active && row == subscribers.Pending:
	default:
		l.state = row
	}
	return l
}
