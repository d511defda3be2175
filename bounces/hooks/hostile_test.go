package hooks

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"corridor/trouble"
)

func (w *world) refused(provider string, header http.Header, body string, want error) {
	w.t.Helper()
	w.taken = nil
	_, err := w.hooks.Receive(context.Background(), provider, header, []byte(body))
	if !errors.Is(err, want) || len(w.taken) > 0 {
		w.t.Errorf("%s: %v, %d events taken; want %v: %.200s", provider, err, len(w.taken), want, body)
	}
}

func TestProvidersWithoutASecretAreNotServed(t *testing.T) {
	w := newWorld(t)
	none, err := New(Options{IDs: w.ids, Take: w.take, Now: w.hooks.Now, Log: w.hooks.Log, Troubles: w.troubles})
	if err != nil {
		t.Fatal(err)
	}
	for _, provider := range []string{"ses", "postmark", "sendgrid", "mailgun", "brevo", "generic", "", "sparkpost"} {
		if _, err := none.Receive(t.Context(), provider, http.Header{"Authorization": {"Bearer "}}, []byte(`{}`)); !errors.Is(err, ErrNoHook) {
			t.Errorf("%q: %v", provider, err)
		}
	}
}

func TestSharedSecrets(t *testing.T) {
	w := newWorld(t)
	body := `{"type":"bounce","event":"spam","RecordType":"SpamComplaint","id":"` + w.id + `","X-Mailin-custom":"` + w.id + `","Metadata":{"corridor":"` + w.id + `"}}`
	basic := func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, provider := range []string{"postmark", "brevo", "generic"} {
		for _, value := range []string{
			"", "Bearer ", "Bearer x", "bearer " + secret, "Bearer " + secret + " ", secret, "Basic " + secret, basic(secret), basic(":"), basic("user:"), basic("other:x"), basic("user:" + secret + "x"),
		} {
			w.refused(provider, http.Header{"Authorization": {value}}, body, ErrUnauthorized)
		}
		w.refused(provider, http.Header{}, body, ErrUnauthorized)
		w.refused(provider, w.header(provider, body), "", ErrMalformed)
		w.refused(provider, w.header(provider, body), `{"a":`, ErrMalformed)
		w.refused(provider, w.header(provider, body), `5`, ErrMalformed)
		if got, _, err := w.post(provider, body); len(got) != 1 || err != nil {
			t.Errorf("%s: %q %v", provider, got, err)
		}
	}
	// A secret without a user is a password with any user.
	if _, err := w.hooks.Receive(t.Context(), "brevo", http.Header{"Authorization": {basic("anyone:" + secret)}}, []byte(body)); err != nil {
		t.Error(err)
	}
	w.refused("postmark", http.Header{"Authorization": {basic("anyone:" + secret)}}, body, ErrUnauthorized)
}

func TestSignaturesOfStandardWebhooks(t *testing.T) {
	w := newWorld(t)
	w.hooks.Secrets.Generic = "whsec_" + base64.StdEncoding.EncodeToString([]byte("0123456789abcdef0123"))
	standard, err := New(w.hooks.Options)
	if err != nil {
		t.Fatal(err)
	}
	w.hooks = standard
	body := `{"type":"complaint","id":"` + w.id + `"}`
	at := strconv.FormatInt(noon.Unix(), 10)
	good := signStandard("0123456789abcdef0123", "msg_1", at, body)
	header := func(id, at, signature string) http.Header {
		return http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {at}, "Webhook-Signature": {signature}}
	}
	w.refused("generic", http.Header{"Authorization": {"Bearer " + w.hooks.Secrets.Generic}}, body, ErrUnauthorized)
	w.refused("generic", header("msg_2", at, good), body, ErrUnauthorized)
	w.refused("generic", header("", at, good), body, ErrUnauthorized)
	w.refused("generic", header("msg_1", "soon", good), body, ErrUnauthorized)
	w.refused("generic", header("msg_1", at, strings.TrimPrefix(good, "v1,")), body, ErrUnauthorized)
	w.refused("generic", header("msg_1", at, good), body+" ", ErrUnauthorized)
	old := strconv.FormatInt(noon.Add(-26*time.Hour).Unix(), 10)
	w.refused("generic", header("msg_1", old, signStandard("0123456789abcdef0123", "msg_1", old, body)), body, ErrUnauthorized)
	result, err := w.hooks.Receive(t.Context(), "generic", header("msg_1", at, "v1,AAAA v1a,x "+good), []byte(body))
	if err != nil || result.Changed != 1 {
		t.Error(result, err)
	}
}

