package check

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"slices"
	"strings"

	"corridor/config"
	"corridor/mailer/message"
	"corridor/service"
)

// checkDomain looks up the DNS records by which receivers judge emails of the sending
// domain.
func checkDomain(ctx context.Context, c *config.Config, resolver *net.Resolver) []Finding {
	from := &service.Service{Config: c}
	var err error
	if from.From, err = mail.ParseAddress(c.Publication.From); err != nil {
		return []Finding{{"sending domain", Wrong, err.Error(), "set publication.from"}}
	}
	domain := from.MailDomain()
	signer, err := from.DKIMSigner()
	if err != nil {
		return []Finding{{"DKIM", Wrong, err.Error(), "correct [dkim]"}}
	}
	if isExample(domain) {
		findings := []Finding{{"sending domain", Warn, domain + " is reserved for examples", "set publication.from to an address in your domain"}}
		if signer != nil {
			for _, want := range signer.Records() {
				findings = append(findings, Finding{"DKIM", Warn, "receivers look for the key at " + want.Name, publishKey(want)})
			}
		}
		return findings
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	text := func(name string) ([]string, error) { return resolver.LookupTXT(ctx, name) }
	spf, spfErr := text(domain)
	dmarc, dmarcErr := text("_dmarc." + domain)
	mx, mxErr := resolver.LookupMX(ctx, domain)
	hosts := []string{}
	for _, record := range mx {
		hosts = append(hosts, strings.TrimSuffix(record.Host, "."))
	}
	findings := []Finding{judgeSPF(domain, spf, spfErr)}
	if signer == nil {
		findings = append(findings, Finding{"DKIM", Warn, "Corridor does not sign emails", "ignore this if the mail server signs them; otherwise make a key and name it in [dkim]"})
	} else {
		for _, want := range signer.Records() {
			found, err := text(want.Name)
			findings = append(findings, judgeDKIM(want, found, err))
		}
	}
	return append(findings, judgeDMARC(domain, dmarc, dmarcErr), judgeMX(domain, hosts, mxErr))
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

// judgeSPF requires exactly one record, RFC 7208 section 4.5.
func judgeSPF(domain string, records []string, err error) Finding {
	remedy := fmt.Sprintf(`publish a TXT record at %s that names your mail server, like "v=spf1 mx -all"`, domain)
	if err := failure(err); err != nil {
		return unanswered("SPF", domain, err, remedy)
	}
	switch found := withPrefix(records, "v=spf1"); {
	case len(found) == 0:
		return Finding{"SPF", Warn, domain + " does not name the servers that may send its email", remedy}
	case len(found) > 1:
		return Finding{"SPF", Wrong, fmt.Sprintf("%s has %d SPF records, and receivers ignore all of them", domain, len(found)), "keep one"}
	case strings.Contains(strings.ToLower(found[0]), "+all"):
		return Finding{"SPF", Warn, found[0] + " permits every server", "end it with -all or ~all"}
	default:
		return Finding{"SPF", OK, found[0], ""}
	}
}

// judgeDKIM compares the public key in DNS with the signing key.
func judgeDKIM(want message.DNSRecord, records []string, err error) Finding {
	remedy := publishKey(want)
	if err := failure(err); err != nil {
		return unanswered("DKIM", want.Name, err, remedy)
	}
	key := tagOf(want.Value, "p")
	for _, record := range records {
		if tagOf(record, "p") == key {
			return Finding{"DKIM", OK, want.Name + " has the signing key", ""}
		}
	}
	if len(records) == 0 {
		return Finding{"DKIM", Wrong, "there is no key at " + want.Name + ", so no signature is valid", remedy}
	}
	return Finding{"DKIM", Wrong, "the key at " + want.Name + " is not the signing key", remedy}
}

// publishKey is the remedy that publishes a record.
func publishKey(want message.DNSRecord) string {
	return fmt.Sprintf("publish a TXT record at %s: %s", want.Name, want.Value)
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

// judgeDMARC requires a policy, as large providers do of bulk senders.
func judgeDMARC(domain string, records []string, err error) Finding {
	remedy := fmt.Sprintf(`publish a TXT record at _dmarc.%s, like "v=DMARC1; p=none; rua=mailto:postmaster@%s"`, domain, domain)
	if err := failure(err); err != nil {
		return unanswered("DMARC", "_dmarc."+domain, err, remedy)
	}
	if found := withPrefix(records, "v=DMARC1"); len(found) > 0 {
		return Finding{"DMARC", OK, found[0], ""}
	}
	return Finding{"DMARC", Warn, domain + " has no DMARC policy, which large providers require", remedy}
}

// judgeMX requires a server that receives bounces and replies.
func judgeMX(domain string, hosts []string, err error) Finding {
	const remedy = "publish an MX record, or set smtp.envelope_from and publication.reply_to to a domain that receives email"
	if err := failure(err); err != nil {
		return unanswered("MX", domain, err, remedy)
	}
	if len(hosts) == 0 {
		return Finding{"MX", Warn, domain + " receives no email, so bounces and replies are lost", remedy}
	}
	return Finding{"MX", OK, strings.Join(hosts, ", "), ""}
}
