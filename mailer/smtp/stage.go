package smtp

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
