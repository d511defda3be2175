package check

import (
	"fmt"
	"slices"
	"strings"
)

// policy is the request of a DMARC record to receivers for the domain of From, RFC 7489.
type policy struct {
	action string // none, quarantine or reject; empty: there is no policy
	at     string // the domain that publishes it
	strict struct{ dkim, spf bool }
}

// enforced reports whether emails that are not aligned are refused or put aside.
func (p policy) enforced() bool { return p.action == "reject" || p.action == "quarantine" }

// checkDMARC finds the policy at the domain of From or at its organisational domain (RFC
// 7489 section 6.6.3). Large providers require one of bulk senders.
func (d *domain) checkDMARC() (Finding, policy) {
	org := organisation(d.from)
	remedy := fmt.Sprintf(`publish a TXT record at _dmarc.%s, like "v=DMARC1; p=none; rua=mailto:postmaster@%s"`, org, org)
	for _, at := range slices.Compact([]string{d.from, org}) {
		all, err := d.dns.LookupTXT(d.ctx, "_dmarc."+at)
		if err := failure(err); err != nil {
			return unanswered("DMARC", "_dmarc."+at, err, remedy), policy{}
		}
		records := withPrefix(all, "v=DMARC1")
		switch {
		case len(records) == 0:
			continue
		case len(records) > 1:
			return Finding{"DMARC", Wrong, fmt.Sprintf("_dmarc.%s has %d DMARC records, and receivers ignore all of them", at, len(records)), "keep one"}, policy{}
		}
		return judgeDMARC(d.from, at, records[0])
	}
	where := d.from
	if org != d.from {
		where = "neither " + d.from + " nor " + org
		return Finding{"DMARC", Warn, where + " has a DMARC policy, which large providers require", remedy}, policy{}
	}
	return Finding{"DMARC", Warn, where + " has no DMARC policy, which large providers require", remedy}, policy{}
}

// judgeDMARC judges the record that the domain at publishes, for emails from a domain.
func judgeDMARC(from, at, record string) (Finding, policy) {
	p := policy{action: tagOf(record, "p"), at: at}
	p.strict.dkim, p.strict.spf = tagOf(record, "adkim") == "s", tagOf(record, "aspf") == "s"
	remedy := fmt.Sprintf("correct the record at _dmarc.%s", at)
	known := []string{"none", "quarantine", "reject"}
	if sub := tagOf(record, "sp"); sub != "" && at != from {
		p.action = sub
	}
	p.action = strings.ToLower(p.action)
	if !slices.Contains(known, p.action) || !slices.Contains(known, strings.ToLower(tagOf(record, "p"))) {
		if !strings.Contains(tagOf(record, "rua"), "mailto:") {
			return Finding{"DMARC", Wrong, fmt.Sprintf("_dmarc.%s: %s has no valid policy (p= and sp= are none, quarantine or reject), and receivers ignore it", at, record), remedy}, policy{}
		}
		p.action = "none" // RFC 7489 section 6.6.3, step 6
		return Finding{"DMARC", Warn, fmt.Sprintf("_dmarc.%s: %s has no valid policy and counts as p=none", at, record), remedy}, p
	}
	reason := fmt.Sprintf("_dmarc.%s: %s", at, record)
	if at != from {
		reason += fmt.Sprintf("; it applies to %s with p=%s", from, p.action)
	}
	if pct := tagOf(record, "pct"); pct == "0" && p.enforced() {
		reason += "; pct=0 applies it to no email"
	}
	return Finding{"DMARC", OK, reason, ""}, p
}

// aligned reports whether a domain that was authenticated stands for the domain of From
// (RFC 7489 section 3.1).
func aligned(domain, from string, strict bool) bool {
	if strict {
		return strings.EqualFold(domain, from)
	}
	return organisation(strings.ToLower(domain)) == organisation(strings.ToLower(from))
}

// checkAlignment requires that SPF or DKIM stands for the domain of From, without which
// DMARC fails.
func (d *domain) checkAlignment(p policy, spfPasses, dkimHolds bool) Finding {
	bySPF, byDKIM := spfPasses && aligned(d.envelope, d.from, p.strict.spf), false
	var ways []string
	if bySPF {
		ways = append(ways, "SPF by "+d.envelope)
	}
	if d.signer != nil {
		if byDKIM = dkimHolds && aligned(d.signer.Domain(), d.from, p.strict.dkim); byDKIM {
			ways = append(ways, "DKIM by "+d.signer.Domain())
		}
	}
	if len(ways) > 0 {
		return Finding{"alignment", OK, strings.Join(ways, " and ") + " stand for " + d.from, ""}
	}
	reason := fmt.Sprintf("neither SPF of %s nor a signature of Corridor stands for %s, the domain of From", d.envelope, d.from)
	remedy := fmt.Sprintf("sign in [dkim] with a key of %s, or use an envelope sender of that domain whose SPF passes", d.from)
	state := Warn
	if d.signer == nil {
		remedy += "; ignore this if the mail server signs for " + d.from
	} else if p.enforced() {
		state = Wrong
	}
	if p.enforced() {
		reason += fmt.Sprintf("; the policy of %s has receivers %s such emails", p.at, p.action)
	}
	return Finding{"alignment", state, reason, remedy}
}
