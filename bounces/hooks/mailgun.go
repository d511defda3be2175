package hooks

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
)

// mailgunMeanings are the events of Mailgun, with the severity of a failure, or its reason
// (documentation.mailgun.com, "Webhooks" and "Event structure").
var mailgunMeanings = map[string]meaning{
	"delivered": delivered, "complained": complained, "unsubscribed": leaves, "rejected": untried,
	"failed temporary": delayed, "failed permanent": noMailbox,
	"failed permanent suppress-bounce": untried, "failed permanent suppress-complaint": complained, "failed permanent suppress-unsubscribe": leaves,
	"failed permanent old": undone, "failed permanent espblock": refused,
}

// verifyMailgun verifies the signature in the body: an HMAC over a time and a random token.
// It does not cover the event, so the body is trusted as far as TLS protects it.
func (h *Hooks) verifyMailgun(_ context.Context, _ http.Header, body []byte) (string, error) {
	var e struct {
		Signature struct{ Timestamp, Token, Signature text }
	}
	if err := decode(body, &e); err != nil {
		return "", ErrMalformed
	}
	s := e.Signature
	mac := hmac.New(sha256.New, []byte(h.Secrets.Mailgun))
	mac.Write([]byte(s.Timestamp + s.Token))
	if !same(string(s.Signature), hex.EncodeToString(mac.Sum(nil))) || s.Token == "" || h.freshUnix(string(s.Timestamp)) != nil {
		return "", ErrUnauthorized
	}
	return string(s.Token), nil
}

func readMailgun(raw json.RawMessage) ([]notice, error) {
	var body struct {
		Data struct {
			Event, Severity, Reason, Recipient string
			Timestamp                          text
			Status                             struct {
				Code        text `json:"code"`
				Enhanced    text `json:"enhanced-code"`
				Message     text `json:"message"`
				Description text `json:"description"`
			} `json:"delivery-status"`
			Message struct {
				Headers struct {
					ID text `json:"message-id"`
				} `json:"headers"`
			} `json:"message"`
			Variables map[string]any `json:"user-variables"`
		} `json:"event-data"`
	}
	if err := decode(raw, &body); err != nil {
		return nil, err
	}
	e := body.Data
	key := e.Event
	if e.Severity != "" {
		key += " " + e.Severity
	}
	m, ok := mailgunMeanings[key+" "+e.Reason]
	if !ok {
		m = mailgunMeanings[key]
	}
	reply := e.Status.Message
	if reply == "" {
		reply = e.Status.Description
	}
	if code := e.Status.Code; len(code) == 3 && (code[0] == '4' || code[0] == '5') && reply != "" {
		reply = code + " " + reply
	}
	return []notice{{[]string{metadata(e.Variables), string(e.Message.Headers.ID)}, m, e.Recipient, string(e.Status.Enhanced), string(reply), unixTime(e.Timestamp)}}, nil
}
