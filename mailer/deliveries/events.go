package deliveries

import (
	"context"
	"time"

	"corridor/postgres"
)

// Events are the functions by which a store tells the owners of other tables about results.
// A store calls them in its own transaction tx, so that the writes of the function are
// committed with the store's writes or not at all. An error rolls back both, and the store
// tries again later. All functions are required. Each may be called again for the same
// event.
type Events struct {
	// Undelivered is told of deliveries that ended without reaching their readers, ordered
	// by reader and variant. Deliveries to readers that unsubscribed, and uncertain
	// deliveries, are not included.
	Undelivered func(ctx context.Context, tx postgres.Tx, missed []Missed) error

	// Finished is told that an edition in state sending has no open delivery left. The
	// caller has locked the edition's row.
	Finished func(ctx context.Context, tx postgres.Tx, edition int64) error

	// Reopened is told that an edition, which may be finished, has an open delivery again.
	// It locks the edition's row until the transaction ends, in every state of the edition.
	Reopened func(ctx context.Context, tx postgres.Tx, edition int64) error

	// Held is told that an edition in state sending must stop until staff decide. It returns
	// false when the edition was not in that state.
	Held func(ctx context.Context, tx postgres.Tx, edition int64, reason string) (bool, error)

	// Braked is told that an edition in state sending must stop until a mail server accepts
	// the publication's emails again. It returns false when the edition was not in that
	// state.
	Braked func(ctx context.Context, tx postgres.Tx, edition int64, reason string) (bool, error)

	// Released is told that an edition that Braked stopped may go on. It returns the time
	// when it was stopped, or false when it is not stopped by Braked any more.
	Released func(ctx context.Context, tx postgres.Tx, edition int64) (since time.Time, released bool, err error)

	// DomainHeld is told that an edition in state sending does not send to some domains until
	// staff decide about their bounces. It returns false when the edition was not in that
	// state.
	DomainHeld func(ctx context.Context, tx postgres.Tx, edition int64, reason string) (bool, error)

	// Waiting is told that only deliveries to domains of DomainHeld are left of an edition,
	// which must stop. It returns false when the edition was not in state sending.
	Waiting func(ctx context.Context, tx postgres.Tx, edition int64, reason string) (bool, error)

	// DomainDecided is told that staff have decided about bounces of an edition. reason is
	// about the domains that are still held, or empty. If the edition was stopped by Waiting
	// and goes on, it returns true and the time when the edition was stopped.
	DomainDecided func(ctx context.Context, tx postgres.Tx, edition int64, reason string) (since time.Time, resumed bool, err error)

	// Bounced is told of readers without an existing mailbox. It returns the number of
	// readers that it newly suppressed.
	Bounced func(ctx context.Context, tx postgres.Tx, bounces []Bounce) (int64, error)

	// Complained is told that a reader reported an email as unwanted. It returns false if it
	// has recorded the complaint before, or the reader was erased.
	Complained func(ctx context.Context, tx postgres.Tx, c Complaint) (bool, error)

	// Doubted is told that the bounces of an event are not believed: the readers that Bounced
	// suppressed for it are not suppressed any longer, and staff decide, also where Held finds
	// the edition finished.
	Doubted func(ctx context.Context, tx postgres.Tx, d Doubt) error
}

// Missed is a delivery that did not reach its reader.
type Missed struct {
	SubscriberID int64 `db:"subscriber_id"`
	VariantID    int64 `db:"variant_id"`
}

// Bounce is a delivery to a mailbox that does not exist.
type Bounce struct {
	Edition      int64  `db:"edition_id"`
	SubscriberID int64  `db:"subscriber_id"`
	Reply        string `db:"reply"`  // of the mail server
	Event        string `db:"event"`  // "edition:domain"
	Source       string `db:"source"` // "smtp", or the source of a late report
	Decided      bool   `db:"-"`      // staff believe the bounces of the event
}

// Doubt is an event of bounces that are not believed.
type Doubt struct {
	Edition int64
	Event   string // "edition:domain", or "edition:*" for all domains of the edition
	Reason  string // for staff
}

// Complaint is a reader's report that an email is unwanted, RFC 5965.
type Complaint struct {
	SubscriberID int64
	Detail       string // words of the report; valid UTF-8 without NUL
	Source       string // where the report came from
	At           time.Time
}

// complete reports whether every function is set.
func (e Events) complete() bool {
	return e.Undelivered != nil && e.Finished != nil && e.Reopened != nil && e.Held != nil && e.Braked != nil && e.Released != nil && e.DomainHeld != nil && e.Waiting != nil && e.DomainDecided != nil &&
		e.Bounced != nil && e.Complained != nil && e.Doubted != nil
}
