package mailer

import "testing"

func TestIsSoftBounce(t *testing.T) {
	for _, c := range []struct {
		stage           string
		code            int
		enhanced, reply string
		want            bool
	}{
		{"RCPT", 552, "5.2.2", "Mailbox full", true},
		{"dot", 552, "5.2.2", "Mailbox full", true},
		{"RCPT", 452, "4.2.2", "The recipient's mailbox is over quota", true}, // after give_up
		{"RCPT", 450, "", "Mailbox busy", true},
		{"RCPT", 550, "", "Requested action not taken", true},
		{"dot", 554, "", "Transaction failed", false}, // perhaps the message
		{"MAIL", 550, "", "Requested action not taken", false},
		{"RCPT", 550, "5.7.1", "Sender is on a block list", true}, // after give_up, others were accepted
		{"RCPT", 554, "5.7.1", "<a@example.net>: Relay access denied", true},
		{"RCPT", 550, "5.7.1", "This message has been blocked as likely unsolicited mail", true},
		{"dot", 552, "5.3.4", "Message too big", false},
		{"RCPT", 552, "5.3.4", "Message too big", false},
		{"RCPT", 552, "", "Message size exceeds the limit of the recipient", false},
		{"dot", 554, "5.7.1", "Message looks like spam", false},
		{"", 0, "", "", false},                        // no reply
		{"RCPT", 0, "", "connection reset", false},    // no reply
		{"RCPT", 550, "5.1.1", "no such user", false}, // a hard bounce, counted elsewhere
		{"report", 0, "5.2.2", "", true},
		{"report", 0, "4.4.7", "delivery time expired", true},
		{"report", 550, "5.7.1", "rejected due to the reputation of the sender", false},
	} {
		if got := IsSoftBounce(c.stage, c.code, c.enhanced, c.reply); got != c.want {
			t.Errorf("%s %d %s %s: %v, want %v", c.stage, c.code, c.enhanced, c.reply, got, c.want)
		}
	}
}
