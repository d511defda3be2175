package hooks

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // signature version 1 of SNS
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/bounces"
	"corridor/mailer/message"
	"corridor/trouble"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

const (
	topic       = "arn:aws:sns:us-east-1:123456789012:bounces"
	certificate = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
	secret      = "a secret of the provider"
)

// world has hooks of all providers whose events end in taken.
type world struct {
	t testing.TB

	troubles *trouble.Log
	hooks    *Hooks
	ids      *message.IDs
	id       string // of an email to reader 7 of edition 3, as in its header
	now      time.Time
	away     error // the answer of the database

	mu    sync.Mutex
	taken []bounces.Event
	asked []string // addresses that the hooks fetched

	sns      *rsa.PrivateKey
	pem      string                    // its certificate
	served   map[string]*http.Response // by address
	sendGrid *ecdsa.PrivateKey
}

var keys = sync.OnceValues(func() (*rsa.PrivateKey, *ecdsa.PrivateKey) {
	a, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	b, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return a, b
})

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, ids: message.NewIDs([]byte("key"), "example.org", message.ReturnAddresses{}), now: noon}
	w.id = strings.Trim(strings.TrimSuffix(w.ids.ID(3, 7), "@example.org>"), "<")
	w.sns, w.sendGrid = keys()
	w.troubles = trouble.New(slog.New(slog.DiscardHandler))
	w.pem = w.certificate(noon.Add(-time.Hour), noon.Add(time.Hour))
	der, err := x509.MarshalPKIXPublicKey(&w.sendGrid.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	w.hooks, err = New(Options{
		Secrets: Secrets{SESTopics: []string{topic}, Postmark: "user:" + secret, SendGrid: base64.StdEncoding.EncodeToString(der), Mailgun: secret, Brevo: secret, Generic: secret},
		IDs:     w.ids, Take: w.take, Log: slog.New(slog.DiscardHandler), Troubles: w.troubles, Now: func() time.Time { return w.now },
		Client: &http.Client{Transport: w, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) take(_ context.Context, e bounces.Event) (bounces.Change, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away != nil {
		return bounces.Change{}, w.away
	}
	w.taken = append(w.taken, e)
	return bounces.Change{Outcome: bounces.Bounced}, nil
}

// RoundTrip answers as SNS.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, r.URL.String())
	answer := func(status int, body string) *http.Response {
		return &http.Response{StatusCode: status, Status: strconv.Itoa(status), Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
	}
	if special := w.served[r.URL.String()]; special != nil {
		special.Request = r
		return special, nil
	}
	if strings.HasSuffix(r.URL.Path, ".pem") {
		return answer(http.StatusOK, w.pem), nil
	}
	return answer(http.StatusOK, "<ConfirmSubscriptionResponse/>"), nil
}

func (w *world) certificate(from, to time.Time) string {
	w.t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sns.amazonaws.com"}, NotBefore: from, NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &w.sns.PublicKey, w.sns)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// signed returns the body of a message of SNS, as map, with its signature.
func (w *world) signed(m map[string]string) string {
	w.t.Helper()
	defaults := map[string]string{
		"Type": "Notification", "MessageId": "m1", "TopicArn": topic, "Timestamp": w.now.Format("2006-01-02T15:04:05.000Z"),
		"SignatureVersion": "2", "SigningCertURL": certificate,
	}
	for key, value := range m {
		defaults[key] = value
	}
	var text strings.Builder
	fields := []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	if defaults["Type"] != "Notification" {
		fields = []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	}
	for _, key := range fields {
		if value, ok := defaults[key]; ok {
			text.WriteString(key + "\n" + value + "\n")
		}
	}
	hash, sum := crypto.SHA256, sha256.Sum256([]byte(text.String()))
	digest := sum[:]
	if defaults["SignatureVersion"] == "1" {
		old := sha1.Sum([]byte(text.String())) //nolint:gosec // as above
		hash, digest = crypto.SHA1, old[:]
	}
	signature, err := rsa.SignPKCS1v15(nil, w.sns, hash, digest)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, ok := defaults["Signature"]; !ok {
		defaults["Signature"] = base64.StdEncoding.EncodeToString(signature)
	}
	body, err := json.Marshal(defaults)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(body)
}

// header returns the authentication of a body for a provider.
func (w *world) header(provider, body string) http.Header {
	w.t.Helper()
	h := http.Header{}
	switch provider {
	case "postmark":
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("user:"+secret)))
	case "brevo", "generic":
		h.Set("Authorization", "Bearer "+secret)
	case "sendgrid":
		at := strconv.FormatInt(w.now.Unix(), 10)
		sum := sha256.Sum256([]byte(at + body))
		signature, err := ecdsa.SignASN1(rand.Reader, w.sendGrid, sum[:])
		if err != nil {
			w.t.Fatal(err)
		}
		h.Set("X-Twilio-Email-Event-Webhook-Timestamp", at)
		h.Set("X-Twilio-Email-Event-Webhook-Signature", base64.StdEncoding.EncodeToString(signature))
	}
	return h
}

// mailgun returns a body of Mailgun around an event.
func (w *world) mailgun(token, event string) string {
	at := strconv.FormatInt(w.now.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + token))
	return fmt.Sprintf(`{"signature":{"timestamp":%q,"token":%q,"signature":%q},"event-data":%s}`, at, token, hex.EncodeToString(mac.Sum(nil)), event)
}

// post posts a body with its authentication, and returns what was taken in one line per
// event.
func (w *world) post(provider, body string) (events []string, result Result, err error) {
	w.t.Helper()
	w.taken = nil
	result, err = w.hooks.Receive(context.Background(), provider, w.header(provider, body), []byte(body))
	for _, e := range w.taken {
		line := fmt.Sprintf("%s %d.%d %s", e.Kind, e.Edition, e.Reader+e.Outbox, e.Address)
		if e.Code != 0 || e.Enhanced != "" || e.Text != "" {
			line += fmt.Sprintf(" %d %s %s", e.Code, e.Enhanced, e.Text)
		}
		if !e.At.Equal(noon) {
			line += " at " + e.At.UTC().Format(time.TimeOnly)
		}
		if e.Source != provider {
			w.t.Errorf("the source is %q", e.Source)
		}
		events = append(events, strings.Join(strings.Fields(line), " "))
	}
	return events, result, err
}

var errAway = errors.New("the database is away")

// signStandard is a signature of Standard Webhooks.
func signStandard(key, id, at, body string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(id + "." + at + "." + body))
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
