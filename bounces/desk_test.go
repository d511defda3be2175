package bounces

import (
	"strings"
	"testing"
	"time"

	"corridor/mailer"
	"corridor/subscribers"
)

const untouched = "sent sent sent"

// Each row is a message about the email to the first reader, with the change that its row
// shows, and the state of the database after it.
func TestMessagesChangeTheRightThing(t *testing.T) {
	w := newWorld(t)
	one, two := w.marks(1), w.marks(2)
	forged := strings.Replace(one.Bounce, ".", ".9", 1)
	gone := "bounced sent sent reader1@example.net:hard_bounce"
	noID := "<x@mx.example.net>"
	for _, c := range []struct {
		name, to, text, change, state string
	}{
		{"hard bounce", one.Bounce, report(one.Bounce, one.MessageID, unknownUser("reader1@example.net")), "failed: bounced", gone},
		{"in capitals", strings.ToUpper(one.Bounce), report("x@y.example", noID, unknownUser("READER1@EXAMPLE.NET")), "failed: bounced", gone},
		{"address in the header", "", report(one.Bounce, noID, unknownUser("reader1@example.net")), "failed: bounced", gone},
		{"through an alias", "", "X-Original-To: " + one.Bounce + "\nDelivered-To: corridor@mx.example.org\n" + report("news@example.org", noID, unknownUser("reader1@example.net")), "failed: bounced", gone},
		{"quoted Message-ID", "", report("news@example.org", one.MessageID, unknownUser("reader1@example.net")), "failed: bounced", gone},
		{"identifier of the envelope", "", strings.Replace(report("news@example.org", noID, unknownUser("reader1@example.net")), "Reporting-MTA", "Original-Envelope-Id: "+one.EnvelopeID()+"\nReporting-MTA", 1), "failed: bounced", gone},
		{"forwarded", one.Bounce, report(one.Bounce, one.MessageID, unknownUser("elsewhere@example.com")), "failed: bounced", gone},
		{"alias of two, one delivered", one.Bounce, report(one.Bounce, one.MessageID, unknownUser("a@example.com"), group("b@example.com", "relayed", "2.1.5", "250 ok")), "delivered: nothing it was delivered", untouched},
		{"full mailbox", one.Bounce, report(one.Bounce, one.MessageID, group("reader1@example.net", "failed", "5.2.2", "552 5.2.2 Mailbox full")), "failed: failed", "failed sent sent"},
		{"reason in the reply only", one.Bounce, report(one.Bounce, noID, group("reader1@example.net", "failed", "5.0.0", "550 5.1.1 No such user")), "failed: bounced", gone},
		{"delayed", one.Bounce, report(one.Bounce, one.MessageID, group("reader1@example.net", "delayed", "4.4.1", "connection timed out")), "delayed: nothing attempts continue", untouched},
		{"delivered", one.Bounce, report(one.Bounce, one.MessageID, group("reader1@example.net", "delivered", "2.1.5", "250 ok")), "delivered: nothing it was delivered", untouched},
		{"broken report", one.Bounce, report(one.Bounce, one.MessageID, "Final-Recipient: x\n"), "failed: kept it does not say why the email failed", untouched + " unread:failed"},
		{"complaint", "fbl@example.org", complaint("fbl@example.org", "abuse", one.MessageID), "complaint: complained", "sent+complained sent sent reader1@example.net:complaint"},
		{"not spam", one.Bounce, complaint("fbl@example.org", "not-spam", one.MessageID), "automatic: nothing an automatic message", untouched},
		{"failed authentication", one.Bounce, complaint("fbl@example.org", "auth-failure", one.MessageID), "automatic: nothing an automatic message", untouched},
		{"out of office", one.Bounce, email(one.Bounce, "Automatic reply: News", "Auto-Submitted: auto-replied\n"), "automatic: nothing an automatic message", untouched},
		{"a person", one.Bounce, email(one.Bounce, "Re: News", ""), "personal: kept written by a person", untouched + " unread:personal"},
		{"leave", one.Leave, email(one.Leave, "unsubscribe", ""), "leave: left", untouched + " left:reader1@example.net"},
		{"leave in other words, from another address", one.Leave, strings.Replace(email(one.Leave, "please", ""), "reader1@", "other@", 1), "leave: left", untouched + " left:reader1@example.net"},
		{"leave by a provider", one.Leave, email(one.Leave, "Unsubscribe", "Auto-Submitted: auto-generated\nPrecedence: bulk\n"), "leave: left", untouched + " left:reader1@example.net"},
		{"leave without a sender", one.Leave, "Return-Path: <>\n" + email(one.Leave, "unsubscribe", ""), "leave: left", untouched + " left:reader1@example.net"},
		{"out of office without a sender", one.Leave, "Return-Path: <>\n" + email(one.Leave, "I am away", ""), "unknown: nothing no request to leave", untouched},
		{"out of office to leave", one.Leave, email(one.Leave, "Automatic reply", "Auto-Submitted: auto-replied\n"), "automatic: nothing no request to leave", untouched},
		{"automatic reply with that subject", one.Leave, email(one.Leave, "unsubscribe", "Auto-Submitted: auto-replied (vacation)\n"), "automatic: nothing no request to leave", untouched},
		{"bounce to leave", one.Leave, report(one.Leave, noID, unknownUser("reader1@example.net")), "failed: nothing no request to leave", untouched},
		{"forged address", forged, report(forged, one.MessageID, unknownUser("reader1@example.net")), "failed: nothing the signature of its address is wrong", untouched},
		{"forged leave", strings.Replace(one.Bounce, "b+", "u+", 1), email("x@y.example", "unsubscribe", ""), "personal: nothing the signature of its address is wrong", untouched},
		{"forged Message-ID", "", report("news@example.org", strings.Replace(one.MessageID, ".", ".9", 1), unknownUser("reader1@example.net")), "failed: nothing the signature of the email that it quotes is wrong", untouched},
		{"another email quoted", one.Bounce, report(one.Bounce, two.MessageID, unknownUser("reader1@example.net")), "failed: nothing it quotes another email than its address names", untouched},
		{"another reader named", one.Bounce, report(one.Bounce, one.MessageID, unknownUser("reader2@example.net")), "failed: nothing it names another reader", untouched},
		{"another reader named in a complaint", one.Bounce, strings.Replace(complaint("x@y.example", "abuse", one.MessageID), "Provider/1\n", "Provider/1\nOriginal-Rcpt-To: <Reader2@example.net>\n", 1), "complaint: nothing it names another reader", untouched},
		{"unknown delivery", w.ids.Marks(999, 1).Bounce, report("x@y.example", noID, unknownUser("reader1@example.net")), "failed: nothing the delivery is not known, or not any more", untouched},
		{"unknown reader leaves", w.ids.Marks(999, 999).Leave, email("x@y.example", "unsubscribe", ""), "leave: nothing the reader is not known", untouched},
		{"no email of ours", "", report("news@example.org", noID, unknownUser("reader1@example.net")), "failed: kept it names no email of ours", untouched + " unread:failed"},
		{"NUL and broken characters", one.Bounce, report(one.Bounce, one.MessageID, group("reader1@example.net", "failed", "5.1.1", "550 5.1.1 User unknown\x00\xff")), "failed: bounced", gone},
		{"not a message", "", "hello", "unknown: kept not understood", untouched + " unread:unknown"},
		{"nothing", "", "", "unknown: kept not understood", untouched + " unread:unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.t = t
			w.Exec(`TRUNCATE suppressions, unread_returns, bounce_events`)
			w.Exec(`UPDATE deliveries SET state = 'sent', complained_at = NULL, bounced_at = NULL`)
			w.Exec(`UPDATE subscribers SET state = 'active', left_at = NULL`)
			if got := w.receive(c.to, c.text); got != c.change {
				t.Errorf("the row is %q, want %q", got, c.change)
			}
			if got := w.state(); got != c.state {
				t.Errorf("the state is %q, want %q", got, c.state)
			}
			if !strings.Contains(c.change, ": nothing") && !strings.Contains(c.change, ": kept") {
				if got := w.receive(c.to, c.text); !strings.Contains(got, ": nothing") || w.state() != c.state {
					t.Errorf("repeated: %q, %s", got, w.state())
				}
			}
		})
	}
}

