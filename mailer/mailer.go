// Package mailer sends deliveries: it knows batches that senders lease, and relays, but not
// digests. A delivery is one rendering to one reader.
//
// A sender leases batches (lease.go) into its queue (queue.go), from which its workers send
// deliveries (worker.go). The ledger (ledger.go) writes for all of them.
//
// Every reader is sent to once. A delivery is marked in flight, durably, before its bytes
// are sent (marks.go); its result goes into the journal (journal.go), and from there to its
// row (post.go). A delivery that is in flight without a result when its sender dies is
// *uncertain*, and is not sent again automatically. See docs/sending.md.
package mailer
