// Package deliveries is the durable protocol of sending: which sender may attempt which
// delivery, and what came of it. docs/protocol.md specifies it.
//
// A delivery is one edition to one reader. [EnqueueTx] writes the deliveries of an edition,
// cut into batches. A sender opens a [Session] and then, for each batch:
//
//   - [Store.Lease] gives it a batch that is due, for [LeaseTime]; [Store.Renew] extends that;
//   - [Store.Record] puts deliveries in flight, durably, before their bytes go to the wire, and
//     writes results into the journal, in one statement for all its batches;
//   - [Store.Apply] writes results from the journal to their deliveries;
//   - [Store.Return] ends the lease and says when the batch is due again.
//
// [Store.Recover] does for dead senders what they left undone, and [RetireTx] deletes the
// deliveries of old editions. [Events] tells the owners of other tables what happened.
//
// The package owns the tables batches, deliveries, changes, journal, receiving_domains,
// senders, relays and bounce_events. It knows no SMTP and composes no email: package mailer
// translates outcomes into a [Result] and a [Delivery] into a recipient.
package deliveries

import (
	"log/slog"
	"time"

	"corridor/postgres"
)

// Store is safe for concurrent use, in any number of processes on one database.
type Store struct {
	db     *postgres.DB
	resend Resend
	events Events
	log    *slog.Logger

	recording *statements // a worker waits for them before it goes on
	batching  *statements // a few for each batch
}

// Resend says what becomes of a delivery of unknown fate: its sender died, or the reply to
// its message never came. The zero value leaves it to staff.
type Resend struct {
	Once  bool          // it is sent once more, with the same Message-ID; after that staff decide
	After time.Duration // how long after the attempt
}

// New returns the store of db's deliveries. log is told of held editions; nil: no log. New
// panics when a function of events is missing.
func New(db *postgres.DB, resend Resend, events Events, log *slog.Logger) *Store {
	if !events.complete() {
		panic("deliveries: a store needs all functions of events")
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Store{db: db, resend: resend, events: events, log: log, recording: newStatements(db), batching: newStatements(db)}
}

// Close frees the connections of the store.
func (s *Store) Close() {
	s.recording.close()
	s.batching.close()
}

// Delivery is a delivery that is due, with its rendering and its reader.
type Delivery struct {
	EditionID, SubscriberID, VariantID int64
	RenderingID                        int64 // the newest of the variant

	// The reader. All is empty when the reader was erased.
	Address, Name, Format, Language string
	LinkVersion                     int
	PreferenceSetID                 int64
	Domain                          string // of the address

	Attempt int       // in a lease: the attempts so far; from [Store.Record]: the number of this one
	First   time.Time // when the first attempt was; zero: never
	Resent  bool      // it was sent again after an attempt of unknown fate

	place    string // its row when the batch was leased, a tid
	doubtful bool   // the reader left, paused or is suppressed: to be read again
}
