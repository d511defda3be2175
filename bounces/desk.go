package bounces

import (
	"context"
	"errors"
	"time"

	"corridor/mailer"
	"corridor/mailer/deliveries"
	"corridor/mailer/message"
	"corridor/postgres"
	"corridor/subscribers"
)

// Desk records what comes back. It is safe for concurrent use, in any number of processes
// on one database.
type Desk struct {
	db         *postgres.DB
	ids        *message.IDs
	deliveries *deliveries.Store
	readers    *subscribers.Store
	taken      func(Event, Change)
}

// NewDesk returns a desk on db. ids are those that the senders use. taken is told of every
// event that was taken; it may be nil.
func NewDesk(db *postgres.DB, ids *message.IDs, d *deliveries.Store, readers *subscribers.Store, taken func(Event, Change)) *Desk {
	if taken == nil {
		taken = func(Event, Change) {}
	}
	return &Desk{db: db, ids: ids, deliveries: d, readers: readers, taken: taken}
}

// Event is a notice about one email. A door has verified that it belongs to that
// email: by a signed address or Message-ID, or by the signature of a provider together with
// headers that Corridor wrote.
type Event struct {
	Kind     Kind
	Edition  int64     // 0: not known, or a message of the outbox
	Reader   int64     // id of the edition's reader; 0: not known
	Outbox   int64     // id of the message in the outbox; 0: not known
	Address  string    // the recipient that the report names; may be empty
	Code     int       // of the SMTP reply; 0: not known
	Enhanced string    // RFC 3463 status; may be empty
	Text     string    // words of the reply; may be empty
	Source   string    // the door, like "lmtp"
	At       time.Time // when the event was received
	Message  []byte    // as received, kept for staff if it is not understood; nil: none
}

// storable returns e with a valid code, and with texts of bounded length that PostgreSQL
// stores.
func (e Event) storable() Event {
	if e.Code < 200 || e.Code > 599 {
		e.Code = 0
	}
	e.Address, e.Enhanced, e.Text, e.Source = clip(e.Address, 320), clip(e.Enhanced, 20), clip(e.Text, maxText), clip(e.Source, 50)
	if e.At.IsZero() {
		e.At = time.Now()
	}
	return e
}

// Outcome is the effect of an event.
type Outcome string

// The outcomes.
const (
	Nothing    Outcome = "nothing"
	Bounced    Outcome = "bounced" // the delivery bounced: there is no such mailbox
	Undone     Outcome = "failed"  // the delivery failed for another reason
	Complained Outcome = "complained"
	Left       Outcome = "left"
	Kept       Outcome = "kept" // for staff, who are alerted
)

// Change is what an event changed.
type Change struct {
	Outcome Outcome
	Reason  string // why it changed nothing, or why it was kept; otherwise empty
	Email   string // address of the email's recipient; empty: not known
}

func nothing(email, reason string) Change { return Change{Nothing, reason, email} }

// Take decides about an event and records its effect, durably. A repeated event changes
// nothing. An error means that the database does not answer, or that the email is still on
// its way ([deliveries.ErrInFlight]): the door keeps the event and takes it again later.
func (d *Desk) Take(ctx context.Context, e Event) (Change, error) {
	e = e.storable()
	change, err := d.take(ctx, e)
	if err == nil {
		d.taken(e, change)
	}
	return change, err
}

func (d *Desk) take(ctx context.Context, e Event) (Change, error) {
	switch e.Kind {
	case Delayed:
		return nothing(e.Address, "attempts continue"), nil
	case Delivered:
		return nothing(e.Address, "it was delivered"), nil
	case Automatic:
		return nothing(e.Address, "an automatic message"), nil
	case Leave:
		return d.leave(ctx, e)
	case Failed, Complaint:
		return d.result(ctx, e)
	case Personal:
		return d.keep(ctx, e, "written by a person")
	}
	return d.keep(ctx, e, "not understood")
}

