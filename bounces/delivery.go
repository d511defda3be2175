package bounces

import (
	"bufio"
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-message/textproto"
)

// delivery reads the fields of a message/delivery-status part: a group for the message and
// a group for each recipient, RFC 3464 section 2. It returns false if no recipient has an
// action or a status.
func (r *Report) delivery(status []byte) bool {
	groups := fieldGroups(status)
	for i, g := range groups {
		if i == 0 {
			r.Reporter = address(g.Get("Reporting-Mta"))
			r.Original.Envelope = clip(fromXtext(strings.TrimSpace(g.Get("Original-Envelope-Id"))), 250)
			if r.Original.From == "" {
				r.Original.From = address(g.Get("X-Postfix-Sender"))
			}
		}
		if to := recipientOf(g); to.Action != "" && len(r.Recipients) < maxRecipients {
			r.Recipients = append(r.Recipients, to)
		}
	}
	r.Kind = kindOf(r.Recipients)
	return len(r.Recipients) > 0
}

// fieldGroups splits header fields at empty lines. Lines that are no fields are left out.
func fieldGroups(text []byte) []textproto.Header {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	var groups []textproto.Header
	for block := range bytes.SplitSeq(text, []byte("\n\n")) {
		var kept bytes.Buffer
		for line := range bytes.Lines(block) {
			continued := len(line) > 0 && (line[0] == ' ' || line[0] == '\t') && kept.Len() > 0
			if name, _, found := bytes.Cut(line, []byte(":")); continued || found && !bytes.ContainsAny(name, " \t") {
				kept.Write(bytes.TrimRight(line, "\n"))
				kept.WriteString("\r\n")
			}
		}
		kept.WriteString("\r\n")
		h, err := textproto.ReadHeader(bufio.NewReader(&kept))
		if err == nil && h.Len() > 0 {
			groups = append(groups, h)
		}
		if len(groups) > maxRecipients {
			break
		}
	}
	return groups
}

var statusCode = regexp.MustCompile(`\b([245]\.\d{1,3}\.\d{1,3})\b`)

func recipientOf(g textproto.Header) Recipient {
	to := Recipient{
		Address: address(g.Get("Final-Recipient")),
		Action:  strings.ToLower(strings.TrimSpace(firstWord(g.Get("Action")))),
		Status:  statusCode.FindString(g.Get("Status")),
	}
	if original := address(g.Get("Original-Recipient")); original != "" {
		to.Address = original
	}
	if _, words, found := strings.Cut(g.Get("Diagnostic-Code"), ";"); found {
		to.Code, to.Enhanced, to.Text = SplitReply(words)
	}
	if !slices.Contains(actions, to.Action) { // required, and left out by some servers
		to.Action = actionOf[firstByte(to.Status)]
	}
	return to
}

// actions are those of RFC 3464 section 2.3.3. actionOf is the action of a status without
// one, by the class of the status.
var (
	actions  = []string{"failed", "delayed", "delivered", "relayed", "expanded"}
	actionOf = map[byte]string{'2': "delivered", '4': "delayed", '5': "failed"}
)

// firstByte is the first byte of s, 0 if s is empty.
func firstByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return word
}

var (
	smtpReply = regexp.MustCompile(`(?:^|[^\d.])([245]\d\d)(?:[ :-]|$)`)
	blanks    = regexp.MustCompile(`\s+`)
)

// SplitReply reads an SMTP reply in a report: "550 5.1.1 <a@b>: no such user",
// "550-5.1.1 first line 550 5.1.1 second line", or words alone.
func SplitReply(s string) (code int, enhanced, text string) {
	s = strings.TrimSpace(blanks.ReplaceAllString(s, " "))
	if m := smtpReply.FindStringSubmatchIndex(s); m != nil {
		code, _ = strconv.Atoi(s[m[2]:m[3]])
		if before := strings.TrimRight(s[:m[2]], " "); len(before) < 4 || strings.HasSuffix(before, ":") { // the reply begins here
			s = strings.TrimLeft(s[m[3]:], " :-")
		}
	}
	if m := statusCode.FindStringIndex(s); m != nil && (code == 0 || int(s[m[0]]-'0') == code/100) {
		enhanced = s[m[0]:m[1]]
		if m[0] == 0 {
			s = strings.TrimSpace(s[m[1]:])
		}
	}
	return code, enhanced, clip(s, maxText)
}

// kindOf is the gravest action of a report.
func kindOf(recipients []Recipient) Kind {
	kind := Delivered
	for _, to := range recipients {
		switch to.Action {
		case "failed":
			return Failed
		case "delayed":
			kind = Delayed
		}
	}
	return kind
}

var encodedByte = regexp.MustCompile(`\+[0-9A-F]{2}`)

// fromXtext decodes text of a parameter, RFC 3461 section 4.
func fromXtext(s string) string {
	return encodedByte.ReplaceAllStringFunc(s, func(code string) string {
		n, _ := strconv.ParseUint(code[1:], 16, 8)
		return string([]byte{byte(n)})
	})
}
