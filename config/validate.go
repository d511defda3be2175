package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"corridor/editions"
	"corridor/logging"
	"corridor/subscribers"

	"golang.org/x/text/language"
)

// problems returns a text for each invalid value: the key, the value, the correct form.
func (c *Config) problems() []string {
	v := &validation{}
	v.lengths("", reflect.ValueOf(c).Elem())
	c.Publication.validate(v)
	c.Server.validate(v)
	c.Database.validate(v)
	c.SMTP.validate(v)
	c.Hooks.validate(v)
	c.Bounces.validate(v, c.DKIM.RSAKeyFile != "" || c.DKIM.Ed25519KeyFile != "")
	c.validateLabels(v)
	c.validateSources(v)
	c.Gather.validate(v)
	c.Sending.validate(v)
	c.Schedule.validate(v)
	c.Feeds.validate(v)
	c.Log.validate(v)
	return v.problems
}

// validation collects problems.
type validation struct{ problems []string }

func (v *validation) wrong(key string, value any, right string) {
	if s, ok := value.(string); ok {
		value = fmt.Sprintf("%q", s)
	}
	v.problems = append(v.problems, fmt.Sprintf("%s = %v: %s", key, value, right))
}

// lengths reports durations that are written as a bare number, which would be decoded as
// nanoseconds.
func (v *validation) lengths(key string, value reflect.Value) {
	switch {
	case value.Type() == reflect.TypeFor[Length]():
		if n := value.Int(); n != 0 && n < int64(time.Millisecond) {
			v.wrong(key, n, `not a length of time; write it like "90s", "15m", "4h" or "14d"`)
			value.SetInt(int64(24 * time.Hour)) // valid, so that it is not reported again
		}
	case value.Kind() == reflect.Struct:
		for i := range value.NumField() {
			v.lengths(strings.TrimPrefix(key+"."+value.Type().Field(i).Tag.Get("toml"), "."), value.Field(i))
		}
	case value.Kind() == reflect.Slice:
		for i := range value.Len() {
			v.lengths(fmt.Sprintf("%s[%d]", key, i+1), value.Index(i))
		}
	}
}

func (v *validation) needed(key, value, example string) bool {
	if strings.TrimSpace(value) == "" {
		v.problems = append(v.problems, fmt.Sprintf("%s is missing; write it like %s", key, example))
		return false
	}
	return true
}

func (v *validation) webAddress(key, value string) {
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		v.wrong(key, value, `not a web address; write it like "https://www.example.org"`)
	}
}

func (v *validation) mailAddress(key, value string) {
	address, err := mail.ParseAddress(value)
	if err != nil || strings.ContainsAny(value, "\r\n") {
		v.wrong(key, value, `not an email address; write it like "Name <news@example.org>"`)
		return
	}
	if domain := address.Address[strings.LastIndex(address.Address, "@")+1:]; !strings.Contains(domain, ".") {
		v.wrong(key, value, "its domain has no dot; write the whole domain, like example.org")
	}
}

func (p *Publication) validate(v *validation) {
	v.needed("publication.title", p.Title, `"Caspian Policy Center"`)
	v.needed("publication.address", p.Address, `"1015 Example Street NW, Washington, DC": every email contains a postal address`)
	if v.needed("publication.from", p.From, `"Caspian Policy Center <news@example.org>"`) {
		v.mailAddress("publication.from", p.From)
	}
	if p.SiteURL != "" {
		v.webAddress("publication.site_url", p.SiteURL)
	}
	if p.ReplyTo != "" {
		v.mailAddress("publication.reply_to", p.ReplyTo)
	}
	if p.Alerts != "" {
		v.mailAddress("publication.alerts", p.Alerts)
	}
	if p.AlertsWebhook != "" && !isWebhook(p.AlertsWebhook) {
		v.problems = append(v.problems, `publication.alerts_webhook: must be an address with https, like "https://hooks.example.org/…", or with http on this machine`)
	}
	if p.Icon != "" {
		v.webAddress("publication.icon", p.Icon)
	}
	if p.Logo != "" {
		v.webAddress("publication.logo", p.Logo)
	}
	if _, err := language.Parse(p.Language); err != nil {
		v.wrong("publication.language", p.Language, `not a language tag; write it like "en" or "pt-BR"`)
	}
	if _, err := time.LoadLocation(p.TimeZone); err != nil || p.TimeZone == "" || p.TimeZone == "Local" {
		v.wrong("publication.time_zone", p.TimeZone, `not a time zone; write it like "America/New_York" or "Asia/Baku"`)
	}
}

func (s *Server) validate(v *validation) {
	if _, port, err := net.SplitHostPort(s.Listen); err != nil || port == "" {
		v.wrong("server.listen", s.Listen, `not an address and port; write it like "127.0.0.1:8080"`)
	} else if _, err := net.LookupPort("tcp", port); err != nil {
		v.wrong("server.listen", s.Listen, `no such port; write it like "127.0.0.1:8080"`)
	}
	v.webAddress("server.base_url", s.BaseURL)
	if strings.ContainsAny(s.BaseURL, "?#") {
		v.wrong("server.base_url", s.BaseURL, `must end before "?" and "#"; write it like "https://news.example.org"`)
	}
	v.needed("server.data", s.Data, `"./corridor-data"`)
	for _, proxy := range s.TrustedProxies {
		if !isNetwork(proxy) {
			v.wrong("server.trusted_proxies", proxy, `not a network; write it like "10.0.0.0/8" or "127.0.0.1"`)
		}
	}
}

