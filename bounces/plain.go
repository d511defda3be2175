package bounces

import (
	"regexp"
	"strings"

	gomessage "github.com/emersion/go-message"
)

// plain judges a message without a part that a program could read. A message without a
// sender (RFC 5321 section 4.5.5) is a report if it quotes a reply.
func (r *Report) plain(h *gomessage.Header, p *parts) {
	r.AsksToLeave = isLeaveSubject(h) && !isReply(h)
	switch {
	case fromMailServer(h) || h.Get("X-Failed-Recipients") != "":
		r.nonstandard(h, p)
	case isAutomatic(h):
		r.Kind = Automatic
	case withoutSender(h) && replyLine.Match([]byte(beforeQuoted(string(p.text)))):
		r.nonstandard(h, p)
	case withoutSender(h):
		r.Kind = Unknown
	default:
		r.Kind, r.AsksToLeave = Personal, true
	}
}

func withoutSender(h *gomessage.Header) bool { return strings.TrimSpace(h.Get("Return-Path")) == "<>" }

// LeaveSubject is the subject of a message that asks to leave, as addresses for leaving
// write it.
const LeaveSubject = "unsubscribe"

// isLeaveSubject reports whether the subject is LeaveSubject. Providers that leave for
// their users may mark the message as automatic.
func isLeaveSubject(h *gomessage.Header) bool {
	subject, _ := h.Text("Subject")
	return strings.EqualFold(strings.TrimSpace(subject), LeaveSubject)
}

// isReply reports whether the message is an automatic reply to another, RFC 3834.
func isReply(h *gomessage.Header) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted"))), "auto-replied") ||
		h.Get("X-Autoreply") != "" || h.Get("X-Autorespond") != ""
}

var (
	// serverNames are senders of reports only. postNames are read by people as well.
	serverNames = regexp.MustCompile(`(?i)^(mailer-daemon|mail-daemon|mdaemon|microsoftexchange[0-9a-f]*|mail\.?delivery\.?(system|subsystem))(@|$)`)
	postNames   = regexp.MustCompile(`(?i)^(postmaster|bounces?)@`)
	// bounceSubjects are subjects of reports, in the languages of large providers.
	bounceSubjects = regexp.MustCompile(`(?i)undeliver|delivery (status|failure|failed|problem|report|delay)|mail (delivery|failure)|returned mail|return(ed)? to sender|failure notice|delayed|could not be (sent|delivered)|nondeliver|` +
		`non (remis|distribu)|échec de (la )?remise|unzustellbar|onbestelbaar|no (se puede|se pudo) entregar|no entregado|mancata consegna|recapito non riuscito|não entregue|não é possível entregar|niedostarcz|olevererbar|` +
		`не ?доставлен|teslim edilemedi|çatdırılma|退信|未送达|无法投递|配信不能|配信できません|배달되지`)
)

// fromMailServer recognizes a report by its sender and subject.
func fromMailServer(h *gomessage.Header) bool {
	from := address(h.Get("From"))
	if serverNames.MatchString(from) {
		return true
	}
	subject, _ := h.Text("Subject")
	return (postNames.MatchString(from) || withoutSender(h)) && bounceSubjects.MatchString(subject)
}

// automaticFields mark messages that no person wrote, by RFC 3834 section 5 and by the
// fields of programs older than it.
var automaticFields = []struct {
	name   string
	values *regexp.Regexp
}{
	{"Auto-Submitted", regexp.MustCompile(`(?i)^auto-`)},
	{"X-Auto-Response-Suppress", regexp.MustCompile(`(?i)\b(all|oof|autoreply|dr)\b`)},
	{"Precedence", regexp.MustCompile(`(?i)^(bulk|junk|list|auto[_-]?reply)`)},
	{"X-Autoreply", regexp.MustCompile(`.`)},
	{"X-Autorespond", regexp.MustCompile(`.`)},
	{"X-Autoresponder", regexp.MustCompile(`.`)},
	{"X-Mail-Autoreply", regexp.MustCompile(`.`)},
	{"List-Id", regexp.MustCompile(`.`)},
}

