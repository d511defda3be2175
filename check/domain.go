package check

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"corridor/config"
	"corridor/mailer/message"
	"corridor/mailer/smtp"
	"corridor/service"

	"golang.org/x/net/publicsuffix"
)

// domain is the facts by which receivers judge the publication's emails.
type domain struct {
	ctx      context.Context
	dns      *net.Resolver
	from     string          // domain of From
	envelope string          // domain of the envelope sender
	helo     string          // name of this machine for mail servers
	signer   *message.Signer // nil: Corridor does not sign
	provider *smtp.Provider  // of the mail server; nil: unknown
	local    bool            // the mail server is on this machine, which delivers to receivers itself
	senders  []netip.Addr    // from which receivers get the emails, as far as known
}

// checkDomain looks up the DNS records by which receivers judge emails of the publication.
func checkDomain(ctx context.Context, c *config.Config, resolver *net.Resolver) []Finding {
	s := &service.Service{Config: c}
	var err error
	if s.From, err = mail.ParseAddress(c.Publication.From); err != nil {
		return []Finding{{"sending domain", Wrong, err.Error(), "set publication.from"}}
	}
	signer, err := s.DKIMSigner()
	if err != nil {
		return []Finding{{"DKIM", Wrong, err.Error(), "correct [dkim]"}}
	}
	if isExample(s.MailDomain()) {
		return exampleFindings(s.MailDomain(), signer)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	d := &domain{ctx: ctx, dns: resolver, from: strings.ToLower(s.MailDomain()), envelope: domainOf(s.EnvelopeFrom()), helo: c.SMTP.HELO, signer: signer}
	if c.Bounces.Domain != "" {
		d.envelope = c.Bounces.Domain
	}
	d.findSenders(c.SMTP)
	spf, spfPasses := d.checkSPF()
	dkim, dkimHolds := d.checkDKIM()
	dmarc, policy := d.checkDMARC()
	findings := append([]Finding{spf}, dkim...)
	findings = append(findings, dmarc, d.checkAlignment(policy, spfPasses, dkimHolds))
	findings = append(findings, d.checkMX("MX", d.from))
	if d.envelope != d.from {
		findings = append(findings, d.checkMX("MX of bounces", d.envelope))
	}
	if d.local {
		findings = append(findings, d.checkHostName())
	}
	if c.Bounces.Feedback != "" && signer != nil {
		findings = append(findings, d.checkFeedback(domainOf(c.Bounces.Feedback)))
	}
	return findings
}

// exampleFindings are the findings of a domain that is reserved for examples.
func exampleFindings(domain string, signer *message.Signer) []Finding {
	findings := []Finding{{"sending domain", Warn, domain + " is reserved for examples", "set publication.from to an address in your domain"}}
	if signer != nil {
		for _, want := range signer.Records() {
			findings = append(findings, Finding{"DKIM", Warn, "receivers look for the key at " + want.Name, publishKey(want)})
		}
	}
	return findings
}

// findSenders finds the addresses from which receivers get the emails. Those of a provider
// are known to its SPF record only. A mail server on this machine delivers from the address
// of smtp.helo, another one from its own, unless it passes the emails on. Receivers see no
// private address.
func (d *domain) findSenders(c config.SMTP) {
	if c.URL == "" { // emails are captured
		return
	}
	host := hostOf(c.URL)
	if d.provider = smtp.FindProvider(c.Provider); d.provider == nil {
		d.provider = smtp.ProviderOf(host)
	}
	if d.provider != nil || host == "" {
		return
	}
	d.senders = d.addresses(host)
	d.local = host == "localhost" || len(d.senders) > 0 && !slices.ContainsFunc(d.senders, func(a netip.Addr) bool { return !a.IsLoopback() })
	if d.local {
		d.senders = d.addresses(d.helo)
	}
	d.senders = slices.DeleteFunc(d.senders, func(a netip.Addr) bool { return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() })
}

// hostOf is the host of a mail server's URL, or "" for another text, which the check of the
// mail server refuses.
func hostOf(relay string) string {
	u, err := url.Parse(relay)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// addresses looks up the addresses of a host, or parses the host as one.
func (d *domain) addresses(host string) []netip.Addr {
	if ip, err := netip.ParseAddr(strings.TrimPrefix(strings.Trim(host, "[]"), "IPv6:")); err == nil {
		return []netip.Addr{ip}
	}
	list, err := d.dns.LookupNetIP(d.ctx, "ip", host)
	if err != nil {
		return nil
	}
	for i := range list {
		list[i] = list[i].Unmap()
	}
	return list
}

// domainOf is the domain of an address.
func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndex(address, "@")+1:])
}

// organisation is the organisational domain of a domain (RFC 7489 section 3.2) by the list
// of public suffixes. A public suffix is its own.
func organisation(domain string) string {
	if org, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return org
	}
	return domain
}

// isExample reports whether a domain is reserved, RFC 2606 and RFC 6761.
func isExample(domain string) bool {
	domain = "." + strings.ToLower(domain)
	return slices.ContainsFunc([]string{".example", ".example.org", ".example.com", ".example.net", ".test", ".invalid", ".localhost"}, func(reserved string) bool {
		return strings.HasSuffix(domain, reserved)
	})
}

// failure is the error of a look-up that has no answer. "No such record" is an answer.
func failure(err error) error {
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return nil
	}
	return err
}

// withPrefix returns the records with that prefix in any case.
func withPrefix(records []string, prefix string) []string {
	var list []string
	for _, r := range records {
		if len(r) >= len(prefix) && strings.EqualFold(r[:len(prefix)], prefix) {
			list = append(list, r)
		}
	}
	return list
}

// unanswered is the finding when DNS does not answer. Its remedy is the record that
// belongs there.
func unanswered(check, name string, err error, remedy string) Finding {
	return Finding{check, Warn, fmt.Sprintf("DNS did not answer for %s: %v", name, err), remedy + "; repeat the check when this machine reaches a name server"}
}

// tagOf is the value of a tag of a tag list, RFC 6376 section 3.2, without white space.
func tagOf(record, tag string) string {
	for part := range strings.SplitSeq(record, ";") {
		name, value, found := strings.Cut(part, "=")
		if found && strings.TrimSpace(name) == tag {
			return strings.Join(strings.Fields(value), "")
		}
	}
	return ""
}
