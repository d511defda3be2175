// Package hooks receives the events that mail providers post: bounces, complaints and
// requests to leave. Each provider has a file with the form of its events and a table of
// their meanings. A request is verified by the provider's signature or a shared secret. An
// event belongs to the email whose signed id it quotes: the header [message.IDHeader], the
// provider's copy of it, or the Message-ID. An address alone identifies no email.
//
// docs/bounces.md describes the set-up of each provider.
package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"corridor/bounces"
	"corridor/mailer/message"
	"corridor/trouble"
)

// Limits of one request. A larger request is refused as a whole.
const (
	MaxBody   = 2 << 20 // bytes; SendGrid, the largest, sends 768 KB
	maxEvents = 5000
)

// maxAge is the greatest age of a signed request. Providers repeat a request for a day while it is not
// accepted. A repeated event changes nothing, so a long window does no harm.
const maxAge = 25 * time.Hour

// maxAhead is how far a provider's clock may be ahead.
const maxAhead = 5 * time.Minute

// Errors of a request.
var (
	ErrNoHook       = errors.New("hooks: this provider is not configured")
	ErrUnauthorized = errors.New("hooks: the signature or the secret is wrong")
	ErrForbidden    = errors.New("hooks: the topic is not one of hooks.ses_topics")
	ErrMalformed    = errors.New("hooks: the request has not the form that the provider documents")
	ErrTooLarge     = fmt.Errorf("hooks: the request has more than %d events", maxEvents)
)

// Options are what the hooks need.
type Options struct {
	Secrets Secrets
	IDs     *message.IDs                                                 // those that the senders use
	Take    func(context.Context, bounces.Event) (bounces.Change, error) // of bounces.Desk
	Client  *http.Client                                                 // fetches the certificates of SNS and confirms its subscriptions; it must follow no redirects
	Log     *slog.Logger
	// Troubles is told when the requests of a provider are refused, and when events cannot be
	// recorded.
	Troubles *trouble.Log
	Now      func() time.Time
}

// Hooks receives requests. It is safe for concurrent use.
type Hooks struct {
	Options
	providers    map[string]provider
	certificates certificates
	seen         seen
	refusals     refusals
	turns        chan struct{} // as many as requests that take events at once
}

// provider verifies requests and reads their events.
type provider struct {
	// verify returns a name of the request that the provider has signed, if it has one: a
	// request of that name is taken once.
	verify func(context.Context, http.Header, []byte) (id string, err error)
	parse  func([]byte) ([]json.RawMessage, error)
	read   func(json.RawMessage) ([]notice, error)
}

// New returns the hooks of the providers that have a secret. The error is about a secret
// that cannot be used.
func New(o Options) (*Hooks, error) {
	for _, wrong := range o.Secrets.Check() {
		return nil, fmt.Errorf("hooks.%s is %s", wrong.Key, wrong.Reason)
	}
	h := &Hooks{Options: o, providers: map[string]provider{}, turns: make(chan struct{}, 4)}
	s := o.Secrets
	if len(s.SESTopics) > 0 {
		h.providers["ses"] = provider{h.verifySNS, one, readSES}
	}
	if s.Postmark != "" {
		h.providers["postmark"] = provider{shared(s.Postmark), one, readPostmark}
	}
	if s.SendGrid != "" {
		key, err := sendGridKey(s.SendGrid)
		if err != nil {
			return nil, err
		}
		h.providers["sendgrid"] = provider{h.sendGridVerifier(key), list, readSendGrid}
	}
	if s.Mailgun != "" {
		h.providers["mailgun"] = provider{h.verifyMailgun, one, readMailgun}
	}
	if s.Brevo != "" {
		h.providers["brevo"] = provider{shared(s.Brevo), list, readBrevo}
	}
	if s.Generic != "" {
		key, err := standardKey(s.Generic)
		if err != nil {
			return nil, err
		}
		verify := shared(s.Generic)
		if key != nil {
			verify = h.standardVerifier(key)
		}
		h.providers["generic"] = provider{verify, list, readGeneric}
	}
	return h, nil
}

// Result counts the events of a request.
type Result struct {
	Events  int `json:"events"`
	Changed int `json:"changed"` // events with an effect
	Ignored int `json:"ignored"` // events about other emails, or that are not understood
}

// Receive verifies a request to a provider's hook and takes its events. All of them are
// recorded durably when it returns without an error. Any error but those of this package
// means that the request must be repeated: it may have taken some events, which then change nothing.
func (h *Hooks) Receive(ctx context.Context, name string, header http.Header, body []byte) (Result, error) {
	p, ok := h.providers[name]
	if !ok {
		return Result{}, ErrNoHook
	}
	result, err := h.receive(ctx, p, name, header, body)
	h.note(name, err)
	return result, err
}

func (h *Hooks) receive(ctx context.Context, p provider, name string, header http.Header, body []byte) (Result, error) {
	id, err := p.verify(ctx, header, body)
	if err != nil || id != "" && h.seen.has(name+id) {
		return Result{}, err
	}
	events, err := p.parse(body)
	if err != nil {
		return Result{}, ErrMalformed
	}
	if len(events) > maxEvents {
		return Result{}, ErrTooLarge
	}
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	result := Result{Events: len(events)}
	var failure, reason error
	unread := 0
	for _, event := range events {
		notices, err := p.read(event)
		if err != nil {
			unread, reason = unread+1, err
		}
		ours, changed, err := h.take(ctx, name, notices)
		switch {
		case err != nil:
			failure = err
		case changed:
			result.Changed++
		case !ours:
			result.Ignored++
		}
	}
	if unread > 0 {
		h.Log.Warn("events of a mail provider are not understood", "provider", name, "events", unread, "error", reason)
	}
	if failure == nil && id != "" {
		h.seen.add(name + id)
	}
	return result, failure
}

// take takes the notices of one event. ours reports whether one is about an email of ours. An
// error does not stop the others.
func (h *Hooks) take(ctx context.Context, name string, notices []notice) (ours, changed bool, failure error) {
	for _, n := range notices {
		e, ok := h.event(n)
		if !ok {
			continue
		}
		ours, e.Source = true, name
		change, err := h.Take(ctx, e)
		if err != nil {
			failure = err
			continue
		}
		changed = changed || slices.Contains([]bounces.Outcome{bounces.Bounced, bounces.Undone, bounces.Complained, bounces.Left}, change.Outcome)
	}
	return ours, changed, failure
}
