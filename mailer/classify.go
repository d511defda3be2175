package mailer

import (
	"regexp"
	"slices"
)

// Stages of a transaction, as outcomes name them.
const (
	stageConnect  = "connect"
	stageTLS      = "TLS" // implicit
	stageBanner   = "banner"
	stageEHLO     = "EHLO"
	stageSTARTTLS = "STARTTLS"
	stageAUTH     = "AUTH"
	stageMAIL     = "MAIL"
	stageRCPT     = "RCPT"
	stageDATA     = "DATA"
	stageDot      = "dot"
)

// noMailbox are the enhanced codes (RFC 3463) that say that the address does not work:
// bad mailbox, bad system, bad syntax, moved, null MX, disabled. 5.1.7 and 5.1.8 speak
// of the sender's.
var noMailbox = []string{"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}

// noMailboxText finds the same in the words of servers without enhanced codes. Their
// 550 may also mean "we do not like you", and that must not suppress a reader.
var noMailboxText = regexp.MustCompile(`(?i)no such|(user|recipient|mailbox|address|account)( is)? unknown|unknown (user|recipient|mailbox|address|account|local)|does ?n[o']t exist|not exist|not found|no mailbox|no longer (valid|active)|(invalid|bad|undeliverable) (recipient|mailbox|address|user)|mailbox (is )?(unavailable|disabled|inactive)|user (is )?(disabled|inactive)`)

// senderText finds refusals of us in the same words, like "sender domain not found".
var senderText = regexp.MustCompile(`(?i)sender|helo|\bspf\b|dkim|dmarc|policy|spam|block|black|reputation|relay`)

// Classify tells what a reply means for the delivery. code is the reply's (RFC 5321
// section 4.2), enhanced its enhanced code or empty, text its words.
func Classify(stage string, code int, enhanced, text string) Kind {
	switch {
	case code >= 200 && code < 300:
		return Accepted
	case code < 500 || code > 599:
		return Deferred
	}
	switch stage {
	case stageConnect, stageTLS, stageBanner, stageEHLO, stageSTARTTLS, stageAUTH:
		return Deferred // the relay refuses us; nothing is wrong with the reader
	}
	switch code {
	case 530, 534, 535, 538: // sign in first, or better: ours to mend
		return Deferred
	}
	if stage == stageMAIL {
		return Rejected // it speaks of the sender: no reader is suppressed for that
	}
	if slices.Contains(noMailbox, enhanced) {
		return Bounced
	}
	if enhanced == "" && stage == stageRCPT && (code == 550 || code == 551 || code == 553) && noMailboxText.MatchString(text) && !senderText.MatchString(text) {
		return Bounced
	}
	return Rejected
}
