package mailer

import (
	"math/rand/v2"
	"time"
)

// RetryPolicy determines the times of retries.
type RetryPolicy struct {
	Min    time.Duration // first delay
	Max    time.Duration // longest delay
	GiveUp time.Duration // time after the first attempt
}

// NextRetry returns the time of the next attempt after the given number of attempts, or
// false if GiveUp has passed and the delivery has failed. Delays double from Min to Max.
// jitter, from 0 to 1, varies them by a quarter, so that deliveries deferred together are
// not retried together.
func (p RetryPolicy) NextRetry(attempt int, first, now time.Time, jitter float64) (time.Time, bool) {
	delay := p.delay(attempt, jitter)
	end := first.Add(p.GiveUp)
	if !now.Before(end) {
		return time.Time{}, false
	}
	at := now.Add(delay)
	if at.After(end) { // a last attempt at the end
		at = end
	}
	return at, true
}

// delay is the delay after the given number of attempts.
func (p RetryPolicy) delay(attempt int, jitter float64) time.Duration {
	delay := p.Min
	for i := 1; i < attempt && delay < p.Max; i++ {
		delay *= 2
	}
	return time.Duration(float64(min(delay, p.Max)) * (0.75 + jitter/2))
}

// probeAfter is the time until the next probe of a relay after the given number of probes.
func (p RetryPolicy) probeAfter(probes int) time.Duration { return p.delay(probes+1, rand.Float64()) }
