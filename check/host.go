package check

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// checkMX requires a server that receives emails to a domain.
func (d *domain) checkMX(check, domain string) Finding {
	remedy := "publish an MX record, or set publication.reply_to to a domain that receives email"
	if domain != d.from {
		remedy = "publish an MX record: reports of emails that could not be delivered go there"
	}
	records, err := d.dns.LookupMX(d.ctx, domain)
	if err := failure(err); err != nil {
		return unanswered(check, domain, err, remedy)
	}
	var hosts []string
	for _, r := range records {
		hosts = append(hosts, strings.TrimSuffix(r.Host, "."))
	}
	switch {
	case len(hosts) == 1 && hosts[0] == "":
		return Finding{check, Wrong, domain + " declares that it receives no email (null MX, RFC 7505), and receivers may refuse its emails", remedy}
	case len(hosts) == 0 && len(d.addresses(domain)) > 0:
		return Finding{check, Warn, domain + " has no MX record, so its emails go to the host of that name, if that receives any", remedy}
	case len(hosts) == 0:
		return Finding{check, Warn, domain + " receives no email, so bounces and replies are lost", remedy}
	}
	for _, host := range hosts {
		if len(d.addresses(host)) > 0 {
			return Finding{check, OK, domain + ": " + strings.Join(hosts, ", "), ""}
		}
	}
	return Finding{check, Wrong, fmt.Sprintf("%s: no server of its MX record has an address: %s", domain, strings.Join(hosts, ", ")), "correct the record"}
}

// checkHostName compares the name of this machine, which delivers to receivers itself, with
// its address: receivers refuse hosts whose address has no name, or a name without that
// address (RFC 1912 section 2.1).
func (d *domain) checkHostName() Finding {
	const check = "host name"
	if len(d.senders) == 0 {
		return Finding{
			check, Warn, d.helo + ", the name that this machine tells receivers, has no address in DNS",
			"publish an A or AAAA record with the public address of this machine, or set smtp.helo to its name",
		}
	}
	for _, address := range d.senders {
		names, err := d.dns.LookupAddr(d.ctx, address.String())
		remedy := fmt.Sprintf("have the owner of the network publish a PTR record of %s with the name %s", address, d.helo)
		if err := failure(err); err != nil {
			return unanswered(check, address.String(), err, remedy)
		}
		switch confirmed := d.confirmed(names, address); {
		case len(names) == 0:
			return Finding{check, Wrong, fmt.Sprintf("the address %s has no name (PTR record), and large providers refuse such hosts", address), remedy}
		case len(confirmed) == 0:
			return Finding{check, Wrong, fmt.Sprintf("the address %s has the name %s, which does not have that address", address, names[0]), remedy}
		case !slices.Contains(confirmed, strings.ToLower(d.helo)):
			return Finding{
				check, Warn, fmt.Sprintf("this machine calls itself %s, and its address %s has the name %s", d.helo, address, confirmed[0]),
				fmt.Sprintf("set smtp.helo to %s, or %s", confirmed[0], remedy),
			}
		}
	}
	return Finding{check, OK, fmt.Sprintf("%s and %s name each other", d.helo, join(d.senders)), ""}
}

// confirmed returns the names that have the address.
func (d *domain) confirmed(names []string, address netip.Addr) (list []string) {
	for _, name := range names[:min(len(names), 5)] {
		name = strings.ToLower(strings.TrimSuffix(name, "."))
		if slices.Contains(d.addresses(name), address) {
			list = append(list, name)
		}
	}
	return list
}
