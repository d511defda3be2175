package hooks

import (
	"encoding/json"
	"strings"
)

// brevoMeanings are the events of Brevo (developers.brevo.com, "Transactional webhooks").
var brevoMeanings = map[string]meaning{
	"delivered": delivered, "deferred": delayed, "soft_bounce": fullBox, "hard_bounce": noMailbox, "invalid_email": noMailbox,
	"blocked": untried, "error": undone, "spam": complained, "complaint": complained, "unsubscribed": leaves, "unsubscribe": leaves,
}

func readBrevo(raw json.RawMessage) ([]notice, error) {
	var e struct {
		Event     string `json:"event"`
		Email     string `json:"email"`
		Reason    text   `json:"reason"`
		MessageID text   `json:"message-id"`
		Custom    text   `json:"X-Mailin-custom"`
		At        text   `json:"ts_event"`
	}
	if err := decode(raw, &e); err != nil {
		return nil, err
	}
	name := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(e.Event)))
	return []notice{{[]string{string(e.Custom), string(e.MessageID)}, brevoMeanings[name], e.Email, "", string(e.Reason), unixTime(e.At)}}, nil
}