var automaticSubjects = regexp.MustCompile(`(?i)^(auto(matic|mated)?[ -]?(re(ply|sponse|spond\w*)|antwort)|out of (the )?office|abwesenheit|automatische antwort|réponse automatique|risposta automatica|respuesta automática|автоответ|автоматический ответ|avtomatik cavab|otomatik yanıt)`)

func isAutomatic(h *gomessage.Header) bool {
	for _, f := range automaticFields {
		if f.values.MatchString(strings.TrimSpace(h.Get(f.name))) {
			return true
		}
	}
	subject, _ := h.Text("Subject")
	return automaticSubjects.MatchString(strings.TrimSpace(subject))
}

var (
	delayWords = regexp.MustCompile(`(?i)\b(this is a warning message only|you do not need to resend|will (keep|continue) (on )?trying|has not yet been delivered|delivery (is |has been )?delayed|no action is required|not yet been delivered|still trying)\b`)
	addrInText = regexp.MustCompile(`[^\s<>()"',:;]+@[^\s<>()"',:;]+\.[A-Za-z0-9-]{2,}`)
)

// nonstandard reads the report of a mail server as text: qmail (its QSBMF), Exim and others
// name a recipient and quote a reply. Without the field X-Failed-Recipients the first
// address of the text before the quoted mail is the recipient.
func (r *Report) nonstandard(h *gomessage.Header, p *parts) {
	text := beforeQuoted(string(p.text))
	if subject, _ := h.Text("Subject"); delayWords.MatchString(text) || strings.Contains(strings.ToLower(subject), "delayed") {
		r.Kind = Delayed
		return
	}
	r.Kind = Failed
	var to Recipient
	to.Action = "failed"
	to.Address = address(strings.Split(h.Get("X-Failed-Recipients")+",", ",")[0])
	if to.Address == "" {
		to.Address = clip(addrInText.FindString(text), 320)
	}
	to.Code, to.Enhanced, to.Text = replyInText(text, to.Address)
	to.Status = to.Enhanced
	r.Recipients = []Recipient{to}
	if r.Original.MessageID == "" {
		r.Original.MessageID = quotedID(string(p.text))
	}
}

var (
	quoteBegins = regexp.MustCompile(`(?m)^-{2,}.*(copy of (the|your) message|original message|message (header|body)|returned mail|below this line|begin(ning)? of).*$`)
	quotedField = regexp.MustCompile(`(?im)^[> ]*message-id:\s*(<[^<>\s]{1,248}>)`)
)

func beforeQuoted(text string) string {
	if m := quoteBegins.FindStringIndex(text); m != nil {
		return text[:m[0]]
	}
	return text
}

func quotedID(text string) string {
	if m := quotedField.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

var replyLine = regexp.MustCompile(`(?m)(^|[\s:(])[45]\d\d[ -].*$|^.*\b[45]\.\d{1,3}\.\d{1,3}\b.*$`)

// replyInText finds the SMTP reply in a report's text: the first line with a code, with the
// indented lines after it, or else the lines after the recipient's address.
func replyInText(text, recipient string) (code int, enhanced, reply string) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if m := replyLine.FindStringIndex(text); m != nil {
		words := text[m[0]:m[1]]
		for line := range strings.Lines(strings.TrimPrefix(text[m[1]:], "\n")) {
			if strings.TrimSpace(line) == "" || line[0] != ' ' && line[0] != '\t' || len(words) > maxText {
				break
			}
			words += " " + line
		}
		return SplitReply(words)
	}
	if i := strings.Index(text, recipient); recipient != "" && i >= 0 {
		words, _, _ := strings.Cut(strings.TrimLeft(text[i+len(recipient):], ">: \n"), "\n\n")
		return SplitReply(words)
	}
	return 0, "", ""
}
