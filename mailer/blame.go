package mailer

import (
	"strings"

	"corridor/mailer/deliveries"
	"corridor/mailer/smtp"
)

// IsSoftBounce reports whether the stored reply to a failed delivery is about its reader,
// and so counts against the reader: the mailbox is full or busy, or this recipient was
// refused at RCPT. A refusal of the sender at RCPT is final only if the relay accepted the
// emails to other recipients, so it counts too. A reply about the size of the message, or one
// after DATA, may be about the message.
func IsSoftBounce(stage string, code int, enhanced, reply string) bool {
	report := stage == deliveries.StageReport
	if code < 400 && !(report && code == 0) { // a report may have a status only, RFC 3464
		return false
	}
	var meaning smtp.Meaning
	if report {
		_, meaning = smtp.ClassifyReport(code, enhanced, reply)
	} else {
		_, meaning = smtp.Classify(stage, code, enhanced, reply)
	}
	switch meaning {
	case smtp.MailboxFull, smtp.MailboxBusy:
		return true
	case smtp.Unclear:
		return report || stage == "RCPT"
	case smtp.Us:
		return stage == "RCPT"
	case smtp.ThisMessage: // no content is known at RCPT, but its size is
		return stage == "RCPT" && !strings.Contains(strings.ToLower(reply), "size") && !strings.Contains(enhanced, ".3.")
	}
	return false
}
