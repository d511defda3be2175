package editions

// State is the state of an edition. docs/operations.md says what staff can do in each.
type State string

// The states of an edition. A digest begins in Sending, a special edition in Draft.
const (
	Draft     State = "draft"
	Approved  State = "approved"
	Sending   State = "sending"
	Paused    State = "paused" // by staff
	Held      State = "held"   // by the program: it waits for a decision of staff
	Cancelled State = "cancelled"
	Finished  State = "finished"
)
