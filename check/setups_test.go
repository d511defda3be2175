package check

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"corridor/config"
)

// setup is a configuration with the records of its domains, and the findings.
type setup struct {
	name string

	from, envelope string // domains; envelope empty: from
	bounces        string // bounces.domain
	feedback       string // bounces.feedback
	url            string // empty: smtp://mail.example.edu
	signs          string // signing domain; empty: Corridor does not sign
	zone           string // further records; KEY stands for the record of the signing key

	want map[string]State // those that differ from OK
	says []string         // in the reasons and remedies
}

// base are records that are right for news@example.edu by smtp://mail.example.edu.
const base = `
	example.edu TXT some-verification=1
	example.edu TXT v=spf1 ip4:192.0.2.10 -all
	example.edu MX 10 mx1.example.edu
	mx1.example.edu A 192.0.2.20
	mail.example.edu A 192.0.2.10
	10.2.0.192.in-addr.arpa PTR mail.example.edu
	_dmarc.example.edu TXT v=DMARC1; p=reject; rua=mailto:d@example.edu
	corridor-ed25519._domainkey.example.edu TXT KEY
`

// without returns base without the records of a name, and with further ones.
func without(name, further string) string {
	var kept []string
	for line := range strings.Lines(base) {
		if !strings.HasPrefix(strings.TrimSpace(line), name+" ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "") + further
}

const local = "smtp+insecure://127.0.0.1:25"

var setups = []setup{
	{name: "everything is right", signs: "example.edu", zone: base},
	{name: "the mail server signs", zone: base, want: map[string]State{"DKIM": Warn}, says: []string{"SPF by example.edu stand for example.edu"}},
	{
		name: "no SPF record", signs: "example.edu", zone: without("example.edu", "example.edu MX 10 mx1.example.edu\n"),
		want: map[string]State{"SPF": Warn}, says: []string{"does not name the servers", `"v=spf1 ip4:192.0.2.10 -all"`},
	},
	{
		name: "SPF that permits nobody", signs: "example.edu", zone: without("example.edu", "example.edu MX 10 mx1.example.edu\nexample.edu TXT v=spf1 -all\n"),
		want: map[string]State{"SPF": Wrong}, says: []string{"forbids the mail server's address 192.0.2.10"},
	},
	{
		name: "SPF of another server", signs: "example.edu", zone: without("example.edu", "example.edu MX 10 mx1.example.edu\nexample.edu TXT v=spf1 mx ~all\n"),
		want: map[string]State{"SPF": Warn}, says: []string{"does not permit the mail server's address 192.0.2.10 (softfail)"},
	},
	{
		name: "two SPF records", signs: "example.edu", zone: base + "example.edu TXT v=spf1 mx -all\n",
		want: map[string]State{"SPF": Wrong}, says: []string{"2 SPF records", "keep one"},
	},
	{
		name: "SPF for everybody", signs: "example.edu", zone: without("example.edu", "example.edu MX 10 mx1.example.edu\nexample.edu TXT v=spf1 +all\n"),
		want: map[string]State{"SPF": Warn}, says: []string{"permits every server"},
	},
	{
		name: "SPF for everybody by a network", signs: "example.edu", zone: without("example.edu", "example.edu MX 10 mx1.example.edu\nexample.edu TXT v=spf1 ip4:0.0.0.0/0 -all\n"),
		want: map[string]State{"SPF": Warn}, says: []string{"permits every server"},
	},
	{
		name: "SPF by mx, a and include", signs: "example.edu", zone: without("example.edu", `
			example.edu MX 10 mx1.example.edu
			example.edu TXT v=spf1 mx a:www.example.edu include:_spf.example.edu -all
			www.example.edu A 192.0.2.30
			_spf.example.edu TXT v=spf1 redirect=_spf2.example.edu
			_spf2.example.edu TXT v=spf1 ip6:2001:db8::/32 ip4:192.0.2.8/29 -all
`),
	},
	{
		name: "SPF with too many look-ups", signs: "example.edu", zone: without("example.edu", `
			example.edu MX 10 mx1.example.edu
			example.edu TXT v=spf1 include:i1.example.edu include:i2.example.edu include:i3.example.edu include:i4.example.edu include:i5.example.edu include:i6.example.edu -all
			i1.example.edu TXT v=spf1 a:www.example.edu ~all
			i2.example.edu TXT v=spf1 a:www.example.edu ~all
			i3.example.edu TXT v=spf1 a:www.example.edu ~all
			i4.example.edu TXT v=spf1 a:www.example.edu ~all
			i5.example.edu TXT v=spf1 a:www.example.edu ~all
			i6.example.edu TXT v=spf1 ip4:192.0.2.10 ~all
			www.example.edu A 192.0.2.30
`), want: map[string]State{"SPF": Wrong}, says: []string{"cannot be evaluated", "10 look-ups"},
	},
	{
		name: "SPF with a mistake", signs: "example.edu", zone: without("example.edu", "example.edu MX 10 mx1.example.edu\nexample.edu TXT v=spf1 ipv4:192.0.2.10 -all\n"),
		want: map[string]State{"SPF": Wrong}, says: []string{"cannot be evaluated"},
	},
	{
		name: "SPF that includes a domain without one", signs: "example.edu", zone: without("example.edu", "example.edu MX 10 mx1.example.edu\nexample.edu TXT v=spf1 include:none.example.edu ip4:192.0.2.10 -all\n"),
		want: map[string]State{"SPF": Wrong}, says: []string{"cannot be evaluated"},
	},
	{
		name: "SPF through a server that fails", signs: "example.edu", zone: without("example.edu", "example.edu MX 10 mx1.example.edu\nexample.edu TXT v=spf1 include:lame.example.edu -all\nlame.example.edu FAIL x\n"),
		want: map[string]State{"SPF": Warn}, says: []string{"DNS did not answer"},
	},
	{
		name: "another envelope domain", envelope: "bounce.example.edu", signs: "example.edu",
		zone: base + "bounce.example.edu TXT v=spf1 a:mail.example.edu -all\nbounce.example.edu MX 10 mx1.example.edu\n",
		says: []string{"SPF by bounce.example.edu and DKIM by example.edu"},
	},
	{
		name: "the envelope domain's SPF counts, and not that of From", envelope: "bounce.example.edu",
		zone: base + "bounce.example.edu TXT v=spf1 -all\nbounce.example.edu MX 10 mx1.example.edu\n",
		want: map[string]State{"SPF": Wrong, "DKIM": Warn, "alignment": Warn}, says: []string{"bounce.example.edu: v=spf1 -all forbids"},
	},
	{
		name: "strict alignment of SPF", envelope: "bounce.example.edu",
		zone: without("_dmarc.example.edu", "_dmarc.example.edu TXT v=DMARC1; p=quarantine; aspf=s\nbounce.example.edu TXT v=spf1 a:mail.example.edu -all\nbounce.example.edu MX 10 mx1.example.edu\n"),
		want: map[string]State{"DKIM": Warn, "alignment": Warn}, says: []string{"has receivers quarantine such emails"},
	},
	{
		name: "strict alignment of DKIM", signs: "mail.example.edu", envelope: "example.com.au",
		zone: without("_dmarc.example.edu", `
			_dmarc.example.edu TXT v=DMARC1; p=reject; adkim=s
			corridor-ed25519._domainkey.mail.example.edu TXT KEY
			example.com.au TXT v=spf1 a:mail.example.edu -all
			example.com.au MX 10 mx1.example.edu
`), want: map[string]State{"alignment": Wrong}, says: []string{"neither SPF of example.com.au nor a signature", "has receivers reject such emails"},
	},
	{
		name: "two organisations below one public suffix", envelope: "other.co.uk", from: "news.review.co.uk",
		zone: base + `
			other.co.uk TXT v=spf1 a:mail.example.edu -all
			other.co.uk MX 10 mx1.example.edu
			news.review.co.uk MX 10 mx1.example.edu
			_dmarc.review.co.uk TXT v=DMARC1; p=none
`, want: map[string]State{"DKIM": Warn, "alignment": Warn}, says: []string{"_dmarc.review.co.uk: v=DMARC1; p=none; it applies to news.review.co.uk with p=none"},
	},
	{
		name: "the policy of the organisation", from: "news.example.edu", envelope: "example.edu", signs: "example.edu", zone: base + "news.example.edu MX 10 mx1.example.edu\n",
		says: []string{"it applies to news.example.edu with p=reject"},
	},
	{
		name: "the organisation's policy for subdomains", from: "news.example.edu", envelope: "example.edu", signs: "example.edu",
		zone: without("_dmarc.example.edu", "_dmarc.example.edu TXT v=DMARC1; p=reject; sp=none; pct=50\nnews.example.edu MX 10 mx1.example.edu\n"),
		says: []string{"it applies to news.example.edu with p=none"},
	},
	{
		name: "a policy of the subdomain", from: "news.example.edu", envelope: "example.edu", signs: "example.edu",
		zone: base + "_dmarc.news.example.edu TXT v=DMARC1; p=quarantine\nnews.example.edu MX 10 mx1.example.edu\n",
		says: []string{"_dmarc.news.example.edu: v=DMARC1; p=quarantine"},
	},
	{
		name: "no policy", from: "news.example.edu", envelope: "example.edu", signs: "example.edu", zone: without("_dmarc.example.edu", "news.example.edu MX 10 mx1.example.edu\n"),
		want: map[string]State{"DMARC": Warn}, says: []string{"neither news.example.edu nor example.edu", "publish a TXT record at _dmarc.example.edu"},
	},
	{
		name: "two policies", signs: "example.edu", zone: base + "_dmarc.example.edu TXT v=DMARC1; p=none\n",
		want: map[string]State{"DMARC": Wrong}, says: []string{"2 DMARC records"},
	},
	{
		name: "a policy that is none", signs: "example.edu", zone: without("_dmarc.example.edu", "_dmarc.example.edu TXT v=DMARC1; p=block\n"),
		want: map[string]State{"DMARC": Wrong}, says: []string{"no valid policy"},
	},
	{
		name: "a policy that is none with reports", signs: "example.edu", zone: without("_dmarc.example.edu", "_dmarc.example.edu TXT v=DMARC1; rua=mailto:d@example.edu\n"),
		want: map[string]State{"DMARC": Warn}, says: []string{"counts as p=none"},
	},
	{
		name: "no key", signs: "example.edu", zone: without("corridor-ed25519._domainkey.example.edu", ""),
		want: map[string]State{"DKIM": Wrong}, says: []string{"there is no key at corridor-ed25519._domainkey.example.edu", "p="},
	},
	{
		name: "a key that is revoked", signs: "example.edu", zone: without("corridor-ed25519._domainkey.example.edu", "corridor-ed25519._domainkey.example.edu TXT v=DKIM1; k=ed25519; p=\n"),
		want: map[string]State{"DKIM": Wrong}, says: []string{"revoked"},
	},
	{
		name: "a key that is a test", signs: "example.edu", zone: without("corridor-ed25519._domainkey.example.edu", "corridor-ed25519._domainkey.example.edu TXT t=y:s; KEY\n"),
		want: map[string]State{"DKIM": Warn}, says: []string{"t=y"},
	},
	{
		name: "a key of another type", signs: "example.edu", zone: without("corridor-ed25519._domainkey.example.edu", "corridor-ed25519._domainkey.example.edu TXT v=DKIM1; k=rsa; KEY\n"),
		want: map[string]State{"DKIM": Wrong}, says: []string{"says k=rsa, and the key is ed25519"},
	},
	{
		name: "no signature that holds, and the policy rejects", signs: "example.edu", zone: without("corridor-ed25519._domainkey.example.edu", "example.edu TXT v=spf1 -all\n"),
		want: map[string]State{"DKIM": Wrong, "SPF": Wrong, "alignment": Wrong}, says: []string{"has receivers reject such emails"},
	},
	{
		name: "no MX", signs: "example.edu", zone: without("example.edu", "example.edu TXT v=spf1 ip4:192.0.2.10 -all\n"),
		want: map[string]State{"MX": Warn}, says: []string{"receives no email"},
	},
	{
		name: "a null MX", signs: "example.edu", zone: without("example.edu", "example.edu TXT v=spf1 ip4:192.0.2.10 -all\nexample.edu MX 0 .\n"),
		want: map[string]State{"MX": Wrong}, says: []string{"RFC 7505"},
	},
	{
		name: "an MX that has no address", signs: "example.edu", zone: without("mx1.example.edu", ""),
		want: map[string]State{"MX": Wrong}, says: []string{"no server of its MX record has an address"},
	},
	{
		name: "a bounce domain without MX", signs: "example.edu", bounces: "bounce.example.edu", zone: base + "bounce.example.edu TXT v=spf1 a:mail.example.edu -all\n",
		want: map[string]State{"MX of bounces": Warn}, says: []string{"reports of emails that could not be delivered go there"},
	},
	{name: "this machine delivers", signs: "example.edu", url: local, zone: base, says: []string{"mail.example.edu and 192.0.2.10 name each other"}},
	{
		name: "this machine has no PTR", signs: "example.edu", url: local, zone: without("10.2.0.192.in-addr.arpa", ""),
		want: map[string]State{"host name": Wrong}, says: []string{"has no name (PTR record)"},
	},
	{
		name: "this machine has another PTR", signs: "example.edu", url: local, zone: without("10.2.0.192.in-addr.arpa", "10.2.0.192.in-addr.arpa PTR host10.example.net\nhost10.example.net A 192.0.2.10\n"),
		want: map[string]State{"host name": Warn}, says: []string{"set smtp.helo to host10.example.net"},
	},
	{
		name: "the PTR is not confirmed", signs: "example.edu", url: local, zone: without("10.2.0.192.in-addr.arpa", "10.2.0.192.in-addr.arpa PTR host10.example.net\n"),
		want: map[string]State{"host name": Wrong}, says: []string{"which does not have that address"},
	},
	{
		name: "the name of this machine has no address", signs: "example.edu", url: local, zone: without("mail.example.edu", ""),
		want: map[string]State{"host name": Warn, "SPF": Warn}, says: []string{"was not evaluated", "has no address in DNS"},
	},
	{
		name: "a mail server in a private network", signs: "example.edu", zone: without("mail.example.edu", "mail.example.edu A 10.0.0.5\n"),
		want: map[string]State{"SPF": Warn}, says: []string{"was not evaluated", "DKIM by example.edu"},
	},
	{
		name: "a provider whose servers SPF permits", signs: "example.edu", url: "smtp://smtp-relay.gmail.com", zone: without("example.edu", `
			example.edu MX 10 mx1.example.edu
			example.edu TXT v=spf1 include:_spf.example.edu -all
			_spf.example.edu TXT v=spf1 include:_spf.google.com -all
			_spf.google.com TXT v=spf1 ip4:198.51.100.0/24 ~all
`), says: []string{"permits the servers of google"},
	},
	{
		name: "a provider that SPF does not permit", signs: "example.edu", url: "smtp://smtp.office365.com", zone: base,
		want: map[string]State{"SPF": Wrong}, says: []string{"add include:spf.protection.outlook.com"},
	},
	{
		name: "a provider with an envelope sender of its own", signs: "example.edu", url: "smtps://smtp.postmarkapp.com", zone: base,
		says: []string{"puts an envelope sender of its own", "DKIM by example.edu stand for"},
	},
	{name: "complaints below the domain", signs: "example.edu", feedback: "fbl@fbl.example.edu", zone: base, says: []string{"complaints go to fbl.example.edu"}},
	{
		name: "complaints elsewhere", signs: "example.edu", feedback: "fbl@example.com.au", zone: base,
		want: map[string]State{"complaints": Warn}, says: []string{"receivers ignore it"},
	},
	{
		name: "complaints without the signature of From", signs: "mail.example.edu", feedback: "fbl@example.edu", zone: base + "corridor-ed25519._domainkey.mail.example.edu TXT KEY\n",
		want: map[string]State{"complaints": Warn}, says: []string{"set dkim.domain to example.edu"},
	},
	{
		name: "DNS does not answer", signs: "example.edu",
		want: map[string]State{"SPF": Warn, "DKIM": Warn, "DMARC": Warn, "MX": Warn, "alignment": Warn}, says: []string{"DNS did not answer"},
	},
}

// The expected states are those of a receiver that follows RFC 7208, 6376 and 7489.
func TestSetupsOfDomainsAreJudged(t *testing.T) {
	key, record := signingKey(t)
	for _, s := range setups {
		t.Run(s.name, func(t *testing.T) {
			c := config.Default()
			c.SMTP.URL, c.SMTP.HELO, c.Bounces.Domain = s.url, "mail.example.edu", s.bounces
			c.Bounces.Feedback = s.feedback
			if s.url == "" {
				c.SMTP.URL = "smtp://mail.example.edu"
			}
			from := s.from
			if from == "" {
				from = "example.edu"
			}
			c.Publication.From = "Example Review <news@" + from + ">"
			if s.envelope != "" {
				c.SMTP.EnvelopeFrom = "bounces@" + s.envelope
			}
			if s.signs != "" {
				c.DKIM = key
				c.DKIM.Domain = s.signs
			}
			found := checkDomain(t.Context(), c, resolver(t, strings.ReplaceAll(s.zone, "KEY", record)))
			got, text := states(t, found), ""
			maps.DeleteFunc(got, func(_ string, state State) bool { return state == OK })
			want := maps.Clone(s.want)
			if want == nil {
				want = map[string]State{}
			}
			for _, f := range found {
				text += f.Check + ": " + f.Reason + " -> " + f.Remedy + "\n"
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("states (-want +got):\n%s\n%s", diff, text)
			}
			for _, words := range s.says {
				if !strings.Contains(text, words) {
					t.Errorf("the findings do not say %q:\n%s", words, text)
				}
			}
		})
	}
}
