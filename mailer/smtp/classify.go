package smtp

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
