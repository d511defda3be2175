package websub

import (
	"errors"
	"net/url"
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	h := New(nil, Options{PerHost: 2, Pending: 3, InAll: 10})
	for _, c := range []struct {
		name, mode string
		n          counts
		want       error
	}{
		{"the first", "subscribe", counts{}, nil},
		{"one too many of the host", "subscribe", counts{InAll: 2, OfHost: 2}, ErrTooMany},
		{"one too many in all", "subscribe", counts{InAll: 10}, ErrTooMany},
		{"a renewal of one of many", "subscribe", counts{InAll: 10, OfHost: 2, Subscribed: true}, nil},
		{"too many unverified of the host", "subscribe", counts{InAll: 3, Pending: 3}, ErrTooMany},
		{"too many unverified, a renewal", "subscribe", counts{InAll: 3, Pending: 3, Subscribed: true}, ErrTooMany},
		{"the same once more", "subscribe", counts{InAll: 3, Pending: 3, Asked: true}, nil},
		{"the end of none", "unsubscribe", counts{InAll: 3}, ErrNotSubscribed},
		{"the end of one", "unsubscribe", counts{InAll: 10, OfHost: 2, Subscribed: true}, nil},
	} {
		if err := h.judge(c.mode, c.n); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestRetryDelay(t *testing.T) {
	for _, c := range []struct {
		attempt int
		jitter  float64
		want    time.Duration
	}{
		{0, 0.5, 10 * time.Second},
		{1, 0.5, 10 * time.Second},
		{2, 0.5, 20 * time.Second},
		{4, 0, time.Minute},
		{9, 0.5, 2560 * time.Second},
		{10, 0.5, time.Hour},
		{1000, 0, 45 * time.Minute},
		{1000, 1, 75 * time.Minute},
	} {
		if got := retryDelay(c.attempt, c.jitter); got != c.want {
			t.Errorf("attempt %d, jitter %v: %v, want %v", c.attempt, c.jitter, got, c.want)
		}
	}
}

func TestVerificationURL(t *testing.T) {
	for callback, want := range map[string]string{
		"https://r.example":            "https://r.example?hub.mode=subscribe",
		"https://r.example/cb":         "https://r.example/cb?hub.mode=subscribe",
		"https://r.example/cb?a=1":     "https://r.example/cb?a=1&hub.mode=subscribe",
		"https://r.example/c%2Fd?a%20": "https://r.example/c%2Fd?a%20&hub.mode=subscribe",
	} {
		if got, err := verificationURL(callback, url.Values{"hub.mode": {"subscribe"}}); err != nil || got != want {
			t.Errorf("%s: %s %v, want %s", callback, got, err, want)
		}
	}
}

func TestCauseHidesTheCallback(t *testing.T) {
	inner := errors.New("no such host")
	if got := cause(&url.Error{Op: "Get", URL: "https://r.example/secret", Err: inner}); got != inner {
		t.Errorf("got %v", got)
	}
}
