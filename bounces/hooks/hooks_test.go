package hooks

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// sesMessage is the message of a notification of SES with a quoted header.
func sesMessage(id, rest string) string {
	return `{"mail":{"timestamp":"2026-11-28T11:00:00.000Z","headers":[{"name":"Subject","value":"News"},{"name":"X-Corridor-ID","value":"` + id + `"}]},` + rest + `}`
}

// Every row is an event of a provider, as its documentation shows it. ID stands for the id of the
// email to reader 7 of edition 3.
func TestEventsOfProviders(t *testing.T) {
	w := newWorld(t)
	for i, c := range []struct{ provider, event, want string }{
		{"ses", sesMessage("ID", `"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General","timestamp":"2026-11-28T11:59:00.000Z","bouncedRecipients":[{"emailAddress":"a@example.net","status":"5.1.1","action":"failed","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]}`), "failed 3.7 a@example.net 550 5.1.1 user unknown at 11:59:00"},
		{"ses", sesMessage("ID", `"eventType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"NoEmail","bouncedRecipients":[{"emailAddress":"a@example.net"}]}`), "failed 3.7 a@example.net 0 5.1.1"},
		{"ses", sesMessage("ID", `"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"Suppressed","bouncedRecipients":[{"emailAddress":"a@example.net","status":"5.1.1","diagnosticCode":"Amazon SES has suppressed sending to this address"}]}`), "failed 3.7 a@example.net 0 5.0.0 Amazon SES has suppressed sending to this address"},
		{"ses", sesMessage("ID", `"notificationType":"Bounce","bounce":{"bounceType":"Transient","bounceSubType":"MailboxFull","bouncedRecipients":[{"emailAddress":"a@example.net","diagnosticCode":"smtp; 552 5.2.2 full"}]}`), "failed 3.7 a@example.net 552 5.2.2 full"},
		{"ses", sesMessage("ID", `"notificationType":"Complaint","complaint":{"complaintFeedbackType":"abuse","complainedRecipients":[{"emailAddress":"a@example.net"}],"timestamp":"2026-11-28T12:00:00Z"}`), "complaint 3.7 a@example.net 0 abuse"},
		{"ses", sesMessage("ID", `"notificationType":"Complaint","complaint":{"complaintFeedbackType":"not-spam","complainedRecipients":[{"emailAddress":"a@example.net"}]}`), "automatic 3.7 a@example.net 0 not-spam"},
		{"ses", sesMessage("ID", `"notificationType":"Delivery","delivery":{}`), "delivered 3.7"},
		{"ses", sesMessage("ID", `"eventType":"DeliveryDelay","deliveryDelay":{}`), "delayed 3.7"},
		{"ses", sesMessage("ID", `"eventType":"Open","open":{}`), ""},
		{"ses", sesMessage("ID", `"eventType":"Subscription","subscription":{"newTopicPreferences":{"unsubscribeAll":true}}`), "leave 3.7"},
		{"ses", sesMessage("ID", `"eventType":"Subscription","subscription":{"newTopicPreferences":{"unsubscribeAll":false}}`), ""},
		{"ses", `{"notificationType":"Bounce","mail":{"commonHeaders":{"messageId":"<ID@example.org>"}},"bounce":{"bounceType":"Undetermined","bouncedRecipients":[{"emailAddress":"a@example.net"},{"emailAddress":"b@example.net"}]}}`, "failed 3.7 a@example.net 0 5.0.0\nfailed 3.7 b@example.net 0 5.0.0"},
		{"ses", sesMessage("3.7.0123456789abcdef", `"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"a@example.net"}]}`), ""},
		{"ses", "Successfully validated SNS topic for Amazon SES event publishing.", ""},
		{"postmark", `{"RecordType":"Bounce","ID":42,"Type":"HardBounce","TypeCode":1,"MessageID":"883953f4","Details":"smtp;550 5.1.1 The email account that you tried to reach does not exist","Email":"a@example.net","BouncedAt":"2026-11-28T06:59:00-05:00","Metadata":{"corridor":"ID"}}`, "failed 3.7 a@example.net 550 5.1.1 The email account that you tried to reach does not exist at 11:59:00"},
		{"postmark", `{"RecordType":"Bounce","Type":"HardBounce","Details":"","Email":"a@example.net","BouncedAt":"soon","Metadata":{"Corridor":"ID"}}`, "failed 3.7 a@example.net 0 5.1.1"},
		{"postmark", `{"RecordType":"Bounce","Type":"AutoResponder","Email":"a@example.net","Metadata":{"corridor":"ID"}}`, "automatic 3.7 a@example.net"},
		{"postmark", `{"RecordType":"Bounce","Type":"Transient","Email":"a@example.net","Metadata":{"corridor":"ID"}}`, "delayed 3.7 a@example.net"},
		{"postmark", `{"RecordType":"SpamComplaint","Email":"a@example.net","Metadata":{"corridor":"ID","user_id":43}}`, "complaint 3.7 a@example.net"},
		{"postmark", `{"RecordType":"SubscriptionChange","Recipient":"a@example.net","Origin":"Recipient","SuppressSending":true,"SuppressionReason":"ManualSuppression","ChangedAt":"2026-11-28T12:00:00Z","Metadata":{"corridor":"ID"}}`, "leave 3.7 a@example.net"},
		{"postmark", `{"RecordType":"SubscriptionChange","Recipient":"a@example.net","Origin":"Recipient","SuppressSending":false,"Metadata":{"corridor":"ID"}}`, ""},
		{"postmark", `{"RecordType":"Delivery","Recipient":"a@example.net","Metadata":{"corridor":"ID"}}`, "delivered 3.7 a@example.net"},
		{"postmark", `{"RecordType":"Open","Recipient":"a@example.net","Metadata":{"corridor":"ID"}}`, ""},
		{"postmark", `{"RecordType":"Bounce","Type":"HardBounce","Email":"a@example.net","Metadata":{}}`, ""},
		{
			"sendgrid", `[{"email":"a@example.net","timestamp":1795867140,"smtp-id":"<x@example.com>","event":"bounce","type":"bounce","status":"5.1.1","reason":"550 5.1.1 no such user","corridor":"ID"},
			{"email":"b@example.net","timestamp":"1795867200","smtp-id":"<ID@example.org>","event":"bounce","type":"blocked","status":"5.7.1","reason":"550 5.7.1 blocked","corridor":["x"]},
			{"email":"c@example.net","event":"dropped","reason":"Unsubscribed Address","corridor":"ID"},
			{"email":"d@example.net","event":"dropped","reason":"Bounced Address","corridor":"ID"},
			{"email":"e@example.net","event":"spamreport","corridor":"ID"},
			{"email":"f@example.net","event":"deferred","response":"451 later","corridor":"ID"},
			{"email":"g@example.net","event":"bounce","corridor":"other"},
			"what", {"email":5}, {"email":"h@example.net","event":"group_unsubscribe","corridor":"ID"}]`,
			"failed 3.7 a@example.net 550 5.1.1 no such user at 11:59:00\nfailed 3.7 b@example.net 550 5.7.1 blocked\nleave 3.7 c@example.net 0 Unsubscribed Address\n" +
				"failed 3.7 d@example.net 0 5.0.0 Bounced Address\ncomplaint 3.7 e@example.net\ndelayed 3.7 f@example.net\nleave 3.7 h@example.net",
		},
		{"mailgun", `{"event":"failed","severity":"permanent","reason":"bounce","recipient":"a@example.net","timestamp":1795867140.123,"delivery-status":{"code":550,"message":"5.1.1 no such user"},"user-variables":{"corridor":"ID"}}`, "failed 3.7 a@example.net 550 5.1.1 no such user at 11:59:00"},
		{"mailgun", `{"event":"failed","severity":"permanent","reason":"suppress-bounce","recipient":"a@example.net","delivery-status":{"code":605,"description":"Not delivering to previously bounced address"},"message":{"headers":{"message-id":"ID@example.org"}}}`, "failed 3.7 a@example.net 0 5.0.0 Not delivering to previously bounced address"},
		{"mailgun", `{"event":"failed","severity":"temporary","recipient":"a@example.net","delivery-status":{"code":421,"message":""},"user-variables":{"corridor":"ID"}}`, "delayed 3.7 a@example.net"},
		{"mailgun", `{"event":"failed","severity":"permanent","reason":"suppress-unsubscribe","recipient":"a@example.net","user-variables":{"corridor":"ID"}}`, "leave 3.7 a@example.net"},
		{"mailgun", `{"event":"complained","recipient":"a@example.net","user-variables":{"corridor":"ID"}}`, "complaint 3.7 a@example.net"},
		{"mailgun", `{"event":"opened","recipient":"a@example.net","user-variables":{"corridor":"ID"}}`, ""},
		{"brevo", `{"event":"hard_bounce","email":"a@example.net","reason":"550 5.1.1 unknown","ts_event":1795867140,"message-id":"<2026@smtp-relay.mailin.fr>","X-Mailin-custom":"ID"}`, "failed 3.7 a@example.net 550 5.1.1 unknown at 11:59:00"},
		{"brevo", `{"event":"hard bounce","email":"a@example.net","X-Mailin-custom":"ID"}`, "failed 3.7 a@example.net 0 5.1.1"},
		{"brevo", `{"event":"blocked","email":"a@example.net","X-Mailin-custom":"ID"}`, "failed 3.7 a@example.net 0 5.0.0"},
		{"brevo", `[{"event":"spam","email":"a@example.net","X-Mailin-custom":"ID"},{"event":"unsubscribed","email":"b@example.net","X-Mailin-custom":"ID"},{"event":"click"}]`, "complaint 3.7 a@example.net\nleave 3.7 b@example.net"},
		{"generic", `{"type":"bounce","id":"ID","recipient":"a@example.net","status":"5.1.1","reply":"550 5.1.1 no such user","at":"2026-11-28T11:59:00Z"}`, "failed 3.7 a@example.net 550 5.1.1 no such user at 11:59:00"},
		{"generic", `[{"type":"complaint","id":"<ID@example.org>"},{"type":"unsubscribe","id":"ID"},{"type":"hello","id":"ID"},{"type":"bounce","id":"ID"}]`, "complaint 3.7\nleave 3.7\nfailed 3.7 0 5.0.0"},
		{"generic", `[]`, ""},
	} {
		body := strings.ReplaceAll(c.event, "ID", w.id)
		body = strings.ReplaceAll(strings.ReplaceAll(body, "X-Corridor-"+w.id, "X-Corridor-ID"), "Message"+w.id, "MessageID")
		switch c.provider {
		case "ses":
			body = w.signed(map[string]string{"Message": body, "MessageId": fmt.Sprint("m", i)})
		case "mailgun":
			body = w.mailgun(fmt.Sprint("token", body), body)
		}
		got, _, err := w.post(c.provider, body)
		if strings.Join(got, "\n") != c.want || err != nil {
			t.Errorf("%s %s:\ngot  %q, %v\nwant %q", c.provider, c.event, got, err, strings.Split(c.want, "\n"))
		}
	}
}

