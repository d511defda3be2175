package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"slices"
	"strings"

	"corridor/config"
	"corridor/mailer"
	"corridor/service"
)

// checkDomain looks at the records by which receivers judge mail of the sending domain.
func checkDomain(ctx context.Context, c *config.Config, resolver *net.Resolver) []finding {
	from := &service.Service{Config: c}
	var err error
	if from.From, err = mail.ParseAddress(c.Publication.From); err != nil {
		return []finding{{"sending domain", isWrong, err.Error(), "set publication.from"}}
	}
	domain := from.MailDomain()
	signer, err := from.DKIMSigner()
	if err != nil {
		return []finding{{"DKIM", isWrong, err.Error(), "put [dkim] right"}}
	}
	if isExample(domain) {
		findings := []finding{{"sending domain", isWarn, domain + " is a domain for examples", "set publication.from to an address of your own"}}
		if signer != nil {
			for _, want := range signer.Records() {
				findings = append(findings, finding{"DKIM", isWarn, "receivers will look for our key at " + want.Name, publishKey(want)})
			}
		}
		return findings
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	text := func(name string) ([]string, error) { return resolver.LookupTXT(ctx, name) }
	spf, spfErr := text(domain)
	dmarc, dmarcErr := text("_dmarc." + domain)
	mx, mxErr := resolver.LookupMX(ctx, domain)
	hosts := []string{}
	for _, record := range mx {
		hosts = append(hosts, strings.TrimSuffix(record.Host, "."))
	}
	findings := []finding{judgeSPF(domain, spf, spfErr)}
	if signer == nil {
		findings = append(findings, finding{"DKIM", isWarn, "mails leave unsigned", "well if the mail server signs them; else make a key and name it under [dkim]"})
	} else {
		for _, want := range signer.Records() {
			found, err := text(want.Name)
			findings = append(findings, judgeDKIM(want, found, err))
		}
	}
	return append(findings, judgeDMARC(domain, dmarc, dmarcErr), judgeMX(domain, hosts, mxErr))
}

// isExample tells whether a domain is reserved, RFC 2606 and RFC 6761.
func isExample(domain string) bool {
	domain = "." + strings.ToLower(domain)
	return slices.ContainsFunc([]string{".example", ".example.org", ".example.com", ".example.net", ".test", ".invalid", ".localhost"}, func(reserved string) bool {
		return strings.HasSuffix(domain, reserved)
	})
}

// asked is nil when DNS answered, with records or by saying that there are none.
func asked(err error) error {
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return nil
	}
	return err
}

// begins are the records of a kind, without regard to case.
func begins(records []string, prefix string) []string {
	var list []string
	for _, r := range records {
		if len(r) >= len(prefix) && strings.EqualFold(r[:len(prefix)], prefix) {
			list = append(list, r)
		}
	}
	return list
}

// unanswered says what belongs there, whatever stands there now.
func unanswered(check, name string, err error, remedy string) finding {
	return finding{check, isWarn, fmt.Sprintf("DNS did not answer for %s: %v", name, err), remedy + "; whether it is there shows when this machine reaches a name server"}
}

// judgeSPF wants exactly one record, RFC 7208 section 4.5.
func judgeSPF(domain string, records []string, err error) finding {
	remedy := fmt.Sprintf(`publish a TXT record at %s that names your mail server, like "v=spf1 mx -all"`, domain)
	if err := asked(err); err != nil {
		return unanswered("SPF", domain, err, remedy)
	}
	switch found := begins(records, "v=spf1"); {
	case len(found) == 0:
		return finding{"SPF", isWarn, domain + " does not say who may send its mail", remedy}
	case len(found) > 1:
		return finding{"SPF", isWrong, fmt.Sprintf("%s has %d SPF records, and receivers then take none", domain, len(found)), "leave one"}
	case strings.Contains(strings.ToLower(found[0]), "+all"):
		return finding{"SPF", isWarn, found[0] + " lets everybody send", "end it with -all or ~all"}
	default:
		return finding{"SPF", isOK, found[0], ""}
	}
}

// judgeDKIM compares the public key in DNS with the one we sign with.
func judgeDKIM(want mailer.DNSRecord, records []string, err error) finding {
	remedy := publishKey(want)
	if err := asked(err); err != nil {
		return unanswered("DKIM", want.Name, err, remedy)
	}
	key := tagOf(want.Value, "p")
	for _, record := range records {
		if tagOf(record, "p") == key {
			return finding{"DKIM", isOK, want.Name + " holds our key", ""}
		}
	}
	if len(records) == 0 {
		return finding{"DKIM", isWrong, "there is no key at " + want.Name + ", so that no signature holds", remedy}
	}
	return finding{"DKIM", isWrong, "the key at " + want.Name + " is not the one we sign with", remedy}
}

// publishKey says which record to publish.
func publishKey(want mailer.DNSRecord) string {
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

// judgeDMARC wants a policy, which large providers ask of those who mail many.
func judgeDMARC(domain string, records []string, err error) finding {
	remedy := fmt.Sprintf(`publish a TXT record at _dmarc.%s, like "v=DMARC1; p=none; rua=mailto:postmaster@%s"`, domain, domain)
	if err := asked(err); err != nil {
		return unanswered("DMARC", "_dmarc."+domain, err, remedy)
	}
	if found := begins(records, "v=DMARC1"); len(found) > 0 {
		return finding{"DMARC", isOK, found[0], ""}
	}
	return finding{"DMARC", isWarn, domain + " has no policy, which large providers ask for", remedy}
}

// judgeMX wants somebody to take bounces and answers.
func judgeMX(domain string, hosts []string, err error) finding {
	const remedy = "publish an MX record, or set smtp.envelope_from and publication.reply_to to a domain that takes mail"
	if err := asked(err); err != nil {
		return unanswered("MX", domain, err, remedy)
	}
	if len(hosts) == 0 {
		return finding{"MX", isWarn, domain + " takes no mail, so that bounces and answers are lost", remedy}
	}
	return finding{"MX", isOK, strings.Join(hosts, ", "), ""}
}
