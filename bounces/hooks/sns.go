package hooks

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // signature version 1 of SNS
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// snsMessage is a message of Amazon SNS (docs.aws.amazon.com/sns, "Parsing message formats").
type snsMessage struct {
	Type             string
	MessageID        string `json:"MessageId"`
	TopicARN         string `json:"TopicArn"`
	Subject          *string
	Message          string
	Timestamp        string
	Token            string
	SubscribeURL     string
	SignatureVersion string
	Signature        string
	SigningCertURL   string
}

// signed returns the text that SNS signs: names and values in alphabetical order, each on a
// line that ends in a line feed, the last one too.
func (m snsMessage) signed() string {
	pairs := [][2]string{{"Message", m.Message}, {"MessageId", m.MessageID}}
	if m.Type == "Notification" {
		if m.Subject != nil {
			pairs = append(pairs, [2]string{"Subject", *m.Subject})
		}
		pairs = append(pairs, [2]string{"Timestamp", m.Timestamp})
	} else {
		pairs = append(pairs, [2]string{"SubscribeURL", m.SubscribeURL}, [2]string{"Timestamp", m.Timestamp}, [2]string{"Token", m.Token})
	}
	var b strings.Builder
	for _, p := range append(pairs, [2]string{"TopicArn", m.TopicARN}, [2]string{"Type", m.Type}) {
		b.WriteString(p[0] + "\n" + p[1] + "\n")
	}
	return b.String()
}

// snsHost matches the hosts of SNS, which serve its certificates and its confirmations.
var snsHost = regexp.MustCompile(`^sns\.[a-z]{2}(-[a-z]+)+-[0-9]+\.amazonaws\.com(\.cn)?$`)

var snsCertificate = regexp.MustCompile(`^/SimpleNotificationService-[0-9a-f]{16,64}\.pem$`)

// snsURL reports whether an address leads to SNS: https, its host, no port and no user.
func snsURL(address string) (*url.URL, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Opaque != "" || u.Fragment != "" || !snsHost.MatchString(u.Host) {
		return nil, false
	}
	return u, true
}

// verifySNS verifies a message of SNS, and confirms the subscription that it asks for. The
// topic is compared first, so that a stranger causes no request.
func (h *Hooks) verifySNS(ctx context.Context, _ http.Header, body []byte) (string, error) {
	var m snsMessage
	if err := decode(body, &m); err != nil {
		return "", ErrMalformed
	}
	if !slices.Contains(h.Secrets.SESTopics, m.TopicARN) {
		return "", ErrForbidden
	}
	at, err := time.Parse(time.RFC3339, m.Timestamp)
	if err != nil || h.fresh(at) != nil || !slices.Contains([]string{"Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"}, m.Type) {
		return "", ErrUnauthorized
	}
	address, ok := snsURL(m.SigningCertURL)
	if !ok || address.RawQuery != "" || !snsCertificate.MatchString(address.Path) {
		return "", ErrUnauthorized
	}
	key, err := h.certificates.key(ctx, h, address.String())
	if err != nil {
		return "", err
	}
	if !verifiesSNS(key, m) {
		return "", ErrUnauthorized
	}
	if m.Type == "SubscriptionConfirmation" {
		return m.MessageID, h.confirm(ctx, m)
	}
	return m.MessageID, nil
}

func verifiesSNS(key *rsa.PublicKey, m snsMessage) bool {
	signature, err := base64.StdEncoding.DecodeString(m.Signature)
	if err != nil {
		return false
	}
	text := []byte(m.signed())
	switch m.SignatureVersion {
	case "1":
		sum := sha1.Sum(text) //nolint:gosec // as above
		return rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], signature) == nil
	case "2":
		sum := sha256.Sum256(text)
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil
	}
	return false
}

// confirm confirms a subscription.
func (h *Hooks) confirm(ctx context.Context, m snsMessage) error {
	address, ok := snsURL(m.SubscribeURL)
	if !ok || address.Query().Get("Action") != "ConfirmSubscription" || address.Query().Get("TopicArn") != m.TopicARN {
		return ErrUnauthorized
	}
	if _, err := h.get(ctx, address.String()); err != nil {
		return fmt.Errorf("hooks: confirming the subscription to %s: %w", m.TopicARN, err)
	}
	h.Log.Info("the subscription to a topic of Amazon SNS is confirmed", "topic", m.TopicARN)
	return nil
}

// maxAnswer is the size of the largest answer of SNS.
const maxAnswer = 64 << 10

// get returns a document of SNS.
func (h *Hooks) get(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := h.Client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("SNS answers %s", response.Status)
	}
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err == nil && len(answer) > maxAnswer {
		err = fmt.Errorf("the answer of SNS is larger than %d bytes", maxAnswer)
	}
	return answer, err
}
