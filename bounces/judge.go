package bounces

import (
	"corridor/mailer/smtp"
)

// verdict is the meaning of a failure for the recipient's address.
type verdict int

const (
	unreadable verdict = iota // it gives no reason
	soft                      // it says nothing final about the address
	hard                      // there is no such mailbox
)

// judge interprets a failure by the rules for replies to RCPT (RFC 5321 section 3.3). code
// may be 0, enhanced and text empty.
func judge(code int, enhanced, text string) verdict {
	if code == 0 && enhanced == "" && text == "" {
		return unreadable
	}
	if kind, _ := smtp.ClassifyReport(code, enhanced, text); kind == smtp.Bounced {
		return hard
	}
	return soft
}

// status is the status of a recipient: that of the report, or that of the quoted reply if
// the report's has no detail, like 5.0.0.
func (to Recipient) status() string {
	if to.Enhanced != "" && (to.Status == "" || to.Status[1:] == ".0.0") {
		return to.Enhanced
	}
	return to.Status
}
