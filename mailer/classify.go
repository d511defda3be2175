package mailer

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

// Classify says what a reply means for the delivery, and what it says. code is the
// reply's (RFC 5321 section 4.2), enhanced its enhanced code or empty, text its words.
// A final refusal of us is no result for the reader: the delivery is deferred.
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