// An old report that is sent again after staff lifted the suppression changes nothing.
func TestAReplayedReport(t *testing.T) {
	w := newWorld(t)
	text := report(w.marks(1).Bounce, w.marks(1).MessageID, unknownUser("reader1@example.net"))
	w.receive("", text)
	w.Exec(`DELETE FROM suppressions`)
	if got := w.receive("", text); got != "failed: nothing it was known before" || w.state() != "bounced sent sent" {
		t.Errorf("%q, %s", got, w.state())
	}
}

// Messages of the outbox bounce like editions.
func TestSingleMessagesBounce(t *testing.T) {
	w := newWorld(t)
	id := w.Number(`INSERT INTO outbox (kind, recipient, message, state, created_at) VALUES ('confirmation', 'new@example.net', '', 'sent', now()) RETURNING id`)
	marks := w.ids.Marks(0, id)
	row := func() string {
		t.Helper()
		var s string
		if err := w.DB.Get(&s, `SELECT concat_ws(' ', state, code, enhanced, reply) FROM outbox`); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if got := w.receive(marks.Bounce, report(marks.Bounce, "<confirmation.x@example.org>", group("new@example.net", "delayed", "4.4.1", "later"))); got != "delayed: nothing attempts continue" || row() != "sent" {
		t.Errorf("%q, %s", got, row())
	}
	text := report(marks.Bounce, "<confirmation.x@example.org>", unknownUser("new@example.net"))
	if got := w.receive(marks.Bounce, text); got != "failed: bounced" || row() != "failed 550 5.1.1 <new@example.net>: Recipient address rejected: User unknown" {
		t.Errorf("%q, %s", got, row())
	}
	for after, want := range map[time.Duration]bool{-time.Hour: true, time.Hour: false} {
		if is, err := mailer.HasNoMailbox(t.Context(), w.DB, "New@example.net", time.Now().Add(after)); is != want || err != nil {
			t.Errorf("the address has no mailbox: %v, %v", is, err)
		}
	}
	if got := w.receive(marks.Bounce, text); got != "failed: nothing it was known before" {
		t.Errorf("%q", got)
	}
	if got := w.receive("", complaint("fbl@example.org", "abuse", marks.MessageID)); got != "complaint: complained" || w.state() != untouched+" new@example.net:complaint" {
		t.Errorf("%q, %s", got, w.state())
	}
	if got := w.receive("", complaint("fbl@example.org", "abuse", marks.MessageID)); got != "complaint: nothing it was known before" {
		t.Errorf("%q", got)
	}
	if n := w.Number(`SELECT count(*) FROM suppressions WHERE email = 'new@example.net' AND source NOT IN ('', 'staff') AND detail = 'abuse'`); n != 1 {
		t.Error("the complaint has no source")
	}
}

// A complaint about a single message replaces a suppression that lifting a bounce event
// lifts, as one about an edition does.
func TestAComplaintAboutASingleMessageReplacesABounce(t *testing.T) {
	w := newWorld(t)
	id := w.Number(`INSERT INTO outbox (kind, recipient, message, state, created_at) VALUES ('confirmation', 'New@example.net', '', 'sent', now()) RETURNING id`)
	if err := w.desk.readers.Suppress(t.Context(), "new@example.net", subscribers.HardBounce, "", time.Now()); err != nil {
		t.Fatal(err)
	}
	if got := w.receive("", complaint("fbl@example.org", "abuse", w.ids.Marks(0, id).MessageID)); got != "complaint: complained" {
		t.Errorf("%q", got)
	}
	if reason, err := w.desk.readers.Suppression(t.Context(), "new@example.net"); err != nil || reason != subscribers.Complaint {
		t.Errorf("suppressed: %q, %v", reason, err)
	}
}

// Messages for staff are bounded in number, size and time, and a person's is not stored.
func TestMessagesForStaffAreBounded(t *testing.T) {
	w := newWorld(t)
	w.receive(w.marks(1).Bounce, email(w.marks(1).Bounce, "Re: News", ""))
	w.receive(w.marks(1).Bounce, "Return-Path: <>\n\n"+strings.Repeat("?", 2*maxUnreadSize))
	list, err := w.desk.Unread(t.Context())
	if err != nil || len(list) != 2 || !list[0].Kept || list[1].Kept || list[1].Kind != Personal || list[1].Reader != w.reader(1) {
		t.Fatalf("%+v, %v", list, err)
	}
	if text, err := w.desk.UnreadMessage(t.Context(), list[0].ID); err != nil || len(text) != maxUnreadSize {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	w.Exec(`DELETE FROM deliveries; DELETE FROM subscribers WHERE email = 'reader1@example.net'`)
	if n := w.Number(`SELECT count(*) FROM unread_returns`); n != 0 {
		t.Errorf("%d messages of an erased reader are left", n)
	}
	w.Exec(`INSERT INTO unread_returns (received_at, kind, source, reason) SELECT now(), 'unknown', '', '' FROM generate_series(1, $1)`, maxUnread)
	w.receive("", "?")
	if n := w.Number(`SELECT count(*) FROM unread_returns`); n != maxUnread {
		t.Errorf("%d messages, want %d", n, maxUnread)
	}
	if err := ForgetUnread(t.Context(), w.DB, time.Now().Add(unreadTime-time.Hour)); err != nil || w.Number(`SELECT count(*) FROM unread_returns`) != maxUnread {
		t.Error("forgotten too early: ", err)
	}
	if err := ForgetUnread(t.Context(), w.DB, time.Now().Add(unreadTime+time.Hour)); err != nil || w.Number(`SELECT count(*) FROM unread_returns`) != 0 {
		t.Error("not forgotten: ", err)
	}
}

// Staff are alerted once of each message, and once a day at most.
func TestAlertOfMessagesForStaff(t *testing.T) {
	w := newWorld(t)
	now := time.Now()
	for _, c := range []struct {
		unread, personal int
		at               time.Duration
		want             string
	}{
		{0, 0, 0, ""},
		{2, 1, 0, "2 messages came back that Corridor could not understand.\nRead them with 'corridor bounces unread'.\nA person has written to the address for bounces. Corridor does not keep such messages."},
		{0, 0, time.Minute, ""},
		{1, 0, time.Hour, ""},
		{0, 0, 25 * time.Hour, "A message came back that Corridor could not understand.\nRead it with 'corridor bounces unread'."},
		{0, 2, 72 * time.Hour, "2 messages of persons went to the address for bounces. Corridor does not keep them."},
	} {
		for range c.unread {
			w.receive("", "?")
		}
		for range c.personal {
			w.receive(w.marks(1).Bounce, email(w.marks(1).Bounce, "Re: News", ""))
		}
		if u, err := TakeUnreadTx(t.Context(), w.DB, now.Add(c.at)); err != nil || u.Alert() != c.want {
			t.Errorf("after %v: %q, %v; want %q", c.at, u.Alert(), err, c.want)
		}
		if has, err := HasUnreadTx(t.Context(), w.DB); err != nil || has != (c.at > 0 || c.unread > 0) {
			t.Errorf("after %v: %v, %v", c.at, has, err)
		}
	}
}
