// Package mailer sends deliveries of editions, and single messages of the outbox first. It
// does not know digests.
//
// A [Sender] leases batches (dispatch.go) into its queue (queue.go), from which its workers
// send deliveries, over one connection each (worker.go). The ledger (ledger.go) puts
// deliveries in flight and records results for all workers.
//
// Three packages that do not import each other do the parts: mailer/deliveries is the
// durable protocol, mailer/message makes an email from a rendering, and mailer/smtp sends
// it to a relay. Package mailer translates between them. docs/protocol.md specifies the
// promise that every reader gets one email; docs/sending.md describes the sender for
// operators.
package mailer
