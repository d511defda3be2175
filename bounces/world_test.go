package bounces

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"corridor/editions"
	"corridor/mailer"
	"corridor/mailer/deliveries"
	"corridor/mailer/mailertest"
	"corridor/mailer/message"
	"corridor/subscribers"
)

// world is a database with an edition that was sent to three readers.
type world struct {
	*mailertest.World
	t       testing.TB
	desk    *Desk
	ids     *message.IDs
	edition int64
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{World: mailertest.NewWorld(t, mailertest.Protocol{EnqueueTx: deliveries.EnqueueTx, ReadyTx: deliveries.ReadyTx}), t: t}
	var err error
	w.ids, err = mailer.LoadMessageIDs(t.Context(), w.DB, "example.org", message.ReturnAddresses{Domain: "b.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	store := deliveries.New(w.DB, deliveries.Resend{}, editions.Events(), nil)
	t.Cleanup(store.Close)
	w.desk = NewDesk(w.DB, w.ids, store, subscribers.NewStore(w.DB, subscribers.NewRules(nil, nil, "UTC"), editions.ReaderEvents()), nil)
	w.Readers(3, 1)
	w.edition = w.sent()
	return w
}

// sent is an edition that was sent to all readers.
func (w *world) sent() int64 {
	w.t.Helper()
	edition := w.Edition("<p>x</p>")
	w.Exec(`UPDATE deliveries SET state = 'sent', attempt = 1, first_at = now(), last_at = now() WHERE edition_id = $1`, edition)
	w.Exec(`UPDATE editions SET state = 'finished' WHERE id = $1`, edition)
	return edition
}

// reader is the id of the reader with a number.
func (w *world) reader(n int) int64 {
	w.t.Helper()
	return w.Number(`SELECT id FROM subscribers WHERE email = $1`, fmt.Sprintf("reader%d@example.net", n))
}

func (w *world) marks(reader int) message.Marks { return w.ids.Marks(w.edition, w.reader(reader)) }

// state describes everything that messages may change.
func (w *world) state() (s string) {
	w.t.Helper()
	if err := w.DB.Get(&s, `
		SELECT concat_ws(' ', (SELECT string_agg(state || CASE WHEN complained_at IS NULL THEN '' ELSE '+complained' END, ' ' ORDER BY subscriber_id) FROM deliveries),
			(SELECT string_agg(email || ':' || reason, ' ' ORDER BY email) FROM suppressions),
			(SELECT string_agg('left:' || email, ' ' ORDER BY email) FROM subscribers WHERE state = 'left'),
			(SELECT string_agg('unread:' || kind, ' ' ORDER BY id) FROM unread_returns))`); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// receive receives a message and returns its change as a row shows it.
func (w *world) receive(to, text string) string {
	w.t.Helper()
	r, err := w.desk.Receive(w.t.Context(), Returned{Message: []byte(text), To: to, Source: "test", At: time.Now()})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.TrimSpace(fmt.Sprintf("%s: %s %s", r.Kind, r.Outcome, r.Reason))
}

// report is a delivery report (RFC 3464) to an address, with a group of fields for each
// recipient, about the email with a Message-ID.
func report(to, messageID string, groups ...string) string {
	return "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: " + to + "\nSubject: Undelivered Mail Returned to Sender\n" +
		"Auto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n" +
		"--x\nContent-Type: text/plain\n\nSorry.\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n" +
		strings.Join(groups, "\n") + "\n--x\nContent-Type: text/rfc822-headers\n\nMessage-ID: " + messageID + "\nSubject: News\n\n--x--\n"
}

// group is the fields of a recipient.
func group(address, action, status, reply string) string {
	return "Final-Recipient: rfc822; " + address + "\nAction: " + action + "\nStatus: " + status + "\nDiagnostic-Code: smtp; " + reply + "\n"
}

// unknownUser is the group of a recipient without a mailbox.
func unknownUser(address string) string {
	return group(address, "failed", "5.1.1", "550 5.1.1 <"+address+">: Recipient address rejected: User unknown")
}

// complaint is a report of spam (RFC 5965) about the email with a Message-ID.
func complaint(to, kind, messageID string) string {
	return "From: fbl@provider.example\nTo: " + to + "\nSubject: complaint\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=x\n\n" +
		"--x\nContent-Type: text/plain\n\nA complaint.\n--x\nContent-Type: message/feedback-report\n\nFeedback-Type: " + kind + "\nUser-Agent: Provider/1\nVersion: 1\n\n" +
		"--x\nContent-Type: message/rfc822\n\nMessage-ID: " + messageID + "\nSubject: News\n\nhello\n--x--\n"
}

// email is a message that a person or a program wrote.
func email(to, subject, fields string) string {
	return "From: reader1@example.net\nTo: " + to + "\nSubject: " + subject + "\n" + fields + "\nhello\n"
}
