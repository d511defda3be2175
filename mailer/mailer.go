// Package mailer delivers: it knows deliveries, the batches that senders lease, relays
// and their answers, and nothing of digests. A delivery is one rendering to one reader.
//
// A sender leases batches (lease.go) into its queue (queue.go), from which its workers
// take deliveries to the wire (worker.go); the ledger (ledger.go) writes for all of them.
//
// The promise is that every reader is sent to once: a delivery is marked, durably, before
// its bytes go to the wire (marks.go); its result goes into the journal (journal.go) and
// from there to its row (post.go). What is marked without a result when its sender has
// died is *uncertain*, and never sent again by itself. See docs/sending.md.
package mailer
