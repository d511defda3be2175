package mailer

import "time"

// RetryPolicy says when deferred deliveries are tried again.
type RetryPolicy struct {
	Min    time.Duration // first delay
	Max    time.Duration // longest delay
	GiveUp time.Duration // after the first attempt
}

// NextRetry returns when a delivery that was deferred at its attempt-th try is tried
// again; false when it has been tried for long enough and has failed. Delays double
// from Min to Max; jitter, from 0 to 1, spreads them by a quarter either way, so that
// deliveries deferred together do not return together.
func (p RetryPolicy) NextRetry(attempt int, first, now time.Time, jitter float64) (time.Time, bool) {
	delay := p.Min
	for i := 1; i < attempt && delay < p.Max; i++ {
		delay *= 2
	}
	delay = min(delay, p.Max)
	delay = time.Duration(float64(delay) * (0.75 + jitter/2))
	end := first.Add(p.GiveUp)
	if !now.Before(end) {
		return time.Time{}, false
	}
	at := now.Add(delay)
	if at.After(end) { // one last try when time is up
		at = end
	}
	return at, true
}