// leave unsubscribes a reader, as the page for it does.
func (d *Desk) leave(ctx context.Context, e Event) (Change, error) {
	reader, err := d.readers.FindByID(ctx, e.Reader)
	if err == nil && reader.State == subscribers.Left {
		return nothing(reader.Email, "the reader has left before"), nil
	}
	if err == nil {
		err = d.readers.Leave(ctx, e.Reader, e.At)
	}
	switch {
	case errors.Is(err, subscribers.ErrNotFound):
		return nothing("", "the reader is not known"), nil
	case err != nil:
		return Change{}, err
	}
	return Change{Outcome: Left, Email: reader.Email}, nil
}

// result records a failure or a complaint.
func (d *Desk) result(ctx context.Context, e Event) (Change, error) {
	email, known, err := d.recipient(ctx, e.target())
	switch {
	case err != nil:
		return Change{}, err
	case e.Edition == 0 && e.Outbox == 0:
		return d.keep(ctx, e, "it names no email of ours")
	case !known:
		return nothing("", "the delivery is not known, or not any more"), nil
	}
	if other, err := d.namesAnother(ctx, e.Address, email); err != nil || other {
		return nothing(email, "it names another reader"), err
	}
	if e.Kind == Complaint {
		return d.complain(ctx, e, email)
	}
	return d.bounce(ctx, e, email)
}

// target is the email of an event.
func (e Event) target() message.Target {
	if e.Outbox != 0 {
		return message.Target{Reader: e.Outbox}
	}
	return message.Target{Edition: e.Edition, Reader: e.Reader}
}

// recipient returns the address that an email went to. known is false if there is no such
// email, or not any more.
func (d *Desk) recipient(ctx context.Context, t message.Target) (email string, known bool, err error) {
	if t.Edition == 0 {
		return mailer.MessageRecipient(ctx, d.db, t.Reader)
	}
	return d.deliveries.Recipient(ctx, t.Edition, t.Reader)
}

// namesAnother reports whether a report names another reader than the recipient of the
// email. An address that belongs to no reader is a forwarding address of the recipient.
func (d *Desk) namesAnother(ctx context.Context, named, email string) (bool, error) {
	folded, err := subscribers.Fold(named)
	if err != nil { // empty, or not an address
		return false, nil //nolint:nilerr // reports write local names too
	}
	if own, err := subscribers.Fold(email); err == nil && own == folded {
		return false, nil
	}
	_, err = d.readers.Find(ctx, named)
	if errors.Is(err, subscribers.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// bounce records that an email failed after the mail server had accepted it.
func (d *Desk) bounce(ctx context.Context, e Event, email string) (Change, error) {
	verdict := judge(e.Code, e.Enhanced, e.Text)
	if verdict == unreadable {
		return d.keep(ctx, e, "it does not say why the email failed")
	}
	outcome := Undone
	if verdict == hard {
		outcome = Bounced
	}
	var changed bool
	var err error
	if e.Outbox != 0 {
		changed, err = mailer.BounceMessage(ctx, d.db, e.Outbox, mailer.MessageBounce{Code: e.Code, Enhanced: e.Enhanced, Reply: e.Text, Hard: verdict == hard})
	} else {
		changed, err = d.deliveries.BounceLate(ctx, e.Edition, e.Reader, deliveries.LateBounce{
			Code: e.Code, Enhanced: e.Enhanced, Reply: e.Text, Source: e.Source, At: e.At, Hard: verdict == hard,
		})
	}
	if err != nil || !changed {
		return nothing(email, "it was known before"), err
	}
	return Change{Outcome: outcome, Email: email}, nil
}

// complain records a complaint. A complaint about a message of the outbox suppresses its
// recipient.
func (d *Desk) complain(ctx context.Context, e Event, email string) (Change, error) {
	var changed bool
	var err error
	if e.Outbox != 0 {
		changed, err = d.readers.SuppressComplaint(ctx, email, e.Text, e.Source, e.At)
	} else {
		changed, err = d.deliveries.Complain(ctx, e.Edition, e.Reader, e.Text, e.Source, e.At)
	}
	if err != nil || !changed {
		return nothing(email, "it was known before"), err
	}
	return Change{Outcome: Complained, Email: email}, nil
}
