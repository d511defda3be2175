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

// ownCodes are replies about the client or its authentication, regardless of their text:
// protocol errors (RFC 5321 section 4.2.2) and refused authentication (RFC 4954).
var ownCodes = []int{500, 502, 503, 504, 521, 523, 524, 525, 530, 534, 535, 538, 571}

// meaningOf interprets a refusal: its stage, code (RFC 5321), enhanced code (RFC 3463),
// which may be empty, and text. The text takes precedence over enhanced codes, which many
// servers choose badly.
func meaningOf(stage string, code int, enhanced, text string) Meaning {
	if enhanced == "" {
		enhanced = codeInside(text)
	}
	words := plainWords(text)
	size := stage == stageMAIL && (enhanced == "5.3.4" || code == 552) // RFC 1870 section 6.1
	switch {
	case size:
		return ThisMessage
	case beforeRecipient(stage), slices.Contains(ownCodes, code):
		return Us
	}
	for _, r := range replyRules {
		if strings.HasPrefix(enhanced, r.enhanced) && r.words.MatchString(words) {
			return r.meaning
		}
	}
	for _, r := range enhancedRules {
		if r.enhanced == enhanced || strings.HasSuffix(r.enhanced, ".") && strings.HasPrefix(enhanced, r.enhanced) {
			return r.meaning
		}
	}
	if code == 556 { // RFC 7504 section 2
		return NoDomain
	}
	return Unclear
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

var (
	linkWords  = regexp.MustCompile(`<?https?://\S+`)
	linkReason = regexp.MustCompile(`[?&]p=(\w+)`)
	addresses  = regexp.MustCompile(`<?[^\s<>"'(]+@([^\s<>"',:;.()]+(\.[^\s<>"',:;.()]+)*)?>?`)
	hostNames  = regexp.MustCompile(`[\w-]+(\.[\w-]+){2,}`)
	brackets   = regexp.MustCompile(`\[[^\]]*\]`)
	spaces     = regexp.MustCompile(`\s+`)
)

// plainWords is a reply's text in lower case without addresses, links, host names and text
// in brackets, because a mailbox at spamfilter.example.com is not a refusal for spam. The
// reason in Google's links remains, as "p=reason".
func plainWords(text string) string {
	text = strings.ToLower(strings.ReplaceAll(text, "’", "'"))
	text = linkWords.ReplaceAllStringFunc(text, func(link string) string {
		if reason := linkReason.FindString(link); reason != "" {
			return " " + reason[1:] + " "
		}
		return " "
	})
	text = addresses.ReplaceAllString(text, " @ ")
	text = brackets.ReplaceAllString(text, " ")
	text = hostNames.ReplaceAllStringFunc(text, func(name string) string {
		if strings.HasPrefix(name, "resolver.") { // names of reasons in Exchange
			return name
		}
		if listed := listNames.FindString(name); listed != "" {
			return listed
		}
		return " "
	})
	return strings.TrimSpace(spaces.ReplaceAllString(text, " "))
}

// listNames are blocklists that replies name by host name.
var listNames = regexp.MustCompile(`spamhaus|spamcop|sorbs|barracuda|uceprotect|surbl|invaluement|abuseat|mailspike|psbl|njabl`)
