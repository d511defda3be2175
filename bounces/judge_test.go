package bounces

import "testing"

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		code           int
		enhanced, text string
		want           verdict
	}{
		{0, "", "", unreadable},
		{0, "5.1.1", "", hard},
		{0, "5.0.0", "", soft},
		{0, "4.4.7", "message expired", soft},
		{0, "", "Unrouteable address", hard},
		{550, "5.1.1", "User unknown", hard},
		{452, "4.2.2", "The recipient's inbox is out of storage space", soft},
		{552, "5.2.2", "Mailbox full", soft},
		{554, "5.7.1", "Service unavailable; client host blocked using Spamhaus", soft},
		{552, "5.3.4", "Message size exceeds fixed limit", soft},
	} {
		if got := judge(c.code, c.enhanced, c.text); got != c.want {
			t.Errorf("%d %s %s: %d, want %d", c.code, c.enhanced, c.text, got, c.want)
		}
	}
}

// The status of a report counts, unless it has no detail and the quoted reply has.
func TestStatusOfARecipient(t *testing.T) {
	for _, c := range []struct{ status, enhanced, want string }{
		{"", "", ""}, {"5.1.1", "", "5.1.1"}, {"5.1.1", "5.7.1", "5.1.1"}, {"5.0.0", "5.1.1", "5.1.1"}, {"5.0.0", "", "5.0.0"}, {"", "5.1.1", "5.1.1"},
	} {
		if got := (Recipient{Status: c.status, Enhanced: c.enhanced}).status(); got != c.want {
			t.Errorf("%q with %q: %q, want %q", c.status, c.enhanced, got, c.want)
		}
	}
}

func TestFromXtext(t *testing.T) {
	for text, want := range map[string]string{"": "", "1.2.ab@x": "1.2.ab@x", "a+2Bb+3Dc": "a+b=c", "a+2": "a+2", "a+zz": "a+zz"} {
		if got := fromXtext(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
