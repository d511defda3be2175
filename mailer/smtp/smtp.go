// Package smtp sends messages to relays, the mail servers that deliver them, and reports
// the exact outcome of each attempt.
//
// A [Relay] is parsed from a URL like smtps://user:password@host. [Relays] are tried in
// their order. A [Client] sends messages over one connection at a time to the first relay
// that accepts it, and several clients share one [Relays].
//
// Every attempt ends in an [Outcome]. Its [Kind] is exact about the final dot (RFC 5321
// section 4.1.1.4): before the socket has taken the dot, the message was not sent; after
// that only the relay's reply decides, and without a reply the outcome is [Uncertain].
// [Classify] maps a reply to a kind and a [Meaning], by the rules in meaning_rules.tsv.
//
// The package stores no state between attempts. Retrying, counting and limiting belong to
// package mailer.
package smtp
