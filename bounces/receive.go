package bounces

import (
	"bytes"
	"context"
	"errors"
	"time"

	"corridor/mailer/message"
	"corridor/subscribers"
)

// Returned is a message that came back.
type Returned struct {
	Message []byte // RFC 5322
	To      string // recipient of the envelope; empty: not known, the header tells
	Source  string // the door, like "lmtp"
	At      time.Time
}

// Receipt is a message that was received: the event that it is about, and its effect.
type Receipt struct {
	Event
	Change
}

// Receive reads a message, finds the email that it is about, and takes its event. The email
// is that of the signed address that the message was sent to, or else of the Message-ID
// that it quotes. An error means the same as one of [Desk.Take].
func (d *Desk) Receive(ctx context.Context, m Returned) (Receipt, error) {
	e := Event{Kind: Unknown, Source: m.Source, At: m.At, Message: m.Message}
	report, err := Read(bytes.NewReader(m.Message))
	if err != nil {
		return d.receipt(ctx, e)
	}
	e.Kind = report.Kind
	if e.Kind == Failed && !report.Date.IsZero() && report.Date.Before(e.At) { // an old report is about an old attempt
		e.At = report.Date
	}
	target, refused := d.identify(&report, m.To)
	if refused != "" {
		return d.refuse(e, refused), nil
	}
	e.Edition, e.Reader = target.Edition, target.Reader
	if target.Edition == 0 {
		e.Reader, e.Outbox = 0, target.Reader
	}
	switch {
	case target.Leave && report.AsksToLeave:
		e.Kind = Leave
	case target.Leave:
		return d.refuse(e, "no request to leave"), nil
	case len(report.Recipients) > 0:
		if err := d.quote(ctx, &e, target, report.Recipients); err != nil {
			return Receipt{}, err
		}
	}
	if e.Kind == Complaint {
		e.Text = report.Feedback
	}
	return d.receipt(ctx, e)
}

func (d *Desk) receipt(ctx context.Context, e Event) (Receipt, error) {
	change, err := d.Take(ctx, e)
	return Receipt{e, change}, err
}

// refuse is the receipt of a message that changes nothing.
func (d *Desk) refuse(e Event, reason string) Receipt {
	change := nothing("", reason)
	d.taken(e, change)
	return Receipt{e, change}
}

// Knows reports whether a return address belongs to an email of ours that is on record, or,
// for leaving, to a reader.
func (d *Desk) Knows(ctx context.Context, address string) (bool, error) {
	t, err := d.ids.ParseAddress(address)
	if err != nil {
		return false, nil //nolint:nilerr // it is not ours
	}
	if t.Leave {
		_, err := d.readers.FindByID(ctx, t.Reader)
		if errors.Is(err, subscribers.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	_, known, err := d.recipient(ctx, t)
	return known, err
}

// identify finds the email that a message is about. The target is zero if the message names
// no email of ours. refused is the reason why the message must change nothing, or empty: a wrong
// signature, or a quoted email that is not the one of the address.
func (d *Desk) identify(r *Report, to string) (t message.Target, refused string) {
	addresses := r.To
	if to != "" {
		addresses = []string{to}
	}
	addressed, err := d.firstOf(addresses)
	if errors.Is(err, message.ErrForged) {
		return t, "the signature of its address is wrong"
	}
	quoted, quotedErr := d.quoted(r.Original)
	switch {
	case err == nil && quotedErr == nil && addressed.Edition != 0 && (addressed.Edition != quoted.Edition || addressed.Reader != quoted.Reader):
		return t, "it quotes another email than its address names"
	case err == nil:
		return addressed, ""
	case quotedErr == nil:
		return quoted, ""
	}
	sender, err := d.ids.ParseAddress(r.Original.From)
	switch {
	case err == nil && !sender.Leave:
		return sender, ""
	case errors.Is(err, message.ErrForged), errors.Is(quotedErr, message.ErrForged):
		return t, "the signature of the email that it quotes is wrong"
	}
	return t, ""
}

// quoted returns the email whose Message-ID a report quotes. Mail servers may replace the
// Message-ID, but not the other fields that contain it.
func (d *Desk) quoted(o Original) (t message.Target, err error) {
	for _, id := range []string{o.MessageID, o.ID, o.Envelope} {
		if t, err = d.ids.ParseID(id); !errors.Is(err, message.ErrNotOurs) {
			return t, err
		}
	}
	return t, err
}

// firstOf returns the target of the first address that is ours. The error is
// [message.ErrForged] or [message.ErrNotOurs] if there is none.
func (d *Desk) firstOf(addresses []string) (message.Target, error) {
	result := message.ErrNotOurs
	for _, a := range addresses {
		t, err := d.ids.ParseAddress(a)
		if err == nil {
			return t, nil
		}
		if errors.Is(err, message.ErrForged) {
			result = err
		}
	}
	return message.Target{}, result
}

// quote sets the recipient of an event, with its reply. An email has one recipient. If
// a report names several, the email was forwarded to them: it has failed if all of them
// failed.
func (d *Desk) quote(ctx context.Context, e *Event, t message.Target, recipients []Recipient) error {
	to := recipients[0]
	if len(recipients) > 1 {
		email, _, err := d.recipient(ctx, t)
		if err != nil {
			return err
		}
		to = theRecipient(recipients, email)
	}
	e.Address, e.Code, e.Enhanced, e.Text = to.Address, to.Code, to.status(), to.Text
	if e.Kind != Failed {
		return nil
	}
	switch to.Action {
	case "failed":
	case "delayed":
		e.Kind = Delayed
	default:
		e.Kind = Delivered
	}
	return nil
}

// theRecipient returns the group of fields about an address, or else the first recipient
// that did not fail, or else the first.
func theRecipient(recipients []Recipient, email string) Recipient {
	own, err := subscribers.Fold(email)
	first := recipients[0]
	for _, to := range recipients {
		if folded, unfit := subscribers.Fold(to.Address); unfit == nil && err == nil && folded == own {
			return to
		}
		if first.Action == "failed" && to.Action != "failed" {
			first = to
		}
	}
	return first
}
