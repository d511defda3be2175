// Package mailer sends: deliveries of editions, and before them the single messages of the
// outbox. It knows nothing of digests.
//
// A [Sender] leases batches (dispatch.go) into its queue (queue.go), from which its workers
// take deliveries to the wire, one connection each (worker.go). The ledger (ledger.go) puts
// deliveries in flight and records results for all workers.
//
// Three packages do one part each and know nothing of one another: mailer/deliveries is the
// durable protocol, mailer/message makes an email of a rendering, and mailer/smtp hands it to
// a relay. Package mailer translates between them. docs/protocol.md specifies the promise that
// every reader gets one email; docs/sending.md describes the sender for operators.
package mailer
