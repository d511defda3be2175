package check

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"time"

	"corridor/alerts"
	"corridor/config"
)

// hookRemedy is the remedy for a webhook that cannot be used.
const hookRemedy = "correct publication.alerts_webhook, or the server behind it"

// checkWebhook connects to the server of publication.alerts_webhook, and posts nothing.
func checkWebhook(ctx context.Context, c *config.Config) []Finding {
	const name = "alerts webhook"
	if c.Publication.AlertsWebhook == "" {
		return nil
	}
	u, err := url.Parse(c.Publication.AlertsWebhook)
	if err != nil { // the validation of the configuration refuses it
		return []Finding{{name, Wrong, "its address cannot be read", hookRemedy}}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	port := u.Port()
	dial := (&net.Dialer{}).DialContext
	if u.Scheme == "https" {
		dial = (&tls.Dialer{}).DialContext
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	conn, err := dial(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return []Finding{{name, Wrong, u.Host + ": " + err.Error(), hookRemedy}}
	}
	_ = conn.Close()
	return []Finding{{name, OK, u.Host + " can be reached; corridor check --alert posts a test", ""}}
}

// Webhook posts a test alert to publication.alerts_webhook.
func Webhook(ctx context.Context, c *config.Config) Finding {
	const name = "test alert"
	if c.Publication.AlertsWebhook == "" {
		return Finding{name, Wrong, "there is no webhook for alerts", "set publication.alerts_webhook"}
	}
	hook := alerts.Hook{URL: c.Publication.AlertsWebhook, Publication: c.Publication.Title, Link: c.Server.BaseURL}
	if err := hook.Try(ctx, time.Now()); err != nil {
		return Finding{name, Wrong, err.Error(), hookRemedy}
	}
	return Finding{name, OK, "the webhook accepted it", ""}
}
