package hooks

import (
	"encoding/json"
	"errors"
	"regexp"
	"time"

	"corridor/bounces"
)

// notice is an event about one recipient, as a provider describes it.
type notice struct {
	ids     []string // texts that may be the id of the email, the surest first
	meaning meaning
	address string
	status  string    // RFC 3463; may be empty
	reply   string    // words of the receiving mail server; may be empty
	at      time.Time // zero: now
}

// meaning is what the type of an event says. The zero value is an event that says nothing
// about the email's delivery, such as an opened email.
type meaning struct {
	kind bounces.Kind
	// status is the RFC 3463 status of a failure for which the event quotes no status and no
	// reply. "5.1.1" means that the mailbox does not exist.
	status string
	// untried means that the provider did not try to send the email, because of a list of its
	// own. Then its status says nothing about the mailbox now.
	untried bool
}

// The meanings that several providers have in common.
var (
	noMailbox  = meaning{kind: bounces.Failed, status: "5.1.1"}
	fullBox    = meaning{kind: bounces.Failed, status: "5.2.2"}
	refused    = meaning{kind: bounces.Failed, status: "5.7.1"}
	undone     = meaning{kind: bounces.Failed, status: "5.0.0"} // it failed, and the provider does not say why
	untried    = meaning{kind: bounces.Failed, status: "5.0.0", untried: true}
	tooLarge   = meaning{kind: bounces.Failed, status: "5.3.4"}
	delayed    = meaning{kind: bounces.Delayed}
	delivered  = meaning{kind: bounces.Delivered}
	complained = meaning{kind: bounces.Complaint}
	leaves     = meaning{kind: bounces.Leave}
	automatic  = meaning{kind: bounces.Automatic}
)

// event returns the event of a notice. ok is false if the notice says nothing, or is about
// an email of another program.
func (h *Hooks) event(n notice) (e bounces.Event, ok bool) {
	if n.meaning.kind == "" {
		return e, false
	}
	for _, id := range n.ids {
		t, err := h.IDs.ParseID(id)
		if err != nil {
			continue
		}
		e.Kind, e.Edition, e.Reader, e.Address, e.At = n.meaning.kind, t.Edition, t.Reader, n.address, h.when(n.at)
		if t.Edition == 0 {
			e.Reader, e.Outbox = 0, t.Reader
		}
		if e.Kind == bounces.Failed {
			h.diagnose(&e, n)
		} else {
			e.Text = n.reply
		}
		return e, e.Kind != bounces.Leave || e.Reader != 0
	}
	return e, false
}

// diagnosticType is the type of a diagnostic code, RFC 3464 section 2.3.6.
var diagnosticType = regexp.MustCompile(`^\s*[A-Za-z][A-Za-z0-9-]{1,20};\s*`)

// diagnose sets the reply of a failure. What the receiving mail server said is judged rather
// than the provider's type of it.
func (h *Hooks) diagnose(e *bounces.Event, n notice) {
	if n.meaning.untried {
		e.Enhanced, e.Text = n.meaning.status, n.reply
		return
	}
	e.Code, e.Enhanced, e.Text = bounces.SplitReply(diagnosticType.ReplaceAllString(n.reply, ""))
	if e.Enhanced == "" && n.status != "" && n.status != "5.0.0" {
		e.Enhanced = n.status
	}
	if e.Enhanced == "" && e.Code == 0 {
		e.Enhanced = n.meaning.status
	}
}

// when is the time of an event: never after now, and now if it is not known.
func (h *Hooks) when(at time.Time) time.Time {
	if now := h.Now(); at.IsZero() || at.After(now) {
		return now
	}
	return at
}

var errForm = errors.New("the event has not the documented form")

// decode decodes the JSON of an event.
func decode(raw []byte, into any) error {
	if err := json.Unmarshal(raw, into); err != nil {
		return errForm // the error of json may quote an address
	}
	return nil
}

// one is the parser of a body that is a JSON object: one event.
func one(body []byte) ([]json.RawMessage, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(body, &object); err != nil {
		return nil, err
	}
	return []json.RawMessage{body}, nil
}

// list is the parser of a body that is a JSON array of events, or one event.
func list(body []byte) (events []json.RawMessage, err error) {
	if json.Unmarshal(body, &events) == nil && events != nil {
		return events, nil
	}
	return one(body)
}
