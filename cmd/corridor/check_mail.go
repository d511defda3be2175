package main

import (
	"context"
	"path/filepath"

	"corridor/config"
	"corridor/mailer"
	"corridor/service"
)

// checkMail connects to every mail server as the sender would, and sends nothing.
func checkMail(ctx context.Context, c *config.Config) []finding {
	s := &service.Service{Config: c}
	if s.Captures() {
		return []finding{{
			"mail", isWarn, "mail is captured in " + filepath.Join(c.Server.Data, "mail") + " and goes to nobody",
			"set smtp.url when readers are to get it",
		}}
	}
	var findings []finding
	for i, url := range append([]string{c.SMTP.URL}, c.SMTP.Fallbacks...) {
		name := "mail server"
		if i > 0 {
			name = "fallback"
		}
		findings = append(findings, checkRelay(ctx, c, name, url))
	}
	return findings
}

func checkRelay(ctx context.Context, c *config.Config, name, url string) finding {
	relay, err := mailer.ParseRelay(url, mailer.RelayOptions{Auth: c.SMTP.Auth, CAFile: c.SMTP.CAFile, Timeouts: mailer.Timeouts{Dial: checkTime}})
	if err != nil {
		return finding{name, isWrong, err.Error(), "put [smtp] right"}
	}
	conn, outcome, err := mailer.Dial(ctx, relay)
	if err != nil {
		return finding{name, isWrong, err.Error(), remedyOfStage(outcome.Stage)}
	}
	defer conn.Close()
	return finding{name, isOK, relay.String() + " takes our connection", ""}
}

// remedyOfStage says what to try when a mail server does not let us in.
func remedyOfStage(stage string) string {
	switch stage {
	case "connect":
		return "is host and port right, and does a firewall let it through? Many networks block port 25; providers take mail on 587 or 465"
	case "STARTTLS", "TLS", "banner":
		return "smtp:// needs STARTTLS with a certificate that holds; smtps:// speaks TLS from the start (465); smtp.ca_file names an authority of your own"
	case "AUTH":
		return "is the user and password of smtp.url right (special characters written as %40 and so on)? smtp.auth names the method"
	}
	return "ask whoever runs the mail server, with the answer above"
}
