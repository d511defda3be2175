package check

import (
	"context"
	"fmt"
	"net/mail"
	"path/filepath"
	"strings"

	"corridor/config"
	"corridor/mailer/smtp"
	"corridor/service"
)

// checkMail connects to every mail server as the sender does, and asks it to take an email
// to staff. No email is sent.
func checkMail(ctx context.Context, c *config.Config) []Finding {
	s := &service.Service{Config: c}
	if s.Captures() {
		return []Finding{{
			"mail", Warn, "email is captured in " + filepath.Join(c.Server.Data, "mail") + " and reaches no reader",
			"set smtp.url to send it",
		}}
	}
	var err error
	if s.From, err = mail.ParseAddress(c.Publication.From); err != nil {
		return []Finding{{"mail server", Wrong, err.Error(), "set publication.from"}}
	}
	var findings []Finding
	for i, url := range append([]string{c.SMTP.URL}, c.SMTP.Fallbacks...) {
		name := "mail server"
		if i > 0 {
			name = "fallback"
		}
		findings = append(findings, checkRelay(ctx, s, name, url))
	}
	return append(findings, checkProvider(c.SMTP)...)
}

// checkProvider returns a finding when the mail server is a known provider's without its
// preset.
func checkProvider(c config.SMTP) []Finding {
	p := smtp.ProviderOf(hostOf(c.URL))
	if p == nil || c.Provider != "" {
		return nil
	}
	return []Finding{{
		"provider", Warn, fmt.Sprintf("smtp.url is a server of %s, and its headers and limits are not in use", p.Name),
		fmt.Sprintf("set smtp.provider to %q", p.Name),
	}}
}

func checkRelay(ctx context.Context, s *service.Service, name, url string) Finding {
	options := s.RelayOptions()
	options.Timeouts.Dial, options.Timeouts.Command = timeout, timeout
	relay, err := smtp.ParseRelay(url, options)
	if err != nil {
		return Finding{name, Wrong, err.Error(), "correct [smtp]"}
	}
	conn, outcome, err := smtp.Dial(ctx, relay)
	if err != nil {
		return Finding{name, Wrong, err.Error(), remedyOf(outcome)}
	}
	defer conn.Close()
	from, to := s.EnvelopeFrom(), s.From.Address
	if alerts, err := mail.ParseAddress(s.Config.Publication.Alerts); err == nil {
		to = alerts.Address
	}
	if domain := s.Config.Bounces.Domain; domain != "" { // the signed addresses differ in every email
		from = "b" + s.Config.Bounces.Delimiter + "0.0.check@" + domain
	}
	outcome = conn.Try(ctx, from, to)
	reason := fmt.Sprintf("%s, as %s, from %s to %s: %s", relay, options.HELO, from, to, outcome.ReplyLine())
	switch outcome.Kind {
	case smtp.Accepted:
		if !strings.ContainsAny(options.HELO, ".[") {
			return Finding{name, Warn, fmt.Sprintf("%s accepts emails; smtp.helo %q has no dot, and many servers refuse such a name", relay, options.HELO), remedyOfHELO}
		}
		return Finding{name, OK, fmt.Sprintf("%s accepts an email from %s to %s", relay, from, to), ""}
	case smtp.Deferred:
		if outcome.Code >= 500 || mentionsHELO(outcome) {
			return Finding{name, Wrong, "refused at " + outcome.Stage + " by " + reason, remedyOf(outcome)}
		}
		return Finding{name, Warn, "put off at " + outcome.Stage + " by " + reason, "repeat the check later; emails are retried by themselves"}
	}
	return Finding{name, Wrong, "refused at " + outcome.Stage + " by " + reason, remedyOf(outcome)}
}

const remedyOfHELO = "set smtp.helo to a whole name of this machine with an address in DNS, like news.example.org"

// mentionsHELO reports whether a refusal is about the name of this machine.
func mentionsHELO(o smtp.Outcome) bool {
	words := strings.ToLower(o.Text)
	return o.Stage == "EHLO" || strings.Contains(words, "helo") || strings.Contains(words, "fully-qualified") || strings.Contains(words, "fully qualified")
}

// remedyOf is the remedy for a connection or an email that was refused.
func remedyOf(o smtp.Outcome) string {
	switch o.Stage {
	case "connect":
		return "check host, port and firewall. Many networks block port 25; providers accept email on 587 or 465"
	case "banner":
		if o.Code == 0 {
			return "the mail server does not greet: it is busy, refuses this address, or expects TLS from the start, as smtps:// does (465)"
		}
		return "the mail server refuses this address: ask its operator, with the answer above"
	case "STARTTLS", "TLS":
		return "smtp:// needs STARTTLS with a valid certificate; smtps:// uses TLS from the start (465); smtp.ca_file names a private authority"
	case "AUTH":
		return "check user and password in smtp.url (special characters are written as %40 and so on). smtp.auth names the method"
	}
	if mentionsHELO(o) {
		return remedyOfHELO
	}
	switch {
	case o.Stage == "MAIL":
		return "have the operator of the mail server allow the envelope sender, or set smtp.envelope_from to an address that it allows"
	case o.Meaning == smtp.NoMailbox || o.Meaning == smtp.NoDomain:
		return "set publication.alerts to an address that exists"
	case o.Stage == "RCPT":
		return "have the operator of the mail server allow this machine or its user to send to other domains"
	}
	return "ask the operator of the mail server, with the answer above"
}
