// Package deliveries is the durable protocol of sending: it decides which sender may
// attempt a delivery, and stores the results. docs/protocol.md specifies it.
//
// A delivery is one edition to one reader. [EnqueueTx] writes the deliveries of an edition,
// cut into batches. A sender opens a [Session] and then, for each batch:
//
//   - [Store.Lease] leases a due batch for [LeaseTime]; [Store.Renew] extends the lease;
//   - [Store.Record] puts deliveries in flight, durably, before their bytes are sent, and
//     writes results into the journal, in one statement for all batches of the sender;
//   - [Store.Apply] writes results from the journal to their deliveries;
//   - [Store.Return] ends the lease and sets the time when the batch is due again.
//
// [Store.Recover] completes the work of dead senders, and [RetireTx] deletes the deliveries
// of old editions. [Events] tells the owners of other tables about results.
//
// The package owns the tables batches, deliveries, changes, journal, receiving_domains,
// senders, relays, quotas and bounce_events. It does not use SMTP and composes no email: package
// mailer translates outcomes into a [Result] and a [Delivery] into a recipient.
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

	bounces BounceRule

	recording *statements // workers wait for these statements
	batching  *statements // a few for each batch
}

// Resend is the rule for deliveries with an unknown result, whose sender died or did not
// get a reply. With the zero value staff decide.
type Resend struct {
	Once  bool          // sent once more, with the same Message-ID; after that staff decide
	After time.Duration // delay after the attempt
}

// New returns the store of db's deliveries. log records held editions and may be nil. New
// panics if a function of events is missing.
func New(db *postgres.DB, resend Resend, events Events, log *slog.Logger) *Store {
	if !events.complete() {
		panic("deliveries: a store needs all functions of events")
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Store{db: db, resend: resend, events: events, log: log, bounces: usualBounces, recording: newStatements(db), batching: newStatements(db)}
}

// SetBounceRule sets the rule by which bounces of many readers are not believed, before the
// store is used.
func (s *Store) SetBounceRule(r BounceRule) { s.bounces = r }

// Close frees the connections of the store.
func (s *Store) Close() {
	s.recording.close()
	s.batching.close()
}

// Delivery is a delivery that is due, with its rendering and its reader.
type Delivery struct {
	EditionID, SubscriberID, VariantID int64
	RenderingID                        int64 // the newest of the variant

	// The reader's data, empty if the reader was erased.
	Address, Name, Format, Language string
	LinkVersion                     int
	PreferenceSetID                 int64
	Domain                          string // of the address

	Attempt int       // in a lease: the attempts so far; from [Store.Record]: the number of this one
	First   time.Time // time of the first attempt; zero if there was none
	Resent  bool      // it was sent again after an attempt with an unknown result

	doubtful bool // the reader left, paused or is suppressed: to be read again
}