// A message of the outbox has no reader who could leave.
func TestEventsOfSingleMessages(t *testing.T) {
	w := newWorld(t)
	id := strings.Trim(w.ids.SingleID(9), "<>")
	got, result, err := w.post("generic", fmt.Sprintf(`[{"type":"complaint","id":%q},{"type":"unsubscribe","id":%q}]`, id, id))
	if !slices.Equal(got, []string{"complaint 0.9"}) || result != (Result{2, 1, 1}) || err != nil {
		t.Errorf("%q %+v %v", got, result, err)
	}
	if w.taken[0].Outbox != 9 || w.taken[0].Reader != 0 {
		t.Errorf("%+v", w.taken[0])
	}
}

// While the database is away, all events are asked for again; then they are taken once.
func TestEventsAreRepeatedUntilTheyAreRecorded(t *testing.T) {
	w := newWorld(t)
	event := `{"type":"bounce","id":"` + w.id + `"}`
	for provider, body := range map[string]string{
		"generic":  "[" + event + "," + event + "]",
		"mailgun":  w.mailgun("t", `{"event":"complained","user-variables":{"corridor":"`+w.id+`"}}`),
		"ses":      w.signed(map[string]string{"Message": sesMessage(w.id, `"notificationType":"Delivery"`)}),
		"sendgrid": `[{"event":"spamreport","corridor":"` + w.id + `"}]`,
	} {
		header := w.header(provider, body)
		receive := func() error {
			_, err := w.hooks.Receive(t.Context(), provider, header, []byte(body))
			return err
		}
		w.away, w.taken = errAway, nil
		for range 2 {
			if err := receive(); !errors.Is(err, errAway) {
				t.Errorf("%s: %v", provider, err)
			}
		}
		w.away = nil
		if err := receive(); err != nil || len(w.taken) == 0 {
			t.Errorf("%s: %v, %d events", provider, err, len(w.taken))
		}
		w.taken = nil
		if err := receive(); err != nil || len(w.taken) != 0 && provider != "generic" {
			t.Errorf("%s was taken twice: %v, %v", provider, w.taken, err)
		}
	}
}

// One event that cannot be taken does not stop the others.
func TestABadEventStopsNoOther(t *testing.T) {
	w := newWorld(t)
	events := []any{1, "x", nil, []int{}, map[string]any{"type": 5}, map[string]any{"type": "bounce", "id": w.id, "status": map[string]any{}, "at": 7}}
	body, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	got, result, err := w.post("generic", string(body))
	if len(got) != 1 || result.Events != 6 || result.Changed != 1 || err != nil {
		t.Errorf("%q %+v %v", got, result, err)
	}
}

// The times of events are never after now.
func TestTimesOfEvents(t *testing.T) {
	w := newWorld(t)
	for at, want := range map[string]string{
		"2026-11-28T11:00:00Z": "complaint 3.7 at 11:00:00", "2027-01-01T00:00:00Z": "complaint 3.7", "never": "complaint 3.7",
	} {
		if got, _, err := w.post("generic", `{"type":"complaint","id":"`+w.id+`","at":"`+at+`"}`); len(got) != 1 || got[0] != want || err != nil {
			t.Errorf("%s: %q %v", at, got, err)
		}
	}
}