func TestSignaturesOfSendGrid(t *testing.T) {
	w := newWorld(t)
	body := `[{"event":"spamreport","corridor":"` + w.id + `"}]`
	h := w.header("sendgrid", body)
	change := func(key, value string) http.Header {
		changed := h.Clone()
		changed.Set(key, value)
		return changed
	}
	const signature, timestamp = "X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp"
	w.refused("sendgrid", http.Header{}, body, ErrUnauthorized)
	w.refused("sendgrid", h, body+" ", ErrUnauthorized)
	w.refused("sendgrid", change(timestamp, strconv.FormatInt(noon.Unix()+1, 10)), body, ErrUnauthorized)
	w.refused("sendgrid", change(signature, "AAAA"), body, ErrUnauthorized)
	w.refused("sendgrid", change(signature, "not base64"), body, ErrUnauthorized)
	w.now = noon.Add(26 * time.Hour)
	w.refused("sendgrid", h, body, ErrUnauthorized)
	w.now = noon.Add(-10 * time.Minute)
	w.refused("sendgrid", h, body, ErrUnauthorized)
	w.now = noon
	many := "[" + strings.TrimSuffix(strings.Repeat(`{},`, maxEvents+1), ",") + "]"
	w.refused("sendgrid", w.header("sendgrid", many), many, ErrTooLarge)
}

func TestSignaturesOfMailgun(t *testing.T) {
	w := newWorld(t)
	event := `{"event":"complained","user-variables":{"corridor":"` + w.id + `"}}`
	good := w.mailgun("token", event)
	w.refused("mailgun", nil, strings.Replace(good, `"token":"token"`, `"token":"other"`, 1), ErrUnauthorized)
	w.refused("mailgun", nil, strings.Replace(good, `"signature":"`, `"signature":"0`, 1), ErrUnauthorized)
	w.refused("mailgun", nil, `{"event-data":`+event+`}`, ErrUnauthorized)
	w.refused("mailgun", nil, w.mailgun("", event), ErrUnauthorized)
	w.refused("mailgun", nil, `[]`, ErrMalformed)
	w.now = noon.Add(26 * time.Hour)
	w.refused("mailgun", nil, good, ErrUnauthorized)
	w.now = noon
	for want := range 2 { // a replayed token takes nothing
		got, result, err := w.post("mailgun", strings.Replace(good, "complained", []string{"complained", "unsubscribed"}[want], 1))
		if len(got) != 1-want || result.Events != 1-want || err != nil {
			t.Errorf("%q %+v %v", got, result, err)
		}
	}
}

