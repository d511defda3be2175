// Package websub is a WebSub hub (W3C Recommendation of 23 January 2018) for the
// publication's own feeds. Subscribers name a feed and a callback, the hub verifies the
// callback's intent, and posts the feed's document within seconds of each change, once for
// any number of processes.
package websub

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Leases of subscriptions.
const (
	shortestLease = 5 * time.Minute
	usualLease    = 10 * 24 * time.Hour
	longestLease  = 30 * 24 * time.Hour
)

const (
	maxAddress = 2000
	// maxSecret is the Recommendation's limit: less than 200 bytes.
	maxSecret = 199
)

// Request is a subscriber's request, section 5.1.
type Request struct {
	Mode     string // subscribe or unsubscribe
	Topic    string // address of a feed's document
	Callback string
	Secret   string
	Lease    time.Duration
}

// Invalid is the error for a request that cannot be fulfilled, with the reason as its text.
type Invalid struct{ text string }

// Error returns the reason.
func (e Invalid) Error() string { return e.text }

func invalid(format string, args ...any) error { return Invalid{fmt.Sprintf(format, args...)} }

// ParseRequest parses the form of a request.
func ParseRequest(form url.Values) (Request, error) {
	r := Request{
		Mode: form.Get("hub.mode"), Topic: form.Get("hub.topic"), Callback: form.Get("hub.callback"), Secret: form.Get("hub.secret"), Lease: usualLease,
	}
	switch r.Mode {
	case "subscribe", "unsubscribe":
	case "publish":
		return r, invalid("this hub distributes its own feeds only, and notices their changes itself")
	default:
		return r, invalid("hub.mode must be subscribe or unsubscribe")
	}
	if r.Topic == "" || len(r.Topic) > maxAddress {
		return r, invalid("hub.topic must be the address of a feed")
	}
	if err := checkCallback(r.Callback); err != nil {
		return r, err
	}
	if len(r.Secret) > maxSecret {
		return r, invalid("hub.secret must be shorter than 200 bytes")
	}
	if all := r.Callback + r.Topic + r.Secret; strings.ContainsRune(all, 0) || !utf8.ValidString(all) {
		return r, invalid("every value must be UTF-8 text without zero bytes")
	}
	if text := form.Get("hub.lease_seconds"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return r, invalid("hub.lease_seconds must be a number of seconds")
		}
		r.Lease = longestLease
		if n < int64(longestLease/time.Second) {
			r.Lease = max(time.Duration(n)*time.Second, shortestLease)
		}
	}
	return r, nil
}

func checkCallback(callback string) error {
	wrong := invalid("hub.callback must be an absolute http or https URL, without a password or a fragment")
	if len(callback) > maxAddress {
		return wrong
	}
	u, err := url.Parse(callback)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return wrong
	}
	return nil
}

// hostOf returns the host that limits count by.
func hostOf(callback string) string {
	u, err := url.Parse(callback)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// verificationURL is the callback with the parameters of the verification, section 5.3,
// appended to its own query.
func verificationURL(callback string, question url.Values) (string, error) {
	u, err := url.Parse(callback)
	if err != nil {
		return "", err
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += question.Encode()
	return u.String(), nil
}

// cause is err without the URL that net/http adds, because callbacks are their subscribers'
// secrets.
func cause(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// retryDelay grows from ten seconds to an hour. jitter is from 0 to 1 and spreads it.
func retryDelay(attempt int, jitter float64) time.Duration {
	d := 10 * time.Second << min(max(attempt-1, 0), 9)
	d = min(d, time.Hour)
	return time.Duration(float64(d) * (0.75 + jitter/2))
}

// Errors of a hub.
var (
	// ErrNoTopic is the error for a topic that is not a feed of this publication.
	ErrNoTopic = errors.New("websub: no such feed")
	// ErrNotSubscribed is the error for unsubscribing without a subscription. Without it, a
	// stranger could make the hub call any address.
	ErrNotSubscribed = errors.New("websub: no such subscription")
	// ErrTooMany is the error for a callback's host, or a hub, with too many subscriptions
	// or unverified requests.
	ErrTooMany = errors.New("websub: too many subscriptions")
)
