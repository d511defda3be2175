// Package config reads and validates corridor.toml, and applies environment and flags.
// docs/configuration.md is generated from [Config].
package config

import (
	"time"

	"corridor/logging"
)

// Config is the content of corridor.toml. A key that is left out has the value of [Default]. The doc tags are the text of docs/configuration.md; a test compares them. The
// keys of a table with the tag embed can also be set by environment, see variables.
type Config struct {
	Publication Publication `toml:"publication" embed:"" prefix:"publication." doc:"The publisher."`
	Server      Server      `toml:"server" embed:"" prefix:"server." doc:"Where the service listens and keeps its files."`
	Database    Database    `toml:"database" embed:"" prefix:"database." doc:"The only store."`
	SMTP        SMTP        `toml:"smtp" embed:"" prefix:"smtp." doc:"The mail servers."`
	Bounces     Bounces     `toml:"bounces" embed:"" prefix:"bounces." doc:"What comes back: bounces, complaints and emails that ask to leave."`
	Hooks       Hooks       `toml:"hooks" embed:"" prefix:"hooks." doc:"Secrets of the events that mail providers post to /hooks/NAME. A provider without a secret is not served. docs/bounces.md has the set-up of each."`
	DKIM        DKIM        `toml:"dkim" kong:"-" doc:"Signing of emails, RFC 6376. Leave it out when the mail server signs."`
	Programs    []Program   `toml:"programs" kong:"-" doc:"The publication's programs, in the order readers see them."`
	Regions     []Region    `toml:"regions" kong:"-" doc:"The regions of its articles, in the order readers see them."`
	Sources     []Source    `toml:"sources" kong:"-" doc:"Where articles are gathered from."`
	Gather      Gather      `toml:"gather" kong:"-" doc:"How sources are read."`
	Sending     Sending     `toml:"sending" kong:"-" doc:"How email is sent, retried and kept."`
	Schedule    Schedule    `toml:"schedule" kong:"-" doc:"When digests go out: cron lines, read on each reader's own clock."`
	Feeds       Feeds       `toml:"feeds" kong:"-" doc:"How feeds are published."`
	Log         Log         `toml:"log" embed:"" prefix:"log." doc:"The log, on standard error."`
}

// Publication is [publication].
type Publication struct {
	Title         string `toml:"title" doc:"Name of the publication. Required."`
	SiteURL       string `toml:"site_url" doc:"Its website. Empty: server.base_url."`
	From          string `toml:"from" doc:"Sender of every email, like \"Name <news@example.org>\". Required. Message-IDs end in its domain."`
	Address       string `toml:"address" doc:"Postal address, in the footer of every email. Required."`
	ReplyTo       string `toml:"reply_to" doc:"Address for replies. Empty: the address of from."`
	Alerts        string `toml:"alerts" doc:"Address that is notified of held editions, uncertain deliveries and sources that keep failing. Empty: no alerts."`
	AlertsWebhook string `toml:"alerts_webhook" doc:"Address that is told of the same and of mail servers that are away, by a JSON POST: https, or http on this machine. Empty: no webhook."`
	Language      string `toml:"language" doc:"Language of pages, emails and feeds, a BCP 47 tag."`
	TimeZone      string `toml:"time_zone" doc:"IANA time zone of the publication, and of readers without a choice."`
	Icon          string `toml:"icon" doc:"Address of a small square picture, for feeds."`
	Logo          string `toml:"logo" doc:"Address of a wide picture, for feeds."`
}

// Server is [server].
type Server struct {
	Listen         string   `toml:"listen" doc:"Address and port of the web server."`
	BaseURL        string   `toml:"base_url" doc:"Public address of Corridor; the start of every link."`
	Data           string   `toml:"data" doc:"Folder of the private PostgreSQL, captured email and secrets."`
	SecretFile     string   `toml:"secret_file" doc:"File with the keys of signed links. Empty: kept in the database."`
	TrustedProxies []string `toml:"trusted_proxies" doc:"Addresses or networks that may set X-Forwarded-For."`
}

// Database is [database].
type Database struct {
	URL string `toml:"url" doc:"A PostgreSQL address, like postgres://user:pass@host/name. Empty: a private PostgreSQL under server.data, on a unix socket only."`
}