func isNetwork(s string) bool {
	if _, err := netip.ParsePrefix(s); err == nil {
		return true
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

func (g *Gather) validate(v *validation) {
	for _, network := range g.AllowNetworks {
		if !isNetwork(network) {
			v.wrong("gather.allow_networks", network, `not a network; write it like "127.0.0.0/8"`)
		}
	}
	if g.Budget <= 0 {
		v.wrong("gather.budget", g.Budget, `must be more than 0, like "5m"`)
	}
	if g.Timeout <= 0 {
		v.wrong("gather.timeout", g.Timeout, `must be more than 0, like "30s"`)
	}
	if g.MaxBytes < 1<<10 {
		v.wrong("gather.max_bytes", g.MaxBytes, "must be at least 1024")
	}
	if g.BrakeShare <= 0 || g.BrakeShare > 1 {
		v.wrong("gather.brake_share", g.BrakeShare, "must be more than 0 and at most 1, like 0.3")
	}
	if g.BrakeLeast < 0 {
		v.wrong("gather.brake_least", g.BrakeLeast, "must be 0 or more, like 10")
	}
}

func (s *Sending) validate(v *validation) {
	if s.RetryMin <= 0 {
		v.wrong("sending.retry_min", s.RetryMin, `must be more than 0, like "1m"`)
	}
	if s.RetryMax < s.RetryMin {
		v.wrong("sending.retry_max", s.RetryMax, "must not be shorter than sending.retry_min")
	}
	if s.GiveUp <= 0 {
		v.wrong("sending.give_up", s.GiveUp, `must be more than 0, like "48h"`)
	}
	if s.Keep < Length(24*time.Hour) {
		v.wrong("sending.keep", s.Keep, `must be at least a day, like "400d"`)
	}
	if s.SoftBounces < 0 {
		v.wrong("sending.soft_bounces", s.SoftBounces, "must be 0 (never) or more")
	}
	if s.SoftDays < 0 {
		v.wrong("sending.soft_bounce_days", s.SoftDays, `must not be negative; use a time like "14d"`)
	}
	if s.Uncertain != "hold" && s.Uncertain != "resend" {
		v.wrong("sending.uncertain", s.Uncertain, "must be hold or resend")
	}
	if s.MaxArticles < 1 || s.MaxArticles > 200 {
		v.wrong("sending.max_articles", s.MaxArticles, "must be between 1 and 200")
	}
	if s.BrakeShare <= 0 || s.BrakeShare > 1 {
		v.wrong("sending.brake_share", s.BrakeShare, "must be more than 0 and at most 1, like 0.2")
	}
	if s.BounceShare <= 0 || s.BounceShare > 1 {
		v.wrong("sending.bounce_share", s.BounceShare, "must be more than 0 and at most 1, like 0.05")
	}
	if s.BounceFloor < 0 {
		v.wrong("sending.bounce_floor", s.BounceFloor, "must be 0 or more")
	}
	if s.BrakeCount < 5 || s.BrakeCount > 1000 {
		v.wrong("sending.brake_answers", s.BrakeCount, "must be between 5 and 1000")
	}
	for domain, limit := range s.Domains {
		if _, err := subscribers.ParseDomain(domain); err != nil {
			v.wrong("sending.domains", domain, "must be the domain of an address, like example.net: "+err.Error())
		}
		if limit.Rate < 0 || limit.Connections < 0 {
			v.wrong("sending.domains."+domain, fmt.Sprintf("%+v", limit), "limits must be 0 (none) or more")
		}
	}
}

func (s *Schedule) validate(v *validation) {
	for _, schedule := range []struct{ key, line string }{{"daily", s.Daily}, {"weekly", s.Weekly}, {"monthly", s.Monthly}} {
		if _, err := editions.ParseSchedule(schedule.line); err != nil {
			v.problems = append(v.problems, fmt.Sprintf("schedule.%s: %v", schedule.key, err))
		}
	}
}

func (l *Log) validate(v *validation) {
	if !slices.Contains(logging.Levels(), l.Level) {
		v.wrong("log.level", l.Level, "must be one of "+strings.Join(logging.Levels(), ", "))
	}
	if !slices.Contains(logging.Formats(), l.Format) {
		v.wrong("log.format", l.Format, "must be text or json")
	}
}

func (f *Feeds) validate(v *validation) {
	for _, hub := range f.Hubs {
		v.webAddress("feeds.hubs", hub)
	}
	if f.Entries < 1 || f.Entries > 500 {
		v.wrong("feeds.entries", f.Entries, "must be between 1 and 500")
	}
	if f.MaxAge < Length(time.Minute) {
		v.wrong("feeds.max_age", f.MaxAge, "must be at least 1m")
	}
}
