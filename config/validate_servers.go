package config

import (
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/message"
	"corridor/mailer/smtp"
	"corridor/subscribers"
)

// keywordDSN matches the other form of a PostgreSQL address: host=… dbname=….
var keywordDSN = regexp.MustCompile(`^\s*[a-z_]+\s*=`)

func (d *Database) validate(v *validation) {
	if d.URL == "" || keywordDSN.MatchString(d.URL) {
		return
	}
	u, err := url.Parse(d.URL)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		v.wrong("database.url", RedactURL(d.URL), `not a PostgreSQL address; write it like "postgres://user:pass@host/corridor", or leave it empty for a private server`)
	}
}

func (s *SMTP) validate(v *validation) {
	if s.URL != "" {
		v.relay("smtp.url", s.URL)
	}
	for _, address := range s.Fallbacks {
		v.relay("smtp.fallbacks", address)
	}
	if s.Connections < 1 || s.Connections > 200 {
		v.wrong("smtp.connections", s.Connections, "must be between 1 and 200")
	}
	if s.MaxConnections < 0 {
		v.wrong("smtp.max_connections", s.MaxConnections, "must be 0 (no limit) or more")
	}
	if s.Rate < 0 {
		v.wrong("smtp.rate", s.Rate, "must be 0 (no limit) or more")
	}
	if s.MessagesPerConnection < 1 {
		v.wrong("smtp.messages_per_connection", s.MessagesPerConnection, "must be at least 1")
	}
	if s.Provider != "" && smtp.FindProvider(s.Provider) == nil {
		v.wrong("smtp.provider", s.Provider, "must be one of "+strings.Join(smtp.ProviderNames(), ", ")+", or empty")
	}
	s.validateLimits(v)
	if s.HELO != "" && !isHELO(s.HELO) {
		v.wrong("smtp.helo", s.HELO, `must be the name of this machine, like "news.example.org", or its address, like "[192.0.2.1]"`)
	}
	for _, h := range s.HeaderList() {
		if err := h.Check(); err != nil {
			v.wrong("smtp.headers."+h.Name, h.Value, err.Error())
		}
	}
	if s.EnvelopeFrom != "" {
		v.mailAddress("smtp.envelope_from", s.EnvelopeFrom)
	}
	if known := []string{"auto", "plain", "login", "scram-sha-256", "scram-sha-1", "xoauth2"}; !slices.Contains(known, s.Auth) {
		v.wrong("smtp.auth", s.Auth, "must be one of "+strings.Join(known, ", "))
	}
}

func (s *SMTP) validateLimits(v *validation) {
	if s.PerHour < 0 || s.PerHour > maxEmails {
		v.wrong("smtp.per_hour", s.PerHour, fmt.Sprintf("must be between 0 (no limit) and %d", maxEmails))
	}
	if s.PerDay < 0 || s.PerDay > maxEmails {
		v.wrong("smtp.per_day", s.PerDay, fmt.Sprintf("must be between 0 (no limit) and %d", maxEmails))
	}
	if _, err := deliveries.ParseWindow(s.Window); err != nil {
		v.wrong("smtp.window", s.Window, err.Error())
	}
	if s.Warmup.Start < 0 || s.Warmup.Start > maxEmails {
		v.wrong("smtp.warmup.start", s.Warmup.Start, fmt.Sprintf("must be between 0 (no warm-up) and %d", maxEmails))
	}
	if !(s.Warmup.Factor >= 1 && s.Warmup.Factor <= 10) { // not a number is refused too
		v.wrong("smtp.warmup.factor", s.Warmup.Factor, "must be between 1 and 10, like 1.5")
	}
	if _, err := s.Warmup.Day(); err != nil {
		v.wrong("smtp.warmup.since", s.Warmup.Since, `not a day; write it like "2026-12-01"`)
	}
}

// maxEmails is far above the emails of a day of any publication.
const maxEmails = 1_000_000_000

// Day is the first day of the warm-up, or the zero time.
func (w Warmup) Day() (time.Time, error) {
	if w.Since == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, w.Since)
}

// hostName is a name of one label, which many servers refuse and some networks use.
var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

// isHELO reports whether a name is a domain, the name of a host, or an address literal, RFC
// 5321 section 4.1.3.
func isHELO(name string) bool {
	if literal, found := strings.CutPrefix(name, "["); found {
		ip, err := netip.ParseAddr(strings.TrimPrefix(strings.TrimSuffix(literal, "]"), "IPv6:"))
		return err == nil && ip.Zone() == "" && strings.HasSuffix(literal, "]") && ip.Is6() == strings.HasPrefix(literal, "IPv6:")
	}
	_, err := subscribers.ParseDomain(name)
	return err == nil || hostName.MatchString(name)
}

// HeaderList returns the further headers in the order of their names.
func (s *SMTP) HeaderList() []message.Header {
	var list []message.Header
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		list = append(list, message.Header{Name: name, Value: s.Headers[name]})
	}
	return list
}

func (v *validation) relay(key, value string) {
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" || !slices.Contains([]string{"smtp", "smtps", "smtp+insecure", "smtp+opportunistic"}, u.Scheme) {
		v.wrong(key, RedactURL(value), `not a mail server; write it like "smtp://user:pass@host:587", "smtps://host:465" or "smtp+insecure://127.0.0.1:1025"`)
	} else if port, err := strconv.Atoi(u.Port()); u.Port() != "" && (err != nil || port < 1 || port > 65535) {
		v.wrong(key, RedactURL(value), "no such port; write it like \"smtp://user:pass@host:587\"")
	}
}

// isWebhook reports whether an address may receive alerts, which name editions and servers: with
// https, or on this machine.
func isWebhook(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}

// RedactURL hides the password of an address, even when the address does not parse.
func RedactURL(value string) string {
	if u, err := url.Parse(value); err == nil {
		return u.Redacted()
	}
	if at := strings.LastIndex(value, "@"); at >= 0 {
		return "…" + value[at:]
	}
	return value
}
