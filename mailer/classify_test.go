package mailer

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

		// The relay refuses us; no reader may pay for it.
		{before, 554, "", "no SMTP service here", Deferred},
		{before, 535, "5.7.8", "wrong password", Deferred},
		{before, 550, "5.1.1", "no such user", Deferred},
		{transaction, 530, "5.7.0", "authentication required", Deferred},
		{transaction, 535, "5.7.8", "", Deferred},
		{transaction, 538, "5.7.11", "encryption required", Deferred},

		// The sender's address.
		{[]string{stageMAIL}, 550, "5.1.1", "unknown user", Rejected},
		{[]string{stageMAIL}, 553, "5.7.1", "not your address", Rejected},
		{toReader, 550, "5.1.8", "sender's domain does not exist", Rejected},
		{toReader, 553, "5.1.7", "sender's address is none", Rejected},

		// The reader's address, by its enhanced code, whenever it is said.
		{toReader, 550, "5.1.1", "", Bounced},
		{toReader, 550, "5.1.2", "", Bounced},
		{toReader, 501, "5.1.3", "", Bounced},
		{toReader, 551, "5.1.6", "", Bounced},
		{toReader, 556, "5.1.10", "", Bounced},
		{toReader, 550, "5.2.1", "", Bounced},

		// Final, but the address works or may work.
		{transaction, 550, "5.7.1", "no such user, or so we say to spammers", Rejected},
		{transaction, 552, "5.2.2", "over quota", Rejected},
		{transaction, 552, "5.3.4", "too big", Rejected},
		{transaction, 554, "5.6.0", "", Rejected},
		{transaction, 503, "5.5.1", "", Rejected},
		{transaction, 550, "5.0.0", "", Rejected},

		// Without an enhanced code the words decide, and doubt does not suppress.
		{[]string{stageRCPT}, 550, "", "No such user here", Bounced},
		{[]string{stageRCPT}, 550, "", "<a@example.net>: User unknown", Bounced},
		{[]string{stageRCPT}, 550, "", "Unknown local part", Bounced},
		{[]string{stageRCPT}, 550, "", "Requested action not taken: mailbox unavailable", Bounced},
		{[]string{stageRCPT}, 553, "", "sorry, that recipient does not exist", Bounced},
		{[]string{stageRCPT}, 550, "", "this account doesn't exist", Bounced},
		{[]string{stageRCPT}, 550, "", "blocked, see our list", Rejected},
		{[]string{stageRCPT}, 550, "", "Sender verify failed: address does not exist", Rejected},
		{[]string{stageRCPT}, 550, "", "", Rejected},
		{[]string{stageRCPT}, 554, "", "no such user", Rejected},
		{[]string{stageDATA, stageDot}, 550, "", "no such user", Rejected},
	}
	for _, tt := range tests {
		for _, stage := range tt.stages {
			if got := Classify(stage, tt.code, tt.enhanced, tt.text); got != tt.want {
				t.Errorf("%d %s %q at %s: %v, want %v", tt.code, tt.enhanced, tt.text, stage, got, tt.want)
			}
		}
	}
}
