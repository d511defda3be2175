package hooks

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"corridor/bounces"
)

// fuzz posts bodies of a provider after their verification. Whatever they hold, an event is
// about the email whose id it quotes, and its time is not after now.
func fuzz(f *testing.F, p func(*Hooks) provider, seeds ...string) {
	f.Helper()
	w := newWorld(f)
	for _, seed := range seeds {
		f.Add([]byte(strings.ReplaceAll(seed, "ID", w.id)))
	}
	under := p(w.hooks)
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := under.parse(body)
		if err != nil {
			return
		}
		for _, raw := range events[:min(len(events), 100)] {
			notices, err := under.read(raw)
			if err != nil && len(notices) > 0 {
				t.Fatal("an error with notices")
			}
			for _, n := range notices {
				e, ok := w.hooks.event(n)
				if !ok {
					continue
				}
				if e.Edition != 3 || e.Reader != 7 || e.At.After(noon) || e.Kind == "" || e.Kind == bounces.Failed && e.Code == 0 && e.Enhanced == "" {
					t.Fatalf("%+v of %q", e, raw)
				}
				if len(e.Text) > 1000 && e.Kind == bounces.Failed && !n.meaning.untried || !utf8.ValidString(e.Text) {
					t.Fatalf("%d bytes of text", len(e.Text))
				}
			}
		}
	})
}

func FuzzSES(f *testing.F) {
	quoted := func(text string) string {
		b, err := json.Marshal(map[string]string{"Type": "Notification", "Message": text})
		if err != nil {
			f.Fatal(err)
		}
		return string(b)
	}
	fuzz(f, func(h *Hooks) provider { return h.providers["ses"] },
		quoted(`{"notificationType":"Bounce","mail":{"commonHeaders":{"messageId":"<ID@example.org>"}},"bounce":{"bounceType":"Permanent","timestamp":"2026-11-28T11:59:00.000Z","bouncedRecipients":[{"emailAddress":"a@example.net","diagnosticCode":"smtp; 550 5.1.1 no"}]}}`),
		quoted(`{"eventType":"Complaint","mail":{"headers":[{"name":"X-Corridor-ID","value":"ID"}]},"complaint":{"complainedRecipients":[{"emailAddress":"a@example.net"}]}}`))
}

func FuzzPostmark(f *testing.F) {
	fuzz(f, func(h *Hooks) provider { return h.providers["postmark"] },
		`{"RecordType":"Bounce","Type":"HardBounce","Details":"smtp;550 5.1.1 no","Email":"a@example.net","BouncedAt":"2026-11-28T06:59:00-05:00","Metadata":{"corridor":"ID"}}`,
		`{"RecordType":"SubscriptionChange","Origin":"Recipient","SuppressSending":true,"SuppressionReason":"ManualSuppression","Metadata":{"corridor":"ID"}}`)
}

func FuzzSendGrid(f *testing.F) {
	fuzz(f, func(h *Hooks) provider { return h.providers["sendgrid"] },
		`[{"email":"a@example.net","timestamp":1795867140,"event":"bounce","type":"bounce","status":"5.1.1","reason":"550 5.1.1 no","corridor":"ID"},{"event":"dropped","reason":"Unsubscribed Address","smtp-id":"<ID@example.org>"}]`)
}

func FuzzMailgun(f *testing.F) {
	fuzz(f, func(h *Hooks) provider { return h.providers["mailgun"] },
		`{"signature":{"timestamp":"1","token":"t","signature":"s"},"event-data":{"event":"failed","severity":"permanent","reason":"bounce","timestamp":1795867140.1,"delivery-status":{"code":550,"message":"5.1.1 no"},"user-variables":{"corridor":"ID"}}}`)
}

func FuzzBrevo(f *testing.F) {
	fuzz(f, func(h *Hooks) provider { return h.providers["brevo"] },
		`{"event":"hard_bounce","email":"a@example.net","reason":"550 5.1.1 no","ts_event":1795867140,"X-Mailin-custom":"ID"}`, `[{"event":"spam","message-id":"<ID@example.org>"}]`)
}

func FuzzGeneric(f *testing.F) {
	fuzz(f, func(h *Hooks) provider { return h.providers["generic"] },
		`{"type":"bounce","id":"ID","recipient":"a@example.net","status":"5.1.1","reply":"550 5.1.1 no","at":"2026-11-28T11:59:00Z"}`)
}

// FuzzMessagesOfSNS verifies messages that nobody signed.
func FuzzMessagesOfSNS(f *testing.F) {
	w := newWorld(f)
	f.Add([]byte(strings.Replace(w.signed(map[string]string{"Message": "{}"}), `"Type"`, `"Tape"`, 1)))
	f.Add([]byte(`{"TopicArn":"` + topic + `","Type":"SubscriptionConfirmation","Timestamp":"2026-11-28T12:00:00Z","SigningCertURL":"` + certificate + `","SubscribeURL":"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		w.asked = nil
		id, err := w.hooks.verifySNS(t.Context(), nil, body)
		if err == nil && id != "m1" || len(w.asked) > 1 {
			t.Fatalf("%q was accepted, with the requests %q", body, w.asked)
		}
		for _, address := range w.asked {
			if _, ok := snsURL(address); !ok {
				t.Fatalf("a message caused a request to %s", address)
			}
		}
	})
}
