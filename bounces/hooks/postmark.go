package hooks

import (
	"encoding/json"
	"strings"
	"time"
)

// postmarkMeanings are the records of Postmark, and the types of its bounces
// (postmarkapp.com/developer, "Bounce webhook" and "Bounce types").
var postmarkMeanings = map[string]meaning{
	"Delivery": delivered, "SpamComplaint": complained,
	"Bounce HardBounce": noMailbox, "Bounce BadEmailAddress": noMailbox, "Bounce AddressChange": automatic,
	"Bounce Transient": delayed, "Bounce SoftBounce": fullBox, "Bounce DnsError": undone, "Bounce Unknown": undone,
	"Bounce Blocked": refused, "Bounce SpamNotification": refused, "Bounce VirusNotification": refused, "Bounce DMARCPolicy": refused,
	"Bounce ChallengeVerification": automatic, "Bounce AutoResponder": automatic, "Bounce OpenRelayTest": automatic,
	"Bounce Unsubscribe": leaves, "Bounce SpamComplaint": complained,
	"Bounce ManuallyDeactivated": untried, "Bounce Unconfirmed": undone, "Bounce SMTPApiError": undone,
}

func readPostmark(raw json.RawMessage) ([]notice, error) {
	var e struct {
		RecordType        string
		Type              string
		Email, Recipient  string
		Details           text
		BouncedAt         moment
		DeliveredAt       moment
		ChangedAt         moment
		Metadata          map[string]any
		SuppressSending   bool
		SuppressionReason string
		Origin            string
	}
	if err := decode(raw, &e); err != nil {
		return nil, err
	}
	n := notice{ids: []string{metadata(e.Metadata)}, address: e.Email, reply: string(e.Details), at: firstTime(e.BouncedAt, e.ChangedAt, e.DeliveredAt)}
	if n.address == "" {
		n.address = e.Recipient
	}
	switch {
	case e.RecordType == "Bounce":
		n.meaning = postmarkMeanings["Bounce "+e.Type]
	case e.RecordType == "SubscriptionChange": // other changes have an event of their own
		if e.SuppressSending && e.Origin == "Recipient" && e.SuppressionReason == "ManualSuppression" {
			n.meaning = leaves
		}
	default:
		n.meaning = postmarkMeanings[e.RecordType]
	}
	return []notice{n}, nil
}

// metadata returns the id that Corridor wrote into a provider's metadata, or "".
func metadata(values map[string]any) string {
	for key, value := range values {
		if text, ok := value.(string); ok && strings.EqualFold(key, "corridor") {
			return text
		}
	}
	return ""
}

// firstTime returns the first time that is not zero.
func firstTime(times ...moment) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t.Time
		}
	}
	return time.Time{}
}
