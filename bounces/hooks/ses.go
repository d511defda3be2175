package hooks

import (
	"encoding/json"
	"strings"

	"corridor/mailer/message"
)

// sesMeanings are the types of notifications and events of Amazon SES, with those of bounces
// and complaints (docs.aws.amazon.com/ses, "SNS notification contents" and "Event contents").
var sesMeanings = map[string]meaning{
	"Delivery": delivered, "DeliveryDelay": delayed, "Reject": undone, "Rendering Failure": undone, "Subscription": leaves,
	"Bounce Permanent": undone, "Bounce Permanent General": noMailbox, "Bounce Permanent NoEmail": noMailbox,
	"Bounce Permanent Suppressed": untried, "Bounce Permanent OnAccountSuppressionList": untried,
	"Bounce Transient": fullBox, "Bounce Transient MessageTooLarge": tooLarge, "Bounce Transient ContentRejected": refused,
	"Bounce Transient AttachmentRejected": refused, "Bounce Undetermined": undone,
	"Complaint": complained, "Complaint not-spam": automatic, "Complaint OnAccountSuppressionList": untried,
}

// sesEvent is the message of a notification, or of an event of a configuration set.
type sesEvent struct {
	NotificationType string `json:"notificationType"`
	EventType        string `json:"eventType"`
	Mail             struct {
		Destination []string `json:"destination"`
		Headers     []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"headers"`
		CommonHeaders struct {
			MessageID string `json:"messageId"`
		} `json:"commonHeaders"`
	} `json:"mail"`
	Bounce struct {
		Type       string         `json:"bounceType"`
		SubType    string         `json:"bounceSubType"`
		Recipients []sesRecipient `json:"bouncedRecipients"`
		Timestamp  moment         `json:"timestamp"`
	} `json:"bounce"`
	Complaint struct {
		SubType    string         `json:"complaintSubType"`
		Feedback   string         `json:"complaintFeedbackType"`
		Recipients []sesRecipient `json:"complainedRecipients"`
		Timestamp  moment         `json:"timestamp"`
	} `json:"complaint"`
	Reject struct {
		Reason string `json:"reason"`
	} `json:"reject"`
	Subscription struct {
		Timestamp moment `json:"timestamp"`
		New       struct {
			UnsubscribeAll bool `json:"unsubscribeAll"`
		} `json:"newTopicPreferences"`
	} `json:"subscription"`
}

type sesRecipient struct {
	Address    string `json:"emailAddress"`
	Status     string `json:"status"`
	Diagnostic string `json:"diagnosticCode"`
}

func readSES(raw json.RawMessage) ([]notice, error) {
	var m snsMessage
	if err := decode(raw, &m); err != nil || m.Type != "Notification" {
		return nil, err
	}
	var e sesEvent
	if strings.HasPrefix(m.Message, "Successfully validated SNS topic") { // its test of a new topic
		return nil, nil
	}
	if err := decode([]byte(m.Message), &e); err != nil {
		return nil, err
	}
	base := notice{ids: e.ids()}
	recipients := []sesRecipient{{}}
	name := e.NotificationType + e.EventType
	details := []string{}
	switch name {
	case "Bounce":
		base.at, recipients, name = e.Bounce.Timestamp.Time, e.Bounce.Recipients, "Bounce "+e.Bounce.Type
		details = append(details, e.Bounce.SubType)
	case "Complaint":
		base.at, recipients = e.Complaint.Timestamp.Time, e.Complaint.Recipients
		base.reply = e.Complaint.Feedback
		details = append(details, e.Complaint.SubType, e.Complaint.Feedback)
	case "Reject":
		base.reply = e.Reject.Reason
	case "Subscription":
		base.at = e.Subscription.Timestamp.Time
		if !e.Subscription.New.UnsubscribeAll { // of some topics of SES alone
			return nil, nil
		}
	}
	base.meaning = sesMeanings[name]
	for _, detail := range details {
		if said, ok := sesMeanings[name+" "+detail]; ok {
			base.meaning = said
			break
		}
	}
	var notices []notice
	for _, r := range recipients[:min(len(recipients), 50)] {
		n := base
		n.address, n.status = r.Address, r.Status
		if r.Diagnostic != "" {
			n.reply = r.Diagnostic
		}
		notices = append(notices, n)
	}
	return notices, nil
}

// ids returns the texts of a notification that may be the id of the email.
func (e sesEvent) ids() []string {
	var ids []string
	for _, h := range e.Mail.Headers {
		if strings.EqualFold(h.Name, message.IDHeader) {
			ids = append(ids, h.Value)
		}
	}
	for _, h := range e.Mail.Headers {
		if strings.EqualFold(h.Name, "Message-ID") {
			ids = append(ids, h.Value)
		}
	}
	return append(ids, e.Mail.CommonHeaders.MessageID)
}
