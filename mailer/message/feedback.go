package message

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// FeedbackSender returns the sender id of the Feedback-ID of a domain: 15 characters at most,
// of which the last eight are a hash of the domain. It never changes, because receivers
// count complaints by it.
func FeedbackSender(domain string) string {
	domain = strings.ToLower(domain)
	readable := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, domain)
	sum := sha256.Sum256([]byte(domain))
	return readable[:min(len(readable), 6)] + "-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}

// feedback returns the end of a rendering's Feedback-ID, which has four fields: edition, list,
// kind of edition, and sender. It is empty without a sender.
func feedback(h Letterhead, r Rendering) string {
	if h.FeedbackID == "" {
		return ""
	}
	list, kind := r.List, r.Kind
	if list == "" {
		list = "all"
	}
	if kind == "" {
		kind = "edition"
	}
	return list + ":" + kind + ":" + h.FeedbackID
}

// listID is the List-Id of a rendering, without brackets.
func listID(h Letterhead, r Rendering) string {
	if r.List == "" {
		return h.ListID
	}
	_, domain, _ := strings.Cut(h.ListID, ".")
	return r.List + "." + domain
}

// ComplaintHeaders are the headers that ask mailbox providers for complaints as emails in
// ARF to an address (RFC 9477). A signature covers them; without one they have no effect.
func ComplaintHeaders(address string) []Header {
	return []Header{{"CFBL-Address", address + "; report=arf"}, {"CFBL-Feedback-ID", IDPlace}}
}
