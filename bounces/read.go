package bounces

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode"

	"corridor/mailer/message"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // registers the charsets that reports are written in
	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-message/textproto"
)

// parts are those of a message that a report is read from.
type parts struct {
	seen     int
	status   []byte            // of message/delivery-status
	feedback []byte            // of message/feedback-report
	receipt  bool              // there is a message/disposition-notification
	original *textproto.Header // of the mail that came back
	text     []byte            // of the first text part
}

// Read reads one message. The error means that its header cannot be read.
func Read(r io.Reader) (Report, error) {
	e, err := gomessage.ReadWithOptions(io.LimitReader(r, MaxSize), &gomessage.ReadOptions{MaxHeaderBytes: 256 << 10})
	if e == nil || e.Header.Len() == 0 {
		return Report{}, fmt.Errorf("bounces: the header of the message cannot be read: %w", cmp.Or(err, io.ErrUnexpectedEOF))
	}
	var p parts
	p.walk(e, 0)
	report := Report{To: sentTo(&e.Header), Original: p.quoted()}
	report.Date, _ = (&mail.Header{Header: e.Header}).Date()
	switch {
	case p.seen > maxParts: // no mail server writes such a report
		report.Kind = Unknown
	case p.feedback != nil:
		report.complaint(p.feedback)
	case p.status != nil && report.delivery(p.status):
	case p.original != nil && p.original.Has(microsoftRecipient):
		report.Kind, report.Recipients = Complaint, []Recipient{{Address: address(p.original.Get(microsoftRecipient))}}
	case p.receipt:
		report.Kind = Automatic
	default:
		report.plain(&e.Header, &p)
		if p.status != nil && report.Kind != Failed && report.Kind != Delayed {
			report.Kind = Unknown
		}
	}
	return report, nil
}

// microsoftRecipient is a field of the email that a complaint of Microsoft's program for
// senders (JMRP) quotes. Such a complaint has no part with fields.
const microsoftRecipient = "X-Hmxmroriginalrecipient"

// walk looks at an entity and at the parts inside it. A part that cannot be read ends it.
func (p *parts) walk(e *gomessage.Entity, depth int) {
	kind, _, _ := e.Header.ContentType()
	kind = strings.ToLower(kind)
	if mr := e.MultipartReader(); mr != nil {
		for p.seen <= maxParts && depth < maxDepth {
			part, err := mr.NextPart()
			if part == nil || err != nil && !gomessage.IsUnknownCharset(err) && !gomessage.IsUnknownEncoding(err) {
				return
			}
			p.seen++
			p.walk(part, depth+1)
		}
		return
	}
	switch kind {
	case "message/delivery-status", "message/global-delivery-status":
		keep(&p.status, e.Body)
	case "message/feedback-report":
		keep(&p.feedback, e.Body)
	case "message/disposition-notification", "message/global-disposition-notification":
		p.receipt = true
	case "message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers":
		if p.original == nil {
			if h, err := textproto.ReadHeader(bufio.NewReader(io.LimitReader(e.Body, 256<<10))); h.Len() > 0 || err == nil {
				p.original = &h
			}
		}
	case "text/plain", "text/html", "":
		if depth < maxDepth {
			keep(&p.text, e.Body)
		}
	}
}

// keep reads the first body of its kind. An error in the middle keeps what was read.
func keep(into *[]byte, body io.Reader) {
	if *into == nil {
		*into, _ = io.ReadAll(io.LimitReader(body, 128<<10))
	}
}

// quoted reads the header of the mail that came back.
func (p *parts) quoted() Original {
	if p.original == nil {
		return Original{}
	}
	return Original{
		MessageID: clip(strings.TrimSpace(p.original.Get("Message-Id")), 250),
		ID:        clip(strings.TrimSpace(p.original.Get(message.IDHeader)), 250),
		From:      address(p.original.Get("Return-Path")),
		ListID:    clip(address(p.original.Get("List-Id")), 250),
	}
}

// recipientFields name the address that a message was delivered to, the surest first.
// Mail servers that deliver to a mailbox write the first ones.
var recipientFields = []string{"X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To", "To", "Cc"}

func sentTo(h *gomessage.Header) []string {
	var list []string
	for _, name := range recipientFields {
		for _, value := range h.Values(name) {
			for part := range strings.SplitSeq(clip(value, 4000), ",") {
				if a := address(part); strings.Contains(a, "@") && len(list) < maxRecipients {
					list = append(list, a)
				}
			}
		}
	}
	return list
}

// address takes an address out of "Name <address>", "<address>" or "rfc822; address".
func address(s string) string {
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		s = s[i+1:]
		if j := strings.IndexByte(s, '>'); j >= 0 {
			s = s[:j]
		}
	} else if kind, rest, found := strings.Cut(s, ";"); found && !strings.Contains(kind, "@") {
		s = rest
	}
	return clip(strings.Trim(strings.TrimSpace(s), `"`), 320)
}

// clip cuts s at the last whole character within n bytes. Control characters become spaces:
// PostgreSQL stores no NUL, and terminals act on others.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