// SMTP is [smtp].
type SMTP struct {
	URL                   string   `toml:"url" doc:"smtp://user:pass@host:587 (STARTTLS), smtps://host:465 (TLS), smtp+insecure://127.0.0.1:1025 (no TLS), smtp+opportunistic://host:25 (TLS if offered). Empty: email is captured under server.data/mail."`
	Fallbacks             []string `toml:"fallbacks" doc:"Further servers, tried in order when connecting to the previous server fails."`
	Connections           int      `toml:"connections" doc:"Connections at once, of one process."`
	MaxConnections        int      `toml:"max_connections" doc:"Connections at once, over all processes. 0: no limit. Confirmations, tests and alerts have two more in each process."`
	Rate                  float64  `toml:"rate" doc:"Emails a second, over all processes. 0: no limit."`
	PerHour               int      `toml:"per_hour" doc:"Emails in an hour of the clock, over all processes and all servers. Further emails wait, in order, and are not counted as tried. A twentieth is kept for confirmations, tests and alerts. 0: no limit."`
	PerDay                int      `toml:"per_day" doc:"Emails in a day of publication.time_zone; like per_hour."`
	Window                string   `toml:"window" doc:"Hours at which editions are sent, in publication.time_zone, like \"07:00-22:00\" or \"Mon-Fri 08:00-20:00\". Confirmations, tests and alerts go at any hour. Empty: all hours."`
	Warmup                Warmup   `toml:"warmup" embed:"" prefix:"warmup." doc:"A limit by day that grows."`
	MessagesPerConnection int      `toml:"messages_per_connection" doc:"Emails after which a connection is closed."`
	ConnectionMaxAge      Length   `toml:"connection_max_age" doc:"Age at which a connection is closed."`
	Provider              string   `toml:"provider" doc:"Service that smtp.url belongs to: ses, postmark, mailgun, sendgrid, brevo, google or microsoft. Sets its requirements: headers, headers that are not signed, and limits where there are none here. See docs/sending.md. Empty: no presets."`
	HELO                  string   `toml:"helo" doc:"Name of this machine for mail servers (EHLO). Empty: the domain of server.base_url if it has a dot, else that of publication.from."`
	Headers               Headers  `toml:"headers" doc:"Further headers of every email, like [smtp.headers] with X-PM-Message-Stream = \"broadcast\". {id} in a value becomes the email's id. The fallbacks get them too. As a variable: NAME=VALUE;NAME=VALUE."`
	Auth                  string   `toml:"auth" doc:"auto, plain, login, scram-sha-256, scram-sha-1 or xoauth2."`
	EnvelopeFrom          string   `toml:"envelope_from" doc:"Envelope sender, the address for bounces. Empty: the address of publication.from."`
	CAFile                string   `toml:"ca_file" doc:"PEM file of certificate authorities, in addition to the system's; also for bounces.mailbox."`
}

// Warmup is [smtp.warmup].
type Warmup struct {
	Start  int     `toml:"start" doc:"Emails of the first day of a new server or address. 0: no warm-up."`
	Factor float64 `toml:"factor" doc:"Growth from day to day, until per_day, or for ever."`
	Since  string  `toml:"since" doc:"The first day, like \"2026-12-01\". Empty: the day of the first email through smtp.url."`
}

// Headers is [smtp.headers]: the values of header fields by their names.
type Headers map[string]string

// Bounces is [bounces].
type Bounces struct {
	Domain    string `toml:"domain" doc:"Domain of signed envelope senders, b+…@domain, and of addresses for leaving, u+…@domain. Its MX must lead to Corridor or to its mailbox. Empty: there are none. Wins over smtp.envelope_from."`
	Delimiter string `toml:"delimiter" doc:"Character after the b or u of these addresses: \"+\", \"-\" or \"=\"."`
	Listen    string `toml:"listen" doc:"Where serve receives returned messages by LMTP and SMTP: \"127.0.0.1:2424\" or \"unix:/run/corridor/lmtp\". Empty: nowhere."`
	Mailbox   string `toml:"mailbox" doc:"Mailbox at a provider to which what comes back is delivered: imaps://user:pass@host/INBOX or pop3s://user:pass@host; imap+insecure:// and pop3+insecure:// on this machine. Empty: none."`
	Every     Length `toml:"every" doc:"Interval between two readings of the mailbox."`
	MoveTo    string `toml:"move_to" doc:"Folder of the mailbox for messages that have been read, over IMAP. Empty: they stay in their place."`
	Feedback  string `toml:"feedback" doc:"Address to which mailbox providers may send complaints (CFBL-Address, RFC 9477). It needs a key in [dkim]: the header must be signed. Empty: none."`
}

// Hooks is [hooks].
type Hooks struct {
	SESTopics []string `toml:"ses_topics" doc:"Amazon SES: ARNs of the SNS topics, like \"arn:aws:sns:us-east-1:123456789012:bounces\". Subscriptions of these topics are confirmed, and no others."`
	Postmark  string   `toml:"postmark" doc:"Postmark: the password of basic authentication, or \"user:password\"."`
	SendGrid  string   `toml:"sendgrid" name:"sendgrid" doc:"SendGrid: the verification key of the signed event webhook."`
	Mailgun   string   `toml:"mailgun" doc:"Mailgun: the HTTP webhook signing key."`
	Brevo     string   `toml:"brevo" doc:"Brevo: the token of the webhook, or the password of basic authentication."`
	Generic   string   `toml:"generic" doc:"Any other sender of events: a bearer token, or a secret of Standard Webhooks, \"whsec_…\"."`
}

