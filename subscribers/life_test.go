package subscribers_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"corridor/subscribers"

	"pgregory.net/rapid"
)

// life is what should be true of one address, told in the plainest way.
type life struct {
	state      subscribers.State // "": no reader
	suppressed string
}

// TestWhateverHappensToAnAddress draws sequences of everything that can happen to an
// address and compares what is stored with the plain rules: nobody becomes active but
// by their own click or staff's word, nobody who left or is suppressed comes back by a
// list, nobody whom we must not write to gets a letter.
func TestWhateverHappensToAnAddress(t *testing.T) {
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
			now = now.Add(8 * 24 * time.Hour) // beyond every limit of letters
			was, err := s.Find(ctx, email)
			must(err)
			step := rapid.SampledFrom([]string{"sign up", "confirm", "leave", "erase", "suppress", "list: active", "list: pending", "list: left"}).Draw(rt, "step")
			switch step {
			case "sign up":
				letter := signUp(t, s, email, now, subscribers.Preferences{})
				expected := subscribers.LetterConfirm
				switch {
				case want.suppressed == "complaint" || want.suppressed == "staff":
					expected = subscribers.LetterWithheld
				case want.state == subscribers.Active && want.suppressed == "":
					expected = subscribers.LetterKnown
				}
				if letter != expected {
					rt.Fatalf("%+v signs up and gets letter %q", want, letter)
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
						want.suppressed = "erased"
					}
				}
			case "suppress":
				reason := rapid.SampledFrom([]string{"hard_bounce", "complaint", "staff"}).Draw(rt, "reason")
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

// listed is what a row of a list makes of an address.
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
