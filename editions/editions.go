// Package editions plans and renders digests and special editions. It decides which
// reader gets which articles.
//
// A digest is one edition for each frequency and period. A period begins at a tick of the
// frequency's cron line. The tick is a wall-clock time, so it has the same name in every
// time zone. The readers of a zone are planned in one wave, when the zone's clocks reach
// the tick.
//
// Planning is one transaction. It takes a snapshot of the readers, groups the readers with
// the same preferences and history, chooses the articles of each group with a pure
// function, writes one delivery for each reader with articles, and advances the position
// of every reader in the snapshot. Any process may repeat it at any time: a period
// considers a reader once.
//
// Readers with the same list of articles share a variant. A variant is rendered after
// planning, by any process. Senders may lease the batches of an edition once all its
// variants are rendered. Email, web page and archive show the same bytes.
//
// Staff choose the articles, the text and the audience of a special edition. Its approval
// lapses when any of these changes.
package editions

// Frequency is how often a reader gets a digest.
type Frequency string

// The frequencies that a reader can choose.
const (
	Instant Frequency = "instant"
	Daily   Frequency = "daily"
	Weekly  Frequency = "weekly"
	Monthly Frequency = "monthly"
)

// Frequencies lists all frequencies, shortest period first.
var Frequencies = [...]Frequency{Instant, Daily, Weekly, Monthly}