// DKIM is [dkim].
type DKIM struct {
	Domain          string `toml:"domain" doc:"Signing domain. Empty: that of publication.from."`
	RSASelector     string `toml:"rsa_selector" doc:"Selector of the RSA key."`
	RSAKeyFile      string `toml:"rsa_key_file" doc:"PEM file of an RSA key of 2048 bits or more. Empty: no RSA signature."`
	Ed25519Selector string `toml:"ed25519_selector" doc:"Selector of the Ed25519 key."`
	Ed25519KeyFile  string `toml:"ed25519_key_file" doc:"PEM file of an Ed25519 key. Empty: no Ed25519 signature."`
}

// Program is an entry of [[programs]].
type Program struct {
	Slug        string   `toml:"slug" doc:"Short name in addresses: small letters, digits, hyphens. Required."`
	Name        string   `toml:"name" doc:"Name shown to readers. Required."`
	Labels      []string `toml:"labels" doc:"Spellings on the site: labels, parts of addresses."`
	FormerSlugs []string `toml:"former_slugs" doc:"Slugs it had before: their feeds redirect, and articles and readers that have one get the present one."`
}

// Region is an entry of [[regions]].
type Region struct {
	Slug        string   `toml:"slug" doc:"Short name in addresses: small letters, digits, hyphens. Required."`
	Name        string   `toml:"name" doc:"Name shown to readers. Required."`
	Labels      []string `toml:"labels" doc:"Spellings on the site."`
	Countries   []string `toml:"countries" doc:"Countries of the region. An article about them belongs to the region when its page names no region."`
	FormerSlugs []string `toml:"former_slugs" doc:"Slugs it had before: their feeds redirect, and articles and readers that have one get the present one."`
}

// Source is an entry of [[sources]].
type Source struct {
	Name  string `toml:"name" doc:"Its name in reports. Required."`
	Kind  string `toml:"kind" doc:"sitemap, feed, page (a listing page) or folder (files dropped by staff). Required."`
	URL   string `toml:"url" doc:"Its address; a path for a folder. Required."`
	Match string `toml:"match" doc:"Addresses that are articles: a path, * for one part of it. Empty: all."`
	Every Length `toml:"every" doc:"Shortest interval between two gathers; a source with few articles is read less often. Empty: 15m."`

	Hosts     []string  `toml:"hosts" doc:"Further hosts of the site, like \"m.example.org\": links of a listing page and canonical addresses may lead there."`
	Selectors Selectors `toml:"selectors" doc:"CSS selectors for its pages, as a last resort: what they select is believed before everything else."`
}

// Selectors is the key selectors of a source.
type Selectors struct {
	Title     string   `toml:"title" doc:"The headline."`
	Body      string   `toml:"body" doc:"The text: one element or several."`
	Authors   string   `toml:"authors" doc:"An element for each author, or a byline."`
	Published string   `toml:"published" doc:"The date of publication."`
	Remove    []string `toml:"remove" doc:"Elements that are removed before anything is read."`
}

// Gather is [gather].
type Gather struct {
	AllowNetworks []string `toml:"allow_networks" doc:"Networks that gathering may reach in addition to public addresses, like \"127.0.0.0/8\"."`
	NewsWindow    Length   `toml:"news_window" doc:"An article older than this when first seen joins feeds and archive, but no digest."`
	Timeout       Length   `toml:"timeout" doc:"Longest time for one request."`
	MaxBytes      int64    `toml:"max_bytes" doc:"Largest document, in bytes. A sitemap may have 50 MB."`
	Budget        Length   `toml:"budget" doc:"Longest time for one source at one gather of serve; the rest is read at the next."`
	BrakeShare    float64  `toml:"brake_share" doc:"Share of the articles of a source that one gather may change, withdraw or release. A gather that changes more, and at least brake_least, waits for staff. Above 0, 1 or less."`
	BrakeLeast    int      `toml:"brake_least" doc:"Number of articles below which brake_share stops no gather. 0: no gather is stopped."`
}

