package hooks

import (
	"fmt"
	"regexp"
)

// Secrets are the secrets that providers share with Corridor. A provider without one is not
// served.
type Secrets struct {
	SESTopics []string // ARNs of the SNS topics
	Postmark  string   // password, or user:password, of basic authentication; or a bearer token
	SendGrid  string   // the verification key: a public key, PEM or base64 of its DER form
	Mailgun   string   // the HTTP webhook signing key
	Brevo     string   // as Postmark
	Generic   string   // a bearer token, or the secret of Standard Webhooks, whsec_…
}

// Wrong is a secret that cannot be used.
type Wrong struct {
	Key    string // of the configuration, without its table
	Reason string // continues a sentence about the key
}

// minSecret is the size of the shortest secret, in bytes.
const minSecret = 16

var topicARN = regexp.MustCompile(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$`)

// Check returns the secrets that cannot be used.
func (s Secrets) Check() (wrong []Wrong) {
	for _, topic := range s.SESTopics {
		if !topicARN.MatchString(topic) {
			wrong = append(wrong, Wrong{"ses_topics", `not the ARN of an SNS topic; write it like "arn:aws:sns:us-east-1:123456789012:bounces"`})
		}
	}
	for _, secret := range [][2]string{{"postmark", s.Postmark}, {"mailgun", s.Mailgun}, {"brevo", s.Brevo}, {"generic", s.Generic}} {
		if secret[1] != "" && len(secret[1]) < minSecret {
			wrong = append(wrong, Wrong{secret[0], fmt.Sprintf("too short: a secret has %d characters or more", minSecret)})
		}
	}
	if s.SendGrid != "" {
		if _, err := sendGridKey(s.SendGrid); err != nil {
			wrong = append(wrong, Wrong{"sendgrid", err.Error()})
		}
	}
	if _, err := standardKey(s.Generic); err != nil {
		wrong = append(wrong, Wrong{"generic", err.Error()})
	}
	return wrong
}
