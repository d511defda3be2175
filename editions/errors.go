package editions

import (
	"errors"
	"fmt"
)

// ErrNotFound is the error for an edition, reader or article that does not exist.
var ErrNotFound = errors.New("not found")

// ErrCancelled is the error for a period with a cancelled edition. Its readers get the
// articles with the next edition.
var ErrCancelled = errors.New("the edition of this period was cancelled; its articles go out with the next one")

// ErrLapsed is the error for a special edition that changed after its approval.
var ErrLapsed = errors.New("it has changed since it was approved")

// ErrNotApproved is the error for a special edition that was never approved.
var ErrNotApproved = errors.New("it is not approved")

// StateError is the error for an action that the edition's state does not allow.
type StateError struct {
	ID    int64
	State State
	Doing string // "paused", "resumed", ...
}

// Error returns the message.
func (e StateError) Error() string {
	return fmt.Sprintf("edition %d is %s and cannot be %s", e.ID, e.State, e.Doing)
}

// refusal is an error with a message for staff, which says why a request cannot be met and
// what to do. kind is the error that callers recognise it by, or nil.
type refusal struct {
	message string
	kind    error
}

func (r refusal) Error() string { return r.message }
func (r refusal) Unwrap() error { return r.kind }

func refuse(format string, args ...any) error { return refusal{message: fmt.Sprintf(format, args...)} }

func missing(format string, args ...any) error {
	return refusal{fmt.Sprintf(format, args...), ErrNotFound}
}

// wrap adds the operation and its ids to *err. A message for staff stays as it is, because
// it names its edition itself.
func wrap(err *error, format string, args ...any) {
	var refused refusal
	var state StateError
	if *err == nil || errors.As(*err, &refused) || errors.As(*err, &state) || errors.Is(*err, ErrCancelled) {
		return
	}
	*err = fmt.Errorf("editions: %s: %w", fmt.Sprintf(format, args...), *err)
}
