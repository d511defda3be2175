package check

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"blitiri.com.ar/go/spf"
)

// checkSPF evaluates the SPF record of the envelope domain (RFC 7208) for the addresses from
// which receivers get the emails. passes is true if that permits them, or as far as is known.
func (d *domain) checkSPF() (f Finding, passes bool) {
	remedy := fmt.Sprintf("publish a TXT record at %s, like %q", d.envelope, d.exampleSPF())
	if d.provider != nil && d.provider.OwnEnvelope {
		return Finding{"SPF", OK, fmt.Sprintf("%s puts an envelope sender of its own in place of %s, so its record decides", d.provider.Name, d.envelope), ""}, false
	}
	all, err := d.dns.LookupTXT(d.ctx, d.envelope)
	if err := failure(err); err != nil {
		return unanswered("SPF", d.envelope, err, remedy), false
	}
	records := withPrefix(all, "v=spf1")
	switch {
	case len(records) == 0:
		return Finding{"SPF", Warn, d.envelope + ", the domain of the envelope sender, does not name the servers that may send its email", remedy}, false
	case len(records) > 1:
		return Finding{"SPF", Wrong, fmt.Sprintf("%s has %d SPF records, and receivers ignore all of them", d.envelope, len(records)), "keep one"}, false
	}
	if result, _ := d.evaluate(stranger); result == spf.Pass {
		return Finding{"SPF", Warn, fmt.Sprintf("%s: %s permits every server", d.envelope, records[0]), "end it with -all or ~all"}, true
	}
	if d.provider != nil {
		return d.checkInclude(records[0])
	}
	return d.checkPermitted(records[0], remedy)
}

// stranger is an address of no mail server, RFC 5737.
var stranger = netip.MustParseAddr("203.0.113.77")

// evaluate is the result of SPF for an email from an address.
func (d *domain) evaluate(from netip.Addr) (spf.Result, error) {
	return spf.CheckHostWithSender(net.IP(from.AsSlice()), d.helo, "bounces@"+d.envelope, spf.WithContext(d.ctx), spf.WithResolver(d.dns))
}

// exampleSPF is a record that permits the known addresses.
func (d *domain) exampleSPF() string {
	record := "v=spf1"
	if d.provider != nil {
		record += " include:" + d.provider.SPF
	}
	for _, a := range d.senders {
		record += fmt.Sprintf(" ip%d:%s", map[bool]int{true: 4, false: 6}[a.Is4()], a)
	}
	if record == "v=spf1" {
		record += " mx"
	}
	return record + " -all"
}

// checkPermitted evaluates a record for each known address.
func (d *domain) checkPermitted(record, remedy string) (f Finding, passes bool) {
	if len(d.senders) == 0 {
		result, err := d.evaluate(stranger) // for the record's faults
		if result == spf.PermError || result == spf.TempError {
			return d.spfFault(record, result, err), false
		}
		if permitsNobody(record) {
			return Finding{"SPF", Wrong, fmt.Sprintf("%s: %s permits no server to send", d.envelope, record), remedy}, false
		}
		return Finding{
			"SPF", Warn, fmt.Sprintf("%s: %s; the address that emails leave from is not known, so it was not evaluated", d.envelope, record),
			"set smtp.url to the mail server, and smtp.helo to a name with the public address of a mail server on this machine",
		}, true
	}
	for _, address := range d.senders {
		result, err := d.evaluate(address)
		switch {
		case result == spf.Pass:
		case result == spf.PermError || result == spf.TempError:
			return d.spfFault(record, result, err), false
		case result == spf.Fail:
			return Finding{"SPF", Wrong, fmt.Sprintf("%s: %s forbids the mail server's address %s (fail)", d.envelope, record, address), remedy}, false
		default:
			return Finding{"SPF", Warn, fmt.Sprintf("%s: %s does not permit the mail server's address %s (%s)", d.envelope, record, address, result), remedy}, false
		}
	}
	return Finding{"SPF", OK, fmt.Sprintf("%s permits %s: %s", d.envelope, join(d.senders), record), ""}, true
}

// permitsNobody reports whether a record is no more than -all.
func permitsNobody(record string) bool {
	fields := strings.Fields(record)
	return len(fields) == 2 && (fields[1] == "-all" || fields[1] == "~all")
}

func join(list []netip.Addr) string {
	var texts []string
	for _, a := range list {
		texts = append(texts, a.String())
	}
	return strings.Join(texts, ", ")
}

// spfFault is the finding of a record that receivers cannot evaluate.
func (d *domain) spfFault(record string, result spf.Result, err error) Finding {
	if result == spf.TempError {
		return unanswered("SPF", d.envelope, err, "see that the domains that "+record+" names answer")
	}
	return Finding{
		"SPF", Wrong, fmt.Sprintf("%s: %s cannot be evaluated, and receivers ignore it: %v", d.envelope, record, err),
		"correct the record; it may cause at most 10 look-ups (RFC 7208 section 4.6.4), which its include:, a, mx, ptr, exists and redirect= use",
	}
}

// checkInclude requires the provider's record among those that a record includes.
func (d *domain) checkInclude(record string) (Finding, bool) {
	if result, err := d.evaluate(stranger); result == spf.PermError || result == spf.TempError {
		return d.spfFault(record, result, err), false
	}
	if includes(d, record, d.provider.SPF, 10) {
		return Finding{"SPF", OK, fmt.Sprintf("%s permits the servers of %s: %s", d.envelope, d.provider.Name, record), ""}, true
	}
	return Finding{
		"SPF", Wrong, fmt.Sprintf("%s: %s does not permit the servers of %s", d.envelope, record, d.provider.Name),
		fmt.Sprintf("add include:%s to the record", d.provider.SPF),
	}, false
}

// includes reports whether a record includes or redirects to a name, directly or through at
// most left other records.
func includes(d *domain, record, name string, left int) bool {
	for _, field := range strings.Fields(strings.ToLower(record)) {
		target, found := strings.CutPrefix(strings.TrimPrefix(field, "+"), "include:")
		if !found {
			if target, found = strings.CutPrefix(field, "redirect="); !found {
				continue
			}
		}
		if target == name {
			return true
		}
		if left == 0 {
			return false
		}
		left--
		records, _ := d.dns.LookupTXT(d.ctx, target)
		for _, r := range withPrefix(records, "v=spf1") {
			if includes(d, r, name, left) {
				return true
			}
		}
	}
	return false
}
