package bounces

import "strings"

// complaint reads the fields of a message/feedback-report part, RFC 5965 section 3. A
// report that a mail is not spam, or one of failed authentication (RFC 6591), concerns no
// reader and has the kind Automatic.
func (r *Report) complaint(feedback []byte) {
	r.Kind = Automatic
	for _, g := range fieldGroups(feedback) {
		if kind := strings.ToLower(strings.TrimSpace(g.Get("Feedback-Type"))); r.Feedback == "" {
			r.Feedback = clip(kind, 40)
		}
		if r.Reporter == "" {
			r.Reporter = clip(strings.TrimSpace(g.Get("User-Agent")), 250)
		}
		if r.Original.From == "" {
			r.Original.From = address(g.Get("Original-Mail-From"))
		}
		if to := address(g.Get("Original-Rcpt-To")); to != "" && len(r.Recipients) == 0 {
			r.Recipients = []Recipient{{Address: to}}
		}
	}
	switch r.Feedback {
	case "abuse", "fraud", "virus", "opt-out", "opt-out-list", "other", "complaint":
		r.Kind = Complaint
	}
}
