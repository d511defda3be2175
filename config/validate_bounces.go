package config

import (
	"net"
	"slices"
	"strings"
	"time"

	"corridor/bounces/mailbox"
	"corridor/subscribers"
)

// validate checks [bounces]. signed reports whether emails are signed with DKIM.
func (b *Bounces) validate(v *validation, signed bool) {
	if b.Feedback != "" {
		if _, err := subscribers.ParseAddress(b.Feedback); err != nil {
			v.wrong("bounces.feedback", b.Feedback, `not an email address without a name; write it like "fbl@example.org"`)
		}
		if !signed {
			v.wrong("bounces.feedback", b.Feedback, "needs a key in [dkim]: the header must be signed (RFC 9477)")
		}
	}
	if b.Domain != "" {
		domain, err := subscribers.ParseDomain(b.Domain)
		if err != nil || !strings.Contains(domain, ".") {
			v.wrong("bounces.domain", b.Domain, `not a domain; write it like "bounces.example.org"`)
		} else {
			b.Domain = domain
		}
	}
	if b.Mailbox != "" {
		if err := mailbox.Check(b.Mailbox); err != nil {
			v.wrong("bounces.mailbox", RedactURL(b.Mailbox), strings.TrimPrefix(err.Error(), "mailbox: "))
		} else if b.MoveTo != "" && strings.HasPrefix(b.Mailbox, "pop3") {
			v.wrong("bounces.move_to", b.MoveTo, "POP3 has no folders; leave it empty, or read the mailbox over IMAP")
		}
		if time.Duration(b.Every) < time.Minute {
			v.wrong("bounces.every", b.Every, "must be at least 1m")
		}
	}
	if _, port, err := net.SplitHostPort(b.Listen); b.Listen != "" && !strings.HasPrefix(b.Listen, "unix:/") {
		if _, unknown := net.LookupPort("tcp", port); err != nil || port == "" || unknown != nil {
			v.wrong("bounces.listen", b.Listen, `not an address and port or a socket; write it like "127.0.0.1:2424" or "unix:/run/corridor/lmtp"`)
		}
	}
	if known := []string{"+", "-", "="}; !slices.Contains(known, b.Delimiter) {
		v.wrong("bounces.delimiter", b.Delimiter, "must be one of "+strings.Join(known, " "))
	}
}
