package hooks

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// shared returns the verifier of a shared secret in the header Authorization: a bearer token, or
// the password of basic authentication with any user. A secret with a colon is user and
// password.
func shared(secret string) func(context.Context, http.Header, []byte) (string, error) {
	return func(_ context.Context, header http.Header, _ []byte) (string, error) {
		r := http.Request{Header: header}
		user, password, basic := r.BasicAuth()
		token, bearer := strings.CutPrefix(header.Get("Authorization"), "Bearer ")
		switch {
		case basic && same(user+":"+password, secret), basic && same(password, secret), bearer && same(token, secret):
			return "", nil
		}
		return "", ErrUnauthorized
	}
}

// same compares secrets in constant time.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// fresh checks the time at which a request was signed.
func (h *Hooks) fresh(at time.Time) error {
	if age := h.Now().Sub(at); age > maxAge || age < -maxAhead {
		return ErrUnauthorized
	}
	return nil
}

// freshUnix is fresh for a time in seconds since 1970.
func (h *Hooks) freshUnix(text string) error {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return ErrUnauthorized
	}
	return h.fresh(time.Unix(seconds, 0))
}

// standardKey returns the key of a secret of Standard Webhooks, "whsec_" and base64; nil for
// another secret. The error continues a sentence.
func standardKey(secret string) ([]byte, error) {
	encoded, standard := strings.CutPrefix(secret, "whsec_")
	if !standard {
		return nil, nil
	}
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(key) < minSecret {
		return nil, fmt.Errorf("too short or not base64: after whsec_ there must be %d bytes or more, in base64", minSecret)
	}
	return key, nil
}

// standardVerifier returns the verifier of signatures of Standard Webhooks
// (standardwebhooks.com, version 1.0.0).
func (h *Hooks) standardVerifier(key []byte) func(context.Context, http.Header, []byte) (string, error) {
	return func(_ context.Context, header http.Header, body []byte) (string, error) {
		id, at := header.Get("Webhook-Id"), header.Get("Webhook-Timestamp")
		if err := h.freshUnix(at); err != nil || id == "" {
			return "", ErrUnauthorized
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + at + "."))
		mac.Write(body)
		want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
		for signature := range strings.FieldsSeq(header.Get("Webhook-Signature")) {
			if same(signature, want) {
				return id, nil
			}
		}
		return "", ErrUnauthorized
	}
}
