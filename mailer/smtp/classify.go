package smtp

import "strings"

// Classify returns the kind and the meaning of a reply. code is the reply's code (RFC 5321
// section 4.2), enhanced its enhanced code or empty, text its text. A final refusal of the
// sender says nothing about the recipient: the delivery is deferred.
func Classify(stage string, code int, enhanced, text string) (Kind, Meaning) {
	if code >= 200 && code < 300 {
		return Accepted, ""
	}
	meaning := meaningOf(stage, code, enhanced, text)
	if code < 500 || code > 599 {
		return Deferred, meaning
	}
	switch meaning {
	case Us, Later:
		return Deferred, meaning
	case NoMailbox, NoDomain:
		return Bounced, meaning
	}
	return Rejected, meaning
}

// ClassifyReport returns the kind and the meaning of a reply that a delivery report quotes
// (RFC 3464), by the rules for RCPT. If code is 0, the report has a status only, and the
// class of the status, enhanced, stands for the code (RFC 3463 section 3.1).
func ClassifyReport(code int, enhanced, text string) (Kind, Meaning) {
	if code == 0 {
		code = 550
		if strings.HasPrefix(enhanced, "4") {
			code = 450
		}
	}
	return Classify("RCPT", code, enhanced, text)
}
