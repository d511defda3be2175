// Package smtp hands messages to relays, the mail servers that carry them on, and tells
// exactly what became of each attempt.
//
// A [Relay] is parsed from an address like smtps://user:password@host. [Relays] are tried in
// their order; a [Client] sends messages over one connection at a time to the first relay
// that takes it, and several clients share one [Relays].
//
// Every attempt ends in an [Outcome]. Its [Kind] is exact about the final dot (RFC 5321
// section 4.1.1.4): before the dot was handed to the socket nothing was sent; after it only
// the relay's reply decides, and without a reply the outcome is [Uncertain]. [Classify] turns
// a reply into a kind and a [Meaning], by the tables in meaning_rules.go.
//
// The package keeps nothing: retrying, counting and limiting belong to package mailer.
package smtp
