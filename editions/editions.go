// Package editions makes digests and special editions: who gets which articles.
//
// A digest is one edition for each frequency and period. A period begins at a tick of
// the frequency's cron line, read off the calendar as wall-clock time, so that it has
// the same name in every time zone; each zone's readers are planned in a wave of their
// own when the clock on their wall reaches it. Planning takes one snapshot of the
// readers, groups those in the same position, chooses the articles of each group with
// pure code, writes one delivery a reader, and moves every reader it considered, all
// in one transaction. It may be repeated at any time by any process: a period
// considers a reader once.
//
// Readers with the same list of articles share a variant. Variants are rendered after
// planning, by whichever process comes first, and only then may senders lease their
// batches: mail, web page and archive show the same bytes.
//
// A special edition is chosen by staff: articles, words, audience. Its approval is
// bound to what was approved and lapses when that changes.
package editions

// Frequency is how often a reader gets a digest.
type Frequency string

// The frequencies a reader may choose.
const (
	Instant Frequency = "instant"
	Daily   Frequency = "daily"
	Weekly  Frequency = "weekly"
	Monthly Frequency = "monthly"
)

// Frequencies are all of them, most often first.
var Frequencies = [...]Frequency{Instant, Daily, Weekly, Monthly}
