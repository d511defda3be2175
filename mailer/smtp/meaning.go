package smtp

import (
	"regexp"
	"slices"
	"strings"
)

// Meaning is the subject of a refusal: the sender, the message, the mailbox or its domain.
type Meaning string

// Meanings of refusals.
const (
	Unclear     Meaning = "unclear"
	Us          Meaning = "us"         // the sender: address, name, authentication, quota, reputation, DNS, TLS, or a policy
	ThisMessage Meaning = "message"    // the message's size or content
	NoMailbox   Meaning = "no mailbox" // the address is unknown, disabled or invalid
	MailboxFull Meaning = "full"
	MailboxBusy Meaning = "busy"      // the mailbox exists and accepts nothing now
	Later       Meaning = "later"     // greylisting, or a request to try again
	NoDomain    Meaning = "no domain" // the recipient domain is unknown or accepts no email
)

// Meanings lists all meanings.
var Meanings = []Meaning{Unclear, Us, ThisMessage, NoMailbox, MailboxFull, MailboxBusy, Later, NoDomain}

// ownCodes are replies about the client, regardless of their text: refused authentication
// (RFC 4954), encryption and policy. protocolCodes are protocol errors (RFC 5321 section 4.2.2);
// a few servers refuse an unknown recipient with them, in clear words.
var (
	ownCodes      = []int{521, 523, 524, 525, 530, 534, 535, 538, 571}
	protocolCodes = []int{500, 502, 503, 504}
)

// meaningOf interprets a refusal: its stage, code (RFC 5321), enhanced code (RFC 3463),
// which may be empty, and text. The text takes precedence over enhanced codes, which many
// servers choose badly. Only a clear reply means that the mailbox or its domain does not
// exist: no other reason is mentioned, and code and enhanced code are of the same class.
func meaningOf(stage string, code int, enhanced, text string) Meaning {
	if enhanced == "" {
		enhanced = codeInside(text)
	}
	words := wordsOf(text)
	size := stage == stageMAIL && (enhanced == "5.3.4" || code == 552) // RFC 1870 section 6.1
	switch {
	case size:
		return ThisMessage
	case beforeRecipient(stage), slices.Contains(ownCodes, code):
		return Us
	}
	m := theRules.meaning(enhanced, words)
	switch {
	case m == "" && slices.Contains(protocolCodes, code):
		return Us
	case m == "":
		m = byCode(code, enhanced, words)
	}
	if (m == NoMailbox || m == NoDomain) && code >= 500 && strings.HasPrefix(enhanced, "4.") {
		return Unclear
	}
	return m
}

// beforeRecipient reports whether the stage is before RCPT.
func beforeRecipient(stage string) bool {
	return stage != stageRCPT && stage != stageDATA && stage != stageDot
}

var insideCode = regexp.MustCompile(`#?\b([45]\.\d{1,3}\.\d{1,3})\b`)

// codeInside finds an enhanced code inside the text, like "(#5.1.1)" or "#5.1.0". If there
// are two different codes, neither is reliable, and it returns "".
func codeInside(text string) string {
	found := insideCode.FindAllStringSubmatch(text, 2)
	if len(found) == 0 || len(found) == 2 && found[0][1] != found[1][1] {
		return ""
	}
	return found[0][1]
}

// isOfCode reports whether an enhanced code is that of a rule. The code of a rule that ends
// in a dot is a prefix, and an empty one stands for all.
func isOfCode(enhanced, rule string) bool {
	return enhanced == rule || (rule == "" || strings.HasSuffix(rule, ".")) && strings.HasPrefix(enhanced, rule)
}

// byCode returns the meaning of a reply by its codes alone.
func byCode(code int, enhanced string, words []string) Meaning {
	for _, r := range enhancedRules {
		if isOfCode(enhanced, r.enhanced) {
			if (r.meaning == NoMailbox || r.meaning == NoDomain) && !theRules.agrees(r.meaning, words) {
				return Unclear
			}
			return r.meaning
		}
	}
	if code == 556 { // RFC 7504 section 2
		return NoDomain
	}
	return Unclear
}

// enhancedRules map enhanced codes to meanings, for texts that match no rule.
var enhancedRules = []struct {
	enhanced string
	meaning  Meaning
}{
	{"5.1.1", NoMailbox},
	{"5.1.3", NoMailbox},
	{"5.1.6", NoMailbox},
	{"5.1.10", NoMailbox},
	{"5.2.1", NoMailbox},
	{"5.1.2", NoDomain},
	{"5.4.4", NoDomain},
	{"5.1.7", Us},
	{"5.1.8", Us},
	{"5.1.90", Us},
	{"5.4.5", Us},
	{"5.5.1", Us},
	{"5.5.2", Us},
	{"5.5.4", Us},
	{"5.7.", Us},
	{"5.2.2", MailboxFull},
	{"5.2.3", ThisMessage},
	{"5.3.4", ThisMessage},
	{"5.6.", ThisMessage},
}
