package smtp

import "strings"

// Provider is a service that takes emails over SMTP for many senders, and its rules.
type Provider struct {
	Name  string   // in smtp.provider
	Hosts []string // the ends of its servers' names
	SPF   string   // the include: of its servers in an SPF record

	// OwnEnvelope means that the provider replaces the envelope sender by an address of its
	// own or of a subdomain that it asked to be set up: then its record decides SPF.
	OwnEnvelope bool

	Headers  []string // "Name: value" of every email; {id} is the email's id
	Editions []string // further ones of editions, which are bulk email
	Rewrites []string // headers that it changes, which a DKIM signature must not cover

	// Limits for keys of [smtp] that are not set. 0: no limit is published, or it depends on
	// the account.
	Rate        float64 // emails a second
	Connections int     // at once, over all processes
	PerDay      int     // emails
}

// Providers are the known providers. The comment of a value names its source.
var Providers = []Provider{
	{
		Name: "ses", Hosts: []string{".amazonaws.com", ".amazonaws.com.cn"},
		SPF:         "amazonses.com", // docs.aws.amazon.com/ses, "Using a custom MAIL FROM domain"
		OwnEnvelope: true,            // amazonses.com, or the custom MAIL FROM domain; the same page
		// Notifications carry the original headers, so X-Corridor-ID names the delivery:
		// docs.aws.amazon.com/ses, "SNS notification contents".
		Rewrites: []string{"Date", "Message-ID"}, // docs.aws.amazon.com/ses, "Manual DKIM signing": do not sign Message-ID, Date, Return-Path
		// docs.aws.amazon.com/ses, "Service quotas": 1 a second in the sandbox, else by account.
		// Ten a second is less than accounts begin with outside the sandbox.
		Rate: 10,
	},
	{
		Name: "postmark", Hosts: []string{".postmarkapp.com"},
		SPF: "spf.mtasv.net", OwnEnvelope: true, // postmarkapp.com/support, "custom Return-Path": pm.mtasv.net or a subdomain
		// postmarkapp.com/developer, "Send email with SMTP": metadata come back in webhooks;
		// tracking off; X-PM-KeepID keeps the Message-ID.
		Headers:  []string{"X-PM-Metadata-corridor: {id}", "X-PM-TrackOpens: false", "X-PM-TrackLinks: None", "X-PM-KeepID: true"},
		Editions: []string{"X-PM-Message-Stream: broadcast"}, // the same page; "broadcast" is the stream that every server has
		Rewrites: []string{"Date"},                           // the message is taken apart and composed anew: the same page, "parsed"
	},
	{
		Name: "mailgun", Hosts: []string{".mailgun.org"},
		SPF: "mailgun.org", OwnEnvelope: true, // documentation.mailgun.com, "Domain verification": bounce+…@ the sending domain
		// documentation.mailgun.com, "Pass sending options" and "Attaching metadata".
		Headers: []string{`X-Mailgun-Variables: {"corridor": "{id}"}`, "X-Mailgun-Track: no"},
	},
	{
		Name: "sendgrid", Hosts: []string{".sendgrid.net"},
		SPF: "sendgrid.net", OwnEnvelope: true, // twilio.com/docs/sendgrid, "Domain authentication": a subdomain like em123
		// twilio.com/docs/sendgrid, "Unique arguments" and "SMTP filters": one X-SMTPAPI header, which is removed.
		Headers: []string{`X-SMTPAPI: {"unique_args": {"corridor": "{id}"}, "filters": {"clicktrack": {"settings": {"enable": 0}}, ` +
			`"opentrack": {"settings": {"enable": 0}}}}`},
	},
	{
		Name: "brevo", Hosts: []string{".brevo.com", ".sendinblue.com"},
		SPF: "spf.brevo.com", OwnEnvelope: true, // help.brevo.com, "Authenticate your domain": bounces go to a domain of Brevo
		Headers:  []string{"X-Mailin-custom: {id}"}, // developers.brevo.com, "Transactional webhooks": comes back under this name
		Rewrites: []string{"Message-ID"},            // the same page: message-id is Brevo's own
	},
	{
		Name: "google", Hosts: []string{".gmail.com", ".googlemail.com", ".google.com"},
		SPF: "_spf.google.com", // support.google.com/a, "Set up SPF"
		// support.google.com/a/answer/2956491, "SMTP relay service": 10,000 messages in 24 hours
		// of a user; more are refused with 550 5.4.5.
		PerDay: 10000,
	},
	{
		Name: "microsoft", Hosts: []string{".office365.com", ".outlook.com"},
		SPF: "spf.protection.outlook.com", // learn.microsoft.com, "Set up SPF"
		// learn.microsoft.com, "Exchange Online limits", SMTP client submission: 30 messages a
		// minute, 3 connections, 10,000 recipients a day.
		Rate: 0.5, Connections: 3, PerDay: 10000,
	},
}

// ProviderNames are the names of the known providers.
func ProviderNames() (names []string) {
	for _, p := range Providers {
		names = append(names, p.Name)
	}
	return names
}

// FindProvider returns the provider with that name, or nil.
func FindProvider(name string) *Provider {
	for i := range Providers {
		if Providers[i].Name == name {
			return &Providers[i]
		}
	}
	return nil
}

// ProviderOf returns the provider that a relay belongs to by its host, or nil.
func ProviderOf(host string) *Provider {
	for i := range Providers {
		for _, end := range Providers[i].Hosts {
			if strings.HasSuffix(strings.ToLower(host), end) {
				return &Providers[i]
			}
		}
	}
	return nil
}
