package check

import (
	"fmt"
	"slices"
	"strings"

	"corridor/mailer/message"
)

// checkDKIM compares the public keys in DNS with the signing keys. holds is true if at least
// one signature is valid.
func (d *domain) checkDKIM() (findings []Finding, holds bool) {
	if d.signer == nil {
		return []Finding{{
			"DKIM", Warn, "Corridor does not sign emails",
			"ignore this if the mail server signs them for " + d.from + "; otherwise make a key and name it in [dkim]",
		}}, false
	}
	for _, want := range d.signer.Records() {
		records, err := d.dns.LookupTXT(d.ctx, want.Name)
		f := judgeDKIM(want, records, err)
		findings = append(findings, f)
		holds = holds || f.State == OK
	}
	return findings, holds
}

// judgeDKIM judges the key records at a selector, RFC 6376 section 3.6.1.
func judgeDKIM(want message.DNSRecord, records []string, err error) Finding {
	remedy := publishKey(want)
	if err := failure(err); err != nil {
		return unanswered("DKIM", want.Name, err, remedy)
	}
	wrong := func(reason string) Finding { return Finding{"DKIM", Wrong, reason, remedy} }
	keys := slices.DeleteFunc(slices.Clone(records), func(r string) bool { return !strings.Contains(r, "p=") })
	switch {
	case len(keys) == 0:
		return wrong("there is no key at " + want.Name + ", so no signature is valid")
	case len(keys) > 1:
		return wrong(fmt.Sprintf("there are %d keys at %s, and receivers may take any of them", len(keys), want.Name))
	}
	record := keys[0]
	hashes, services := tagOf(record, "h"), tagOf(record, "s")
	switch {
	case tagOf(record, "p") == "":
		return wrong("the key at " + want.Name + " is revoked (its p= is empty)")
	case tagOf(record, "p") != tagOf(want.Value, "p"):
		return wrong("the key at " + want.Name + " is not the signing key")
	case tagOf(record, "v") != "" && tagOf(record, "v") != "DKIM1":
		return wrong("the record at " + want.Name + " is of another version: " + record)
	case keyType(record) != keyType(want.Value):
		return wrong(fmt.Sprintf("the record at %s says k=%s, and the key is %s", want.Name, keyType(record), keyType(want.Value)))
	case hashes != "" && !slices.Contains(strings.Split(hashes, ":"), "sha256"):
		return wrong("the record at " + want.Name + " permits other hashes than sha256 only: h=" + hashes)
	case services != "" && services != "*" && !slices.Contains(strings.Split(services, ":"), "email"):
		return wrong("the record at " + want.Name + " is not for email: s=" + services)
	case slices.Contains(strings.Split(tagOf(record, "t"), ":"), "y"):
		return Finding{"DKIM", Warn, "the key at " + want.Name + " is marked as a test (t=y), and receivers may treat the emails as unsigned", "remove t=y from the record"}
	}
	return Finding{"DKIM", OK, want.Name + " has the signing key", ""}
}

// keyType is the k= of a key record.
func keyType(record string) string {
	if k := tagOf(record, "k"); k != "" {
		return k
	}
	return "rsa"
}

// publishKey is the remedy that publishes a record.
func publishKey(want message.DNSRecord) string {
	return fmt.Sprintf("publish a TXT record at %s: %s", want.Name, want.Value)
}

// checkFeedback requires that the domain of the address for complaints is that of From, a
// subdomain of it, or the signing domain (RFC 9477 section 3.1): receivers ignore others.
func (d *domain) checkFeedback(feedback string) Finding {
	const check = "complaints"
	signing := strings.ToLower(d.signer.Domain())
	if signing != d.from && feedback != signing {
		return Finding{check, Warn, fmt.Sprintf("emails are signed by %s, and receivers send complaints only when %s or %s signs", signing, d.from, feedback), "set dkim.domain to " + d.from}
	}
	if feedback == d.from || strings.HasSuffix(feedback, "."+d.from) || feedback == signing {
		return Finding{check, OK, "complaints go to " + feedback, ""}
	}
	return Finding{
		check, Warn, fmt.Sprintf("the address for complaints is at %s, and receivers ignore it: it must be at %s or below it", feedback, d.from),
		"set bounces.feedback to an address at " + d.from,
	}
}
