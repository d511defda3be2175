package mailer

import (
	"strings"

	"corridor/mailer/smtp"
)

// StageReport is the stage of a reply that came back after an email was accepted.
const StageReport = "report"

// IsSoftBounce reports whether the stored reply to a failed delivery is about its reader,
// and so counts against the reader: the mailbox is full or busy, or this recipient was
// refused at RCPT. A refusal of the sender at RCPT is final only if the relay accepted the
// emails to other recipients, so it counts too. A reply after DATA may be about the message.
func IsSoftBounce(stage string, code int, enhanced, reply string) bool {
	late := stage == StageReport
	if late {
		stage = "RCPT"
	}
	if late && code == 0 { // a report may have a status only, RFC 3464
		code = 550
		if strings.HasPrefix(enhanced, "4") {
			code = 450
		}
	}
	if code < 400 {
		return false
	}
	switch _, meaning := smtp.Classify(stage, code, enhanced, reply); meaning {
	case smtp.MailboxFull, smtp.MailboxBusy:
		return true
	case smtp.Unclear:
		return stage == "RCPT"
	case smtp.Us, smtp.ThisMessage:
		return stage == "RCPT" && !late
	}
	return false
}
