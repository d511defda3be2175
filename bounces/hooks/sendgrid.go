package hooks

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sendGridMeanings are the events of SendGrid, or event and type (twilio.com/docs/sendgrid,
// "Event Webhook Reference").
var sendGridMeanings = map[string]meaning{
	"bounce": noMailbox, "bounce bounce": noMailbox, "bounce blocked": refused,
	"dropped": untried, "deferred": delayed, "delivered": delivered,
	"spamreport": complained, "unsubscribe": leaves, "group_unsubscribe": leaves,
}

// sendGridDropped are the reasons for which SendGrid does not send an email.
var sendGridDropped = map[string]meaning{
	"unsubscribed address": leaves, "spam reporting address": complained,
}

// sendGridKey parses the verification key that SendGrid shows: a public key on P-256, in
// base64 or PEM. The error continues a sentence.
func sendGridKey(text string) (*ecdsa.PublicKey, error) {
	der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if block, _ := pem.Decode([]byte(text)); block != nil {
		der, err = block.Bytes, nil
	}
	var public any
	if err == nil {
		public, err = x509.ParsePKIXPublicKey(der)
	}
	key, ok := public.(*ecdsa.PublicKey)
	if err != nil || !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("not the verification key that SendGrid shows: a public key on P-256, in base64")
	}
	return key, nil
}

// sendGridVerifier returns the verifier of signatures: ECDSA over the time and the body.
func (h *Hooks) sendGridVerifier(key *ecdsa.PublicKey) func(context.Context, http.Header, []byte) (string, error) {
	return func(_ context.Context, header http.Header, body []byte) (string, error) {
		at := header.Get("X-Twilio-Email-Event-Webhook-Timestamp")
		text := header.Get("X-Twilio-Email-Event-Webhook-Signature")
		signature, err := base64.StdEncoding.DecodeString(text)
		if err != nil || h.freshUnix(at) != nil {
			return "", ErrUnauthorized
		}
		sum := sha256.New()
		sum.Write([]byte(at))
		sum.Write(body)
		digest := sum.Sum(nil)
		if !ecdsa.VerifyASN1(key, digest, signature) {
			return "", ErrUnauthorized
		}
		return string(digest), nil
	}
}

func readSendGrid(raw json.RawMessage) ([]notice, error) {
	var e struct {
		Event     string `json:"event"`
		Type      string `json:"type"`
		Email     string `json:"email"`
		Timestamp text   `json:"timestamp"`
		SMTPID    text   `json:"smtp-id"`
		Corridor  text   `json:"corridor"`
		Status    text   `json:"status"`
		Reason    text   `json:"reason"`
	}
	if err := decode(raw, &e); err != nil {
		return nil, err
	}
	m, ok := sendGridMeanings[strings.TrimSpace(e.Event+" "+e.Type)]
	if !ok {
		m = sendGridMeanings[e.Event]
	}
	if said, known := sendGridDropped[strings.ToLower(strings.TrimSpace(string(e.Reason)))]; known && e.Event == "dropped" {
		m = said
	}
	return []notice{{[]string{string(e.Corridor), string(e.SMTPID)}, m, e.Email, string(e.Status), string(e.Reason), unixTime(e.Timestamp)}}, nil
}

// unixTime is a time in seconds since 1970, perhaps with a fraction; zero if it cannot be
// read.
func unixTime(t text) time.Time {
	seconds, err := strconv.ParseFloat(string(t), 64)
	if err != nil || seconds < 1e9 || seconds > 1e11 {
		return time.Time{}
	}
	return time.UnixMilli(int64(seconds * 1000))
}
