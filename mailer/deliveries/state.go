package deliveries

// State is the state of a delivery, or of a message in the outbox.
type State string

// The states. A delivery in flight is reported as Sending, and is stored as Queued or
// Deferred with a mark in the row of its batch. A message is never Bounced or Skipped.
const (
	Queued    State = "queued"
	Sending   State = "sending"
	Sent      State = "sent"
	Deferred  State = "deferred"
	Failed    State = "failed"
	Bounced   State = "bounced"
	Skipped   State = "skipped"
	Uncertain State = "uncertain"
)
