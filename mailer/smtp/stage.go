package smtp

import "slices"

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

// stages are all stages in their order.
var stages = []string{stageConnect, stageTLS, stageBanner, stageEHLO, stageSTARTTLS, stageAUTH, stageMAIL, stageRCPT, stageDATA, stageDot}

// IsConnecting reports whether a stage precedes MAIL.
func IsConnecting(stage string) bool {
	return slices.Index(stages, stage) < slices.Index(stages, stageMAIL)
}

// DependsOnEmail reports whether a refusal at a stage may depend on the recipient or the
// content, so that another email may be accepted nevertheless.
func DependsOnEmail(stage string) bool { return stage != "" && !beforeRecipient(stage) }
