package smtp

import "testing"

func TestClassify(t *testing.T) {
	everywhere := []string{stageConnect, stageTLS, stageBanner, stageEHLO, stageSTARTTLS, stageAUTH, stageMAIL, stageRCPT, stageDATA, stageDot}
	before, transaction := everywhere[:6], everywhere[6:]
	toReader := []string{stageRCPT, stageDATA, stageDot}
	tests := []struct {
		stages         []string
		code           int
		enhanced, text string
		want           Kind
	}{
		{[]string{stageDot}, 250, "2.0.0", "queued", Accepted},
		{everywhere, 421, "4.3.2", "shutting down", Deferred},
		{everywhere, 450, "4.2.0", "greylisted", Deferred},
		{everywhere, 451, "", "try again", Deferred},
		{everywhere, 452, "4.2.2", "mailbox full", Deferred},
		{everywhere, 454, "4.7.0", "TLS not available", Deferred},
		{everywhere, 499, "", "", Deferred},
		{everywhere, 450, "4.1.1", "not sure whether there is such a user", Deferred},

		// The relay refuses us: the recipient is not concerned.
		{before, 554, "", "no SMTP service here", Deferred},
		{before, 535, "5.7.8", "wrong password", Deferred},
		{before, 550, "5.1.1", "no such user", Deferred},
		{transaction, 530, "5.7.0", "authentication required", Deferred},
		{transaction, 535, "5.7.8", "", Deferred},
		{transaction, 538, "5.7.11", "encryption required", Deferred},

		// The sender: not the recipient's fault.
		{[]string{stageMAIL}, 550, "5.1.1", "unknown user", Deferred},
		{[]string{stageMAIL}, 550, "", "", Deferred},
		{[]string{stageMAIL}, 553, "5.7.1", "not your address", Deferred},
		{[]string{stageMAIL}, 550, "5.4.5", "Daily user sending limit exceeded", Deferred},
		{toReader, 550, "5.1.8", "sender's domain does not exist", Deferred},
		{toReader, 553, "5.1.7", "sender's address is none", Deferred},
		{transaction, 503, "5.5.1", "", Deferred},
		{transaction, 525, "5.7.13", "account disabled", Deferred},
		{toReader, 504, "5.5.2", "<localhost>: Helo command rejected: need fully-qualified hostname", Deferred},
		{toReader, 550, "5.7.1", "no such user, or so we say to spammers", Rejected},
		{toReader, 550, "5.7.1", "", Deferred},
		{toReader, 550, "", "blocked, see our list", Deferred},
		{toReader, 550, "", "Sender verify failed: address does not exist", Deferred},
		{toReader, 550, "5.7.1", "greylisted, come back later", Deferred},
		{[]string{stageMAIL}, 552, "5.3.4", "too big", Rejected},

		// The recipient's address, by its enhanced code, at any stage.
		{toReader, 550, "5.1.1", "", Bounced},
		{toReader, 550, "5.1.2", "", Bounced},
		{toReader, 501, "5.1.3", "", Bounced},
		{toReader, 551, "5.1.6", "", Bounced},
		{toReader, 556, "5.1.10", "", Bounced},
		{toReader, 550, "5.2.1", "", Bounced},

		// Final, but the address works or may work.
		{toReader, 552, "5.2.2", "over quota", Rejected},
		{transaction, 552, "5.3.4", "too big", Rejected},
		{toReader, 554, "5.6.0", "", Rejected},
		{toReader, 550, "5.0.0", "", Rejected},

		// Without an enhanced code the text decides, and a doubtful text does not suppress.
		{[]string{stageRCPT}, 550, "", "No such user here", Bounced},
		{[]string{stageRCPT}, 550, "", "<a@example.net>: User unknown", Bounced},
		{[]string{stageRCPT}, 550, "", "Unknown local part", Bounced},
		{[]string{stageRCPT}, 550, "", "Requested action not taken: mailbox unavailable", Bounced},
		{[]string{stageRCPT}, 553, "", "sorry, that recipient does not exist", Bounced},
		{[]string{stageRCPT}, 550, "", "this account doesn't exist", Bounced},
		{[]string{stageRCPT}, 550, "", "", Rejected},
	}
	for _, tt := range tests {
		for _, stage := range tt.stages {
			if got, _ := Classify(stage, tt.code, tt.enhanced, tt.text); got != tt.want {
				t.Errorf("%d %s %q at %s: %v, want %v", tt.code, tt.enhanced, tt.text, stage, got, tt.want)
			}
		}
	}
}
