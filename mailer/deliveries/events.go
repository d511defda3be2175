package deliveries

import (
	"context"

	"corridor/postgres"
)

// Events are the functions by which a store tells the owners of other tables what happened.
// A store calls each of them in its own transaction tx: what the function writes is committed
// with the store's writes or not at all. An error undoes both, and the store tries again
// later. All functions are needed. Each may be called again for the same event.
type Events struct {
	// Undelivered is told of deliveries that ended without reaching their readers, ordered by
	// reader and variant. Deliveries to readers who left, and uncertain ones, are not among them.
	Undelivered func(ctx context.Context, tx postgres.Tx, missed []Missed) error

	// Finished is told that nothing is left to do in an edition in state sending. The caller
	// has locked the edition's row.
	Finished func(ctx context.Context, tx postgres.Tx, edition int64) error

	// Reopened is told that an edition, which may be finished, has something to do again. It
	// locks the edition's row until the transaction ends, in every state of the edition.
	Reopened func(ctx context.Context, tx postgres.Tx, edition int64) error

	// Held is told that an edition in state sending must stop until staff decide. It returns
	// false when the edition was not in that state.
	Held func(ctx context.Context, tx postgres.Tx, edition int64, reason string) (bool, error)

	// Bounced is told of readers whose mailboxes do not exist. It returns the number of readers
	// that it suppressed: those that were not suppressed already.
	Bounced func(ctx context.Context, tx postgres.Tx, bounces []Bounce) (int64, error)

	// Doubted is told that the bounces of an event are not believed: the readers that Bounced
	// suppressed for it are not suppressed any longer. An event is "edition:domain", or
	// "edition:*" for all domains of an edition.
	Doubted func(ctx context.Context, tx postgres.Tx, event string) error
}

// Missed is a delivery that did not reach its reader.
type Missed struct {
	SubscriberID int64 `db:"subscriber_id"`
	VariantID    int64 `db:"variant_id"`
}

// Bounce is a delivery to a mailbox that does not exist.
type Bounce struct {
	SubscriberID int64  `db:"subscriber_id"`
	Reply        string `db:"reply"` // of the mail server
	Event        string `db:"event"` // "edition:domain"
}

// complete reports whether every function is there.
func (e Events) complete() bool {
	return e.Undelivered != nil && e.Finished != nil && e.Reopened != nil && e.Held != nil && e.Bounced != nil && e.Doubted != nil
}
