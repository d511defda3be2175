package smtp

// Stages of a transaction, as named in outcomes.
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
