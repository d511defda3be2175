package check

import (
	"context"
	"path/filepath"

	"corridor/config"
	"corridor/mailer/smtp"
	"corridor/service"
)

// checkMail connects to every mail server as the sender does, without sending.
func checkMail(ctx context.Context, c *config.Config) []Finding {
	s := &service.Service{Config: c}
	if s.Captures() {
		return []Finding{{
			"mail", Warn, "email is captured in " + filepath.Join(c.Server.Data, "mail") + " and reaches no reader",
			"set smtp.url to send it",
		}}
	}
	var findings []Finding
	for i, url := range append([]string{c.SMTP.URL}, c.SMTP.Fallbacks...) {
		name := "mail server"
		if i > 0 {
			name = "fallback"
		}
		findings = append(findings, checkRelay(ctx, c, name, url))
	}
	return findings
}

func checkRelay(ctx context.Context, c *config.Config, name, url string) Finding {
	options := (&service.Service{Config: c}).RelayOptions()
	options.Timeouts.Dial = timeout
	relay, err := smtp.ParseRelay(url, options)
	if err != nil {
		return Finding{name, Wrong, err.Error(), "correct [smtp]"}
	}
	conn, outcome, err := smtp.Dial(ctx, relay)
	if err != nil {
		return Finding{name, Wrong, err.Error(), remedyOfStage(outcome.Stage)}
	}
	defer conn.Close()
	return Finding{name, OK, relay.String() + " accepts the connection", ""}
}

// remedyOfStage is the remedy for a connection that failed in that stage.
func remedyOfStage(stage string) string {
	switch stage {
	case "connect":
		return "check host, port and firewall. Many networks block port 25; providers accept email on 587 or 465"
	case "STARTTLS", "TLS", "banner":
		return "smtp:// needs STARTTLS with a valid certificate; smtps:// uses TLS from the start (465); smtp.ca_file names a private authority"
	case "AUTH":
		return "check user and password in smtp.url (special characters are written as %40 and so on). smtp.auth names the method"
	}
	return "ask the operator of the mail server, with the answer above"
}
