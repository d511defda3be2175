package articles

import (
	"errors"
	"math/rand/v2"
	"time"

	"corridor/fetch"
)

const (
	// slowest is the longest time between two readings of a source that answers.
	slowest = 24 * time.Hour
	// slowestFailing is the longest time between two readings of a source that fails, so
	// that its recovery is noticed within hours.
	slowestFailing = 4 * time.Hour
	// shareOfSilence is the share of the silence after which a source is read again: an article
	// waits for an eighth of the time since the article before it, at most.
	shareOfSilence = 8
	// mostSilence is how many mean gaps of silence slow the readings down: after a weekend
	// or a holiday the next article must not wait for half a day.
	mostSilence = 3
	// fewerWhenPushed is how many times fewer readings there are while a hub tells of news.
	fewerWhenPushed = 4
)

// pace is what decides when a source is read next.
type pace struct {
	Every    time.Duration // of the configuration: the shortest time
	Gap      time.Duration // mean time between its latest articles; 0: unknown
	Silence  time.Duration // since its last new article was found
	Failures int           // in a row
	Pushed   bool          // a hub tells of news
	Wait     time.Duration // that the site asks for (Retry-After); 0: none
}

// next returns the time until the next reading, between Every and [slowest].
func (p pace) next() time.Duration {
	if p.Failures > 0 {
		wait := p.Every
		for range min(p.Failures, 20) {
			wait = min(2*wait, max(slowestFailing, p.Every))
		}
		return max(wait, p.Wait)
	}
	if p.Gap == 0 {
		return max(p.Every, p.Wait)
	}
	wait := min(p.Silence, mostSilence*p.Gap) / shareOfSilence
	if p.Pushed {
		wait = max(fewerWhenPushed*wait, time.Hour)
	}
	return max(min(wait, slowest), p.Every, p.Wait)
}

// spread moves a time by up to a tenth, so that sources that were read together part.
func spread(d time.Duration) time.Duration {
	if d < time.Minute {
		return d
	}
	return d - time.Duration(rand.Int64N(int64(d)/10))
}

// askedToWait is the Retry-After of a failure; 0 without one.
func askedToWait(failure error) time.Duration {
	var status *fetch.StatusError
	if errors.As(failure, &status) {
		return status.RetryAfter
	}
	return 0
}