func TestSignaturesOfSNS(t *testing.T) {
	w := newWorld(t)
	text := sesMessage(w.id, `"notificationType":"Delivery"`)
	message := func(more ...string) string {
		m := map[string]string{"Message": text, "MessageId": fmt.Sprint(more)}
		for i := 0; i < len(more); i += 2 {
			m[more[i]] = more[i+1]
		}
		return w.signed(m)
	}
	for _, good := range []string{message(), message("SignatureVersion", "1"), message("Subject", "Amazon SES"), message("Subject", "x", "SignatureVersion", "1"), message("UnsubscribeURL", "https://evil.example/")} {
		if got, _, err := w.post("ses", good); len(got) != 1 || err != nil {
			t.Errorf("%q %v: %s", got, err, good)
		}
	}
	if len(w.asked) != 1 {
		t.Errorf("the certificate was fetched %d times", len(w.asked))
	}
	w.asked = nil
	good := message("n", "1")
	w.refused("ses", nil, strings.Replace(good, "Delivery", "Bounced!", 1), ErrUnauthorized)
	w.refused("ses", nil, strings.Replace(good, `"Type":"Notification"`, `"Type":"Notification","Subject":""`, 1), ErrUnauthorized)
	w.refused("ses", nil, message("SignatureVersion", "3"), ErrUnauthorized)
	w.refused("ses", nil, message("Signature", "!"), ErrUnauthorized)
	w.refused("ses", nil, message("Signature", ""), ErrUnauthorized)
	w.refused("ses", nil, message("Type", "Other"), ErrUnauthorized)
	w.refused("ses", nil, message("Timestamp", "2026-11-27T10:00:00.000Z"), ErrUnauthorized)
	w.refused("ses", nil, message("Timestamp", "2026-11-28T12:10:00.000Z"), ErrUnauthorized)
	w.refused("ses", nil, message("Timestamp", "now"), ErrUnauthorized)
	w.refused("ses", nil, message("TopicArn", topic+"2"), ErrForbidden)
	w.refused("ses", nil, message("TopicArn", ""), ErrForbidden)
	w.refused("ses", nil, `{}`, ErrForbidden)
	w.refused("ses", nil, `[`, ErrMalformed)
	for _, address := range []string{
		"https://sns.us-east-1.amazonaws.com.evil.org/SimpleNotificationService-0123456789abcdef.pem",
		"https://evil.org/sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
		"https://sns.us-east-1.amazonaws.com@evil.org/SimpleNotificationService-0123456789abcdef.pem",
		"https://evil.org#sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
		"https://evil.org\\@sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
		"http://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
		"https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-0123456789abcdef.pem",
		"https://user@sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
		"https://s3.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
		"https://sns.us-east-1.amazonaws.co/SimpleNotificationService-0123456789abcdef.pem",
		"https://snsXus-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
		"https://sns.us-east-1.evil.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
		"https://sns.us-east-1.amazonaws.com/bucket/SimpleNotificationService-0123456789abcdef.pem",
		"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem?x=1",
		"https://sns.us-east-1.amazonaws.com/?Action=GetKey.pem",
		"//sns.us-east-1.amazonaws.com/x.pem", "file:///etc/passwd", "", "\x00",
	} {
		w.refused("ses", nil, message("SigningCertURL", address), ErrUnauthorized)
	}
	if len(w.asked) != 0 {
		t.Errorf("refused messages caused the requests %q", w.asked)
	}
}

func TestCertificatesOfSNS(t *testing.T) {
	address := func(n int) string {
		return fmt.Sprintf("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-%016x.pem", n)
	}
	w := newWorld(t)
	answer := func(status int, body string) *http.Response {
		return &http.Response{StatusCode: status, Status: strconv.Itoa(status), Header: http.Header{"Location": {certificate}}, Body: io.NopCloser(strings.NewReader(body))}
	}
	w.served = map[string]*http.Response{
		address(1): answer(http.StatusFound, ""),
		address(2): answer(http.StatusOK, strings.Repeat("x", maxAnswer+1)),
		address(3): answer(http.StatusOK, "no certificate"),
		address(4): answer(http.StatusNotFound, ""),
		address(5): answer(http.StatusOK, w.certificate(noon.Add(-2*time.Hour), noon.Add(-time.Hour))),
	}
	for n := 1; n <= 4; n++ {
		for range 3 { // a failure is not repeated at once
			w.refused("ses", nil, w.signed(map[string]string{"SigningCertURL": address(n), "Message": "{}"}), errNoCertificate)
		}
	}
	w.refused("ses", nil, w.signed(map[string]string{"SigningCertURL": address(5), "Message": "{}"}), ErrUnauthorized)
	if len(w.asked) != 5 {
		t.Errorf("the requests are %q", w.asked)
	}
	// Many addresses cause few requests.
	w.asked = nil
	for n := 10; n < 200; n++ {
		w.mu.Lock()
		w.served[address(n)] = answer(http.StatusNotFound, "")
		w.mu.Unlock()
		w.refused("ses", nil, w.signed(map[string]string{"SigningCertURL": address(n), "Message": "{}"}), errNoCertificate)
	}
	if len(w.asked) > maxCertificates {
		t.Errorf("%d requests", len(w.asked))
	}
}

