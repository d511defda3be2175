package bounces

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Each row is a message of testdata, with the first recipient of its report.
func TestRead(t *testing.T) {
	const original = "<3.16.cba2c1511ffd81ac@example.org>"
	for _, want := range []struct {
		file      string
		kind      Kind
		messageID string
		recipient Recipient
	}{
		{"postfix", Failed, "<3.16.cba2c1511ffd81ac@cpc.example.org>", Recipient{"gone2@example.org", "failed", "5.1.1", 550, "5.1.1", "<gone@example.org>: The email account that you tried to reach does not exist"}},
		{"exim", Failed, original, Recipient{"lost@example.net", "failed", "", 0, "", "Unrouteable address"}},
		{"qmail", Failed, original, Recipient{"lost@example.net", "failed", "5.1.1", 0, "5.1.1", "Sorry, no mailbox here by that name. (#5.1.1)"}},
		{"exchange", Failed, original, Recipient{"lost@example.net", "failed", "5.1.10", 550, "5.1.10", "RESOLVER.ADR.RecipientNotFound; Recipient lost@example.net not found by SMTP address lookup"}},
		{"gmail_full", Failed, original, Recipient{"lost@example.net", "failed", "4.2.2", 452, "4.2.2", "The recipient's inbox is out of storage space and 452-4.2.2 inactive. Please direct the recipient to 452 4.2.2 https://support.google.com/mail/?p=OverQuotaTemp"}},
		{"sendmail_delayed", Delayed, "", Recipient{"slow@example.net", "delayed", "4.4.1", 0, "", ""}},
		{"exim_delayed", Delayed, "", Recipient{}},
		{"complaint", Complaint, original, Recipient{Address: "annoyed@example.com"}},
		{"not_spam", Automatic, original, Recipient{Address: "annoyed@example.com"}},
		{"auth_failure", Automatic, original, Recipient{Address: "annoyed@example.com"}},
		{"out_of_office", Automatic, "", Recipient{}},
		{"out_of_office_old", Automatic, "", Recipient{}},
		{"receipt", Automatic, "", Recipient{}},
		{"person", Personal, "", Recipient{}},
		{"success", Delivered, "", Recipient{"here@example.net", "relayed", "2.1.5", 0, "", ""}},
		{"two_recipients", Failed, "", Recipient{"here@example.net", "delayed", "4.0.0", 0, "", ""}},
	} {
		t.Run(want.file, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("testdata", want.file+".eml"))
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range [][]byte{raw, bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))} {
				got, err := Read(bytes.NewReader(text))
				if err != nil {
					t.Fatal(err)
				}
				var first Recipient
				if len(got.Recipients) > 0 {
					first = got.Recipients[0]
				}
				if got.Kind != want.kind || got.Original.MessageID != want.messageID || first != want.recipient {
					t.Errorf("got  %s %q %+v\nwant %s %q %+v", got.Kind, got.Original.MessageID, first, want.kind, want.messageID, want.recipient)
				}
				if len(got.To) == 0 || !strings.Contains(got.To[0], "@") {
					t.Errorf("no address found that the message was sent to: %q", got.To)
				}
			}
		})
	}
}

// A message with ten thousand parts, or with parts inside parts, costs no more than its limits.
func TestHostileReports(t *testing.T) {
	head := "From: MAILER-DAEMON@x.example\r\nTo: b@x.example\r\nSubject: Undeliverable\r\nContent-Type: multipart/report; boundary=x\r\n\r\n"
	plain := "From: MAILER-DAEMON@x.example\r\n\r\n"
	many := head + strings.Repeat("--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n", 10_000) + "--x--\r\n"
	deep := head
	for range 1000 {
		deep += "--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
	}
	reports := head + strings.Repeat("--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n", 10_000) + "--x--\r\n"
	if got, err := Read(strings.NewReader(reports)); err != nil || got.Kind != Unknown || len(got.Recipients) != 0 {
		t.Errorf("ten thousand parts are understood: %+v, %v", got, err)
	}
	groups := head + "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n" +
		strings.Repeat("Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n", 5000) + "--x--\r\n"
	for name, text := range map[string]string{"many": many, "deep": deep, "groups": groups, "empty": "", "no header": "hello\r\n\r\n", "long": head + strings.Repeat("550 5.1.1 ", 1<<20), "indented": plain + "550 x\n" + strings.Repeat(" y\n", 1<<19), "addresses": plain + strings.Repeat("a@", 1<<20)} {
		begin := time.Now()
		got, _ := Read(strings.NewReader(text))
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: %v", name, took)
		}
		if len(got.Recipients) > maxRecipients {
			t.Errorf("%s: %d recipients", name, len(got.Recipients))
		}
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.eml")
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := Read(bytes.NewReader(raw))
		if err != nil {
			return
		}
		if got.Kind == "" || len(got.Recipients) > maxRecipients || len(got.To) > maxRecipients {
			t.Errorf("%+v", got)
		}
		for _, to := range got.Recipients {
			if len(to.Text) > maxText || len(to.Address) > 320 {
				t.Errorf("a field is too long: %+v", to)
			}
		}
	})
}
