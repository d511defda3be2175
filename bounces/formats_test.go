package bounces

import (
	"encoding/base64"
	"strings"
	"testing"
)

const mailerDaemon = "From: MAILER-DAEMON@mx.example.com\nTo: b@example.org\n"

// multipartReport is a report with a part of fields in an encoding.
func multipartReport(kind, encoding, fields string) string {
	return mailerDaemon + "Subject: x\nContent-Type: multipart/report; boundary=x\n\n--x\nContent-Type: text/plain\n\nx\n--x\nContent-Type: " + kind +
		"\nContent-Transfer-Encoding: " + encoding + "\n\n" + fields + "\n--x--\n"
}

// Reports of servers that deviate from RFC 3464, or do not follow it.
func TestFormatsOfReports(t *testing.T) {
	fields := "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; lost@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n"
	lost := Recipient{"lost@example.net", "failed", "5.1.1", 550, "5.1.1", "User unknown"}
	for name, c := range map[string]struct {
		text string
		kind Kind
		want Recipient
	}{
		"base64":               {multipartReport("message/delivery-status", "base64", base64.StdEncoding.EncodeToString([]byte(fields))), Failed, lost},
		"quoted-printable":     {multipartReport("message/delivery-status", "quoted-printable", strings.Replace(fields, "User", "=55ser", 1)), Failed, lost},
		"international":        {multipartReport("message/global-delivery-status", "8bit", strings.Replace(fields, "rfc822; lost", "utf-8; lost", 1)), Failed, lost},
		"one group of fields":  {multipartReport("message/delivery-status", "7bit", strings.Replace(fields, "\n\n", "\n", 1)), Failed, lost},
		"further empty lines":  {multipartReport("message/delivery-status", "7bit", strings.Replace(fields, "\n\n", "\n\n\n\n", 1)), Failed, lost},
		"comment at an action": {multipartReport("message/delivery-status", "7bit", strings.Replace(fields, "failed", "Failed (bounced)", 1)), Failed, lost},
		"no action":            {multipartReport("message/delivery-status", "7bit", strings.Replace(fields, "Action: failed\n", "", 1)), Failed, lost},
		"capital letters":      {multipartReport("MESSAGE/DELIVERY-STATUS", "7bit", strings.Replace(fields, "Status", "STATUS", 1)), Failed, lost},
		"Domino": {
			multipartReport("message/delivery-status", "7bit", "Final-Recipient: rfc822;lost@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: X-Notes; User lost not listed in Domino Directory\n"), Failed,
			Recipient{"lost@example.net", "failed", "5.1.1", 0, "", "User lost not listed in Domino Directory"},
		},
		"Yahoo": {mailerDaemon + "Subject: Failure Notice\n\nSorry, we were unable to deliver your message to the following address.\n\n<lost@example.net>:\n550: 5.1.1 User unknown\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <1@x>\n", Failed, lost},
		"sendmail": {
			mailerDaemon + "Subject: Returned mail: see transcript for details\n\n   ----- The following addresses had permanent fatal errors -----\n<lost@example.net>\n    (reason: 550 5.1.1 User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx.example.net.:\n", Failed,
			Recipient{"lost@example.net", "failed", "5.1.1", 550, "5.1.1", "User unknown)"},
		},
		"mail.ru":                     {mailerDaemon + "Subject: Mail failure.\n\nThis message was created automatically by mail delivery software.\n\nlost@example.net\n  550 5.1.1 User unknown\n", Failed, lost},
		"Exim, by its field":          {"From: Mail Delivery System <Mailer-Daemon@mx>\nTo: b@example.org\nX-Failed-Recipients: lost@example.net\nSubject: Mail delivery failed\n\n  lost@example.net\n    host mx.example.net [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<lost@example.net>:\n    550 5.1.1 User unknown\n", Failed, lost},
		"postmaster in Turkish":       {"From: postmaster@example.com\nTo: b@example.org\nSubject: =?utf-8?q?Teslim_edilemedi=3A_News?=\n\nlost@example.net\n550 5.1.1 User unknown\n", Failed, lost},
		"postmaster writes":           {"From: postmaster@example.com\nTo: b@example.org\nSubject: Your newsletter\n\nPlease call me.\n", Personal, Recipient{}},
		"no sender, no subject":       {"Return-Path: <>\nFrom: system@example.com\nTo: b@example.org\n\n<lost@example.net>: 550 5.1.1 User unknown\n", Failed, lost},
		"no sender, no reason":        {"Return-Path: <>\nFrom: system@example.com\nTo: b@example.org\n\nHm.\n", Unknown, Recipient{}},
		"a server's delay":            {mailerDaemon + "Subject: Warning\n\nlost@example.net: delivery temporarily suspended. This is a warning message only. You do not need to resend.\n", Delayed, Recipient{}},
		"away, with a bounce's words": {"From: a@example.net\nTo: b@example.org\nSubject: Automatic reply: undeliverable\nAuto-Submitted: auto-replied\n\n550 5.1.1\n", Automatic, Recipient{}},
		"a person quotes a bounce":    {"From: a@example.net\nTo: b@example.org\nSubject: Fwd: Undeliverable\n\n550 5.1.1 User unknown\n", Personal, Recipient{}},
		"a person forwards a bounce":  {"From: a@example.net\nTo: b@example.org\nSubject: Fwd\nContent-Type: multipart/mixed; boundary=y\n\n--y\nContent-Type: text/plain\n\nSee this.\n--y\nContent-Type: message/rfc822\n\n" + multipartReport("message/delivery-status", "7bit", fields) + "--y--\n", Personal, Recipient{}},
		"Microsoft's complaint":       {"From: staff@hotmail.com\nTo: fbl@example.org\nSubject: complaint about message from 192.0.2.1\nContent-Type: multipart/mixed; boundary=y\n\n--y\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: lost@example.net\nMessage-ID: <1@x>\n\nhello\n--y--\n", Complaint, Recipient{Address: "lost@example.net"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read(strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			var first Recipient
			if len(got.Recipients) > 0 {
				first = got.Recipients[0]
			}
			if got.Kind != c.kind || first != c.want {
				t.Errorf("got  %s %+v\nwant %s %+v", got.Kind, first, c.kind, c.want)
			}
		})
	}
}