// Sending is [sending].
type Sending struct {
	RetryMin    Length            `toml:"retry_min" doc:"First delay after a 4xx; grows, with jitter, to retry_max."`
	RetryMax    Length            `toml:"retry_max" doc:"Longest delay between two attempts."`
	GiveUp      Length            `toml:"give_up" doc:"Age at which a delivery that keeps being deferred has failed."`
	Uncertain   string            `toml:"uncertain" doc:"Treatment of a delivery with an unknown result. hold: staff decide; resend: once more after retry_min, same Message-ID, then hold."`
	Grace       Length            `toml:"grace" doc:"An edition that is overdue by more than this waits for staff."`
	Keep        Length            `toml:"keep" doc:"Time for which single deliveries are kept."`
	BrakeShare  float64           `toml:"brake_share" doc:"Share of refusals among the last answers of a mail server, at least 5, that concern us and stop sending through it. 1 or less."`
	BrakeCount  int               `toml:"brake_answers" doc:"Number of last answers of a mail server that brake_share is a share of."`
	SoftBounces int               `toml:"soft_bounces" doc:"Failures in a row, like a full mailbox, after which a reader is suppressed. 0: never."`
	SoftDays    Length            `toml:"soft_bounce_days" doc:"Shortest time from the first to the last of these failures."`
	BounceShare float64           `toml:"bounce_share" doc:"Share of an edition's readers at one domain that may bounce. More are not believed: they suppress no reader, and the domain waits for staff."`
	BounceFloor int               `toml:"bounce_floor" doc:"Number of bounces at one domain that are believed regardless of bounce_share."`
	MaxArticles int               `toml:"max_articles" doc:"Articles shown in one digest; the rest is counted and linked."`
	Domains     map[string]Domain `toml:"domains" doc:"Limits of receiving domains, like [sending.domains.\"example.net\"]. A domain that is not named has no limit."`
}

// Domain is an entry of [sending.domains]: the limits of one recipient domain.
type Domain struct {
	Rate        float64 `toml:"rate" doc:"Emails a second, over all processes. 0: no limit."`
	Connections int     `toml:"connections" doc:"Emails on the wire at once, over all processes. 0: no limit."`
}

// Schedule is [schedule].
type Schedule struct {
	Daily   string `toml:"daily" doc:"Cron line of the daily digest."`
	Weekly  string `toml:"weekly" doc:"Cron line of the weekly digest."`
	Monthly string `toml:"monthly" doc:"Cron line of the monthly digest."`
	Instant Length `toml:"instant" doc:"Time from a release to the email for instant readers, so that a burst of releases makes one email."`
}

// Feeds is [feeds].
type Feeds struct {
	Hubs    []string `toml:"hubs" doc:"WebSub hubs. Empty: the hub built in."`
	Entries int      `toml:"entries" doc:"Entries in a feed's first document; the rest is in its archive."`
	MaxAge  Length   `toml:"max_age" doc:"Time for which a feed reader may take a feed as fresh."`
}

// Log is [log].
type Log struct {
	Level  string `toml:"level" doc:"How much is logged: debug, info, warn or error."`
	Format string `toml:"format" doc:"text: key=value; json: an object in each line, with the same keys."`
}

// Default is the configuration of an empty file. It lacks the required keys.
func Default() *Config {
	return &Config{
		Publication: Publication{Language: "en", TimeZone: "UTC"},
		Server:      Server{Listen: "127.0.0.1:8080", BaseURL: "http://127.0.0.1:8080", Data: "./corridor-data"},
		SMTP: SMTP{
			Connections: 10, MessagesPerConnection: 1000, ConnectionMaxAge: Length(10 * time.Minute), Auth: "auto", Warmup: Warmup{Factor: 1.5},
		},
		Bounces: Bounces{Delimiter: "+", Every: Length(5 * time.Minute)},
		DKIM:    DKIM{RSASelector: "corridor-rsa", Ed25519Selector: "corridor-ed25519"},
		Gather:  Gather{NewsWindow: days(14), Timeout: Length(30 * time.Second), MaxBytes: 10 << 20, Budget: Length(5 * time.Minute), BrakeShare: 0.3, BrakeLeast: 10},
		Sending: Sending{
			RetryMin: Length(time.Minute), RetryMax: Length(4 * time.Hour), GiveUp: Length(48 * time.Hour),
			Uncertain: "hold", Grace: Length(24 * time.Hour), Keep: days(400), MaxArticles: 20,
			BrakeShare: 0.2, BrakeCount: 50, SoftBounces: 5, SoftDays: days(14), BounceShare: 0.05, BounceFloor: 10,
		},
		Schedule: Schedule{Daily: "0 7 * * 1-5", Weekly: "0 7 * * 1", Monthly: "0 7 1 * *", Instant: Length(5 * time.Minute)},
		Feeds:    Feeds{Entries: 50, MaxAge: Length(5 * time.Minute)},
		Log:      Log{Level: "info", Format: logging.Text},
	}
}

// defaultEvery is the interval of a source without the key every.
const defaultEvery = Length(15 * time.Minute)