func TestSubscriptionsOfSNS(t *testing.T) {
	w := newWorld(t)
	const confirm = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" + topic + "&Token=abc"
	ask := func(more map[string]string) string {
		m := map[string]string{"Type": "SubscriptionConfirmation", "Message": "You have chosen to subscribe", "Token": "abc", "SubscribeURL": confirm}
		for key, value := range more {
			m[key] = value
		}
		return w.signed(m)
	}
	for _, address := range []string{
		strings.Replace(confirm, "amazonaws.com", "amazonaws.com.evil.org", 1), strings.Replace(confirm, "https", "http", 1),
		strings.Replace(confirm, "ConfirmSubscription", "DeleteTopic", 1), strings.Replace(confirm, topic, topic+"2", 1), "https://169.254.169.254/", "",
	} {
		w.refused("ses", nil, ask(map[string]string{"SubscribeURL": address}), ErrUnauthorized)
	}
	w.refused("ses", nil, ask(map[string]string{"TopicArn": topic + "2"}), ErrForbidden)
	w.refused("ses", nil, strings.Replace(ask(nil), `"Token":"abc"`, `"Token":"abd"`, 1), ErrUnauthorized)
	for _, asked := range w.asked {
		if asked != certificate {
			t.Errorf("a refused subscription caused the request %s", asked)
		}
	}
	w.asked = nil
	if got, _, err := w.post("ses", ask(nil)); len(got) > 0 || err != nil || len(w.asked) != 1 || w.asked[0] != confirm {
		t.Errorf("%q %v, requests %q", got, err, w.asked)
	}
	if got, _, err := w.post("ses", ask(map[string]string{"Type": "UnsubscribeConfirmation", "MessageId": "m2"})); len(got) > 0 || err != nil || len(w.asked) != 1 {
		t.Errorf("%q %v, requests %q", got, err, w.asked)
	}
}

// The memory of requests is bounded.
func TestSeenForgetsTheOldest(t *testing.T) {
	var s seen
	for n := range maxSeen + 10 {
		s.add(strconv.Itoa(n))
		s.add(strconv.Itoa(n))
	}
	if s.has("9") || !s.has("10") || !s.has(strconv.Itoa(maxSeen+9)) || len(s.set) != maxSeen || len(s.order) != maxSeen {
		t.Errorf("%d of %d are remembered", len(s.set), maxSeen)
	}
}

// A wrong secret is a trouble after some requests, until a request is accepted.
func TestRefusedRequestsAreATrouble(t *testing.T) {
	w := newWorld(t)
	open := func() int { return len(w.troubles.Open(trouble.Hook)) + len(w.troubles.Open(trouble.Work)) }
	for n := 1; n <= refusalsInTrouble; n++ {
		w.refused("generic", http.Header{}, "{}", ErrUnauthorized)
		if (open() > 0) != (n == refusalsInTrouble) {
			t.Errorf("%d troubles after %d refused requests", open(), n)
		}
	}
	if _, _, err := w.post("generic", "[]"); err != nil || open() != 0 {
		t.Errorf("%v, %d troubles after an accepted request", err, open())
	}
	w.away = errAway
	if _, _, err := w.post("generic", `{"type":"complaint","id":"`+w.id+`"}`); !errors.Is(err, errAway) || len(w.troubles.Open(trouble.Work)) != 1 {
		t.Errorf("%v, %d troubles without the database", err, open())
	}
	w.away = nil
	if _, _, err := w.post("generic", `{"type":"complaint","id":"`+w.id+`"}`); err != nil || open() != 0 {
		t.Errorf("%v, %d troubles with the database", err, open())
	}
}
