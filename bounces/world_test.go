package bounces

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"corridor/editions"
	"corridor/mailer"
	"corridor/mailer/deliveries"
	"corridor/mailer/message"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"
)

// world is a database with an edition that was sent to three readers.
type world struct {
	t       testing.TB
	db      *postgres.DB
	desk    *Desk
	ids     *message.IDs
	edition int64
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, db: postgrestest.New(t)}
	var err error
	w.ids, err = mailer.LoadMessageIDs(t.Context(), w.db, "example.org", message.ReturnAddresses{Domain: "b.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	store := deliveries.New(w.db, deliveries.Resend{}, editions.Events(), nil)
	t.Cleanup(store.Close)
	w.desk = NewDesk(w.db, w.ids, store, subscribers.NewStore(w.db, subscribers.NewRules(nil, nil, "UTC"), editions.ReaderEvents()), nil)
	w.edition = w.sent(3)
	return w
}

// sent adds n readers, r1@example.net and so on, and an edition that was sent to them.
func (w *world) sent(n int) int64 {
	w.t.Helper()
	set := w.number(`INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}') ON CONFLICT (programs, regions) DO UPDATE SET programs = '{}' RETURNING id`)
	w.exec(`
		INSERT INTO subscribers (email, folded, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
		SELECT e, e, 'active', 'daily', 'UTC', $2, now(), now() FROM generate_series(1, $1::int) i, format('r%s@example.net', i) e
		ON CONFLICT DO NOTHING`, n, set)
	edition := w.number(`INSERT INTO editions (kind, subject, state, created_at) VALUES ('special', 'News', 'finished', now()) RETURNING id`)
	variant := w.number(`INSERT INTO variants (edition_id, article_ids, shown) VALUES ($1, '{}', 0) RETURNING id`, edition)
	w.exec(`
		INSERT INTO deliveries (edition_id, subscriber_id, batch_id, variant_id, state, attempt, first_at, last_at)
		SELECT $1, id, 1, $2, 'sent', 1, now(), now() FROM subscribers`, edition, variant)
	return edition
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Exec(query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}

func (w *world) number(query string, args ...any) (n int64) {
	w.t.Helper()
	if err := w.db.Get(&n, query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// reader is the id of the reader with a number.
func (w *world) reader(n int) int64 {
	w.t.Helper()
	return w.number(`SELECT id FROM subscribers WHERE email = $1`, fmt.Sprintf("r%d@example.net", n))
}

func (w *world) marks(reader int) message.Marks { return w.ids.Marks(w.edition, w.reader(reader)) }

// state describes everything that messages may change.
func (w *world) state() (s string) {
	w.t.Helper()
	if err := w.db.Get(&s, `
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
	return "From: r1@example.net\nTo: " + to + "\nSubject: " + subject + "\n" + fields + "\nhello\n"
}
