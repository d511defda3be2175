package config

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files and the generated documentation")

// minimal is the least that a configuration says.
const minimal = `
[publication]
title   = "Test Review"
from    = "Test Review <news@example.org>"
address = "1 Example Street"
`

func parse(t *testing.T, text string, environment map[string]string) (*Config, error) {
	t.Helper()
	return Parse("corridor.toml", []byte(text), func(name string) (string, bool) {
		value, set := environment[name]
		return value, set
	}, Flags{})
}

func TestConfigurationIsRefusedWithKeyValueAndRemedy(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"unknown key", minimal + "[sending]\nretry_mim = \"1m\"\n", []string{"line 7", "sending.retry_mim", "did you mean retry_min?"}},
		{"unknown table", minimal + "[mailing]\nx = 1\n", []string{"mailing", "known here"}},
		{"unknown key of a source", minimal + "[[sources]]\nname = \"a\"\nkin = \"feed\"\n", []string{"sources.kin", "did you mean kind?"}},
		{"not TOML", "[publication\n", []string{"corridor.toml: line 1"}},
		{"missing", "[publication]\ntitle = \"x\"\n", []string{"publication.from is missing", "publication.address is missing", "write it like"}},
		{"length", minimal + "[sending]\ngive_up = \"soon\"\n", []string{"sending.give_up", `"soon"`, `"15m"`}},
		{"number", minimal + "[smtp]\nconnections = \"ten\"\n", []string{"smtp.connections"}},
		{"number for a length", minimal + "[sending]\ngive_up = 48\n", []string{"sending.give_up = 48", "not a length of time", `"14d"`}},
		{"number for a source's length", minimal + "[[sources]]\nname = \"a\"\nkind = \"folder\"\nurl = \"./drop\"\nevery = 15\n", []string{"sources[1].every = 15", `"15m"`}},
		{"number for text", strings.Replace(minimal, `title   = "Test Review"`, "title = 1", 1), []string{"line 3", "publication.title = 1 is an integer", "text in quotes"}},
		{"text for a list", minimal + "[server]\ntrusted_proxies = \"10.0.0.1\"\n", []string{"line 7", `server.trusted_proxies = "10.0.0.1" is a string`, "a list"}},
		{"text for a table", "sending = \"x\"\n" + minimal, []string{"line 1", `sending = "x" is a string`, "a table"}},
		{"giving up at once", minimal + "[sending]\ngive_up = \"0s\"\n", []string{"sending.give_up", `"48h"`}},
		{"keeping nothing", minimal + "[sending]\nkeep = \"0d\"\n", []string{"sending.keep", `"400d"`}},
		{"smtp port", minimal + "[smtp]\nurl = \"smtp://host:99999\"\n", []string{"smtp.url", "no such port"}},
		{"base_url with a query", minimal + "[server]\nbase_url = \"https://example.org/?a\"\n", []string{"server.base_url", "must end before"}},
		{"cron line", minimal + "[schedule]\ndaily = \"7 o'clock\"\n", []string{"schedule.daily", "7 o'clock", "0 7 * * 1-5"}},
		{"cron line with nothing after its zone", minimal + "[schedule]\nweekly = \"TZ=\"\n", []string{"schedule.weekly", "leave it out"}},
		{"empty cron line", minimal + "[schedule]\nmonthly = \"\"\n", []string{"schedule.monthly", "is empty"}},
		{"cron line of no day", minimal + "[schedule]\nmonthly = \"0 7 31 2 *\"\n", []string{"schedule.monthly", "never comes"}},
		{"zone", strings.Replace(minimal, "title ", "time_zone = \"Mars/Base\"\ntitle ", 1), []string{"publication.time_zone", "Mars/Base", "Asia/Baku"}},
		{"language", strings.Replace(minimal, "title ", "language = \"?\"\ntitle ", 1), []string{"publication.language", `"?"`}},
		{"from", strings.Replace(minimal, "<news@example.org>", "", 1), []string{"publication.from", "news@example.org"}},
		{"from without a dot", strings.Replace(minimal, "@example.org", "@localhost", 1), []string{"publication.from", "no dot"}},
		{"base_url", minimal + "[server]\nbase_url = \"news.example.org\"\n", []string{"server.base_url", "news.example.org", "https://"}},
		{"listen", minimal + "[server]\nlisten = \"8080\"\n", []string{"server.listen", "127.0.0.1:8080"}},
		{"port", minimal + "[server]\nlisten = \":99999\"\n", []string{"server.listen", "no such port"}},
		{"proxies", minimal + "[server]\ntrusted_proxies = [\"me\"]\n", []string{"server.trusted_proxies", `"me"`, "10.0.0.0/8"}},
		{"database", minimal + "[database]\nurl = \"mysql://root:hush@host/db\"\n", []string{"database.url", "mysql://root:xxxxx@host/db", "postgres://"}},
		{"smtp", minimal + "[smtp]\nurl = \"mail.example.org:25\"\n", []string{"smtp.url", "smtps://"}},
		{"slug", minimal + "[[programs]]\nslug = \"E P\"\nname = \"x\"\n", []string{"programs[1].slug", "small letters"}},
		{"slug twice", minimal + "[[regions]]\nslug = \"a\"\nname = \"x\"\n[[regions]]\nslug = \"a\"\nname = \"y\"\n", []string{"regions[2].slug", "twice"}},
		{"source kind", minimal + "[[sources]]\nname = \"a\"\nkind = \"rss\"\nurl = \"https://example.org/\"\n", []string{"sources[1].kind", `"rss"`, "sitemap, feed, page or folder"}},
		{"source address", minimal + "[[sources]]\nname = \"a\"\nkind = \"feed\"\nurl = \"ftp://x\"\n", []string{"sources[1].url"}},
		{"further host", minimal + "[[sources]]\nname = \"a\"\nkind = \"page\"\nurl = \"https://example.org/\"\nhosts = [\"https://m.example.org/\"]\n", []string{"sources[1].hosts", "the name of a host"}},
		{"selector", minimal + "[[sources]]\nname = \"a\"\nkind = \"page\"\nurl = \"https://example.org/\"\n[sources.selectors]\nbody = \"p[\"\n", []string{"sources[1].selectors", "is no CSS selector"}},
		{"match", minimal + "[[sources]]\nname = \"a\"\nkind = \"folder\"\nurl = \"./drop\"\nmatch = \"[\"\n", []string{"sources[1].match"}},
		{"network", minimal + "[gather]\nallow_networks = [\"localhost\"]\n", []string{"gather.allow_networks", "127.0.0.0/8"}},
		{"limited domain", minimal + "[sending.domains.\"not a domain\"]\nrate = 1\n", []string{"sending.domains", "not a domain"}},
		{"connections over all", minimal + "[smtp]\nmax_connections = -1\n", []string{"smtp.max_connections", "0 (no limit)"}},
		{"two words as helo", minimal + "[smtp]\nhelo = \"my host\"\n", []string{"smtp.helo", `"my host"`, "news.example.org"}},
		{"address as helo", minimal + "[smtp]\nhelo = \"[IPv6:192.0.2.1]\"\n", []string{"smtp.helo", "[192.0.2.1]"}},
		{"negative limit", minimal + "[smtp]\nper_day = -1\n", []string{"smtp.per_day = -1", "0 (no limit)"}},
		{"window without hours", minimal + "[smtp]\nwindow = \"Mon-Fri\"\n", []string{"smtp.window", "Mon-Fri", `"07:00-22:00"`}},
		{"shrinking warm-up", minimal + "[smtp.warmup]\nstart = 10\nfactor = 0.5\n", []string{"smtp.warmup.factor", "between 1 and 10"}},
		{"warm-up since no day", minimal + "[smtp.warmup]\nsince = \"today\"\n", []string{"smtp.warmup.since", "2026-12-01"}},
		{"unknown key of the warm-up", minimal + "[smtp.warmup]\nfaktor = 2.0\n", []string{"smtp.warmup.faktor", "did you mean factor?"}},
		{"unknown provider", minimal + "[smtp]\nprovider = \"aws\"\n", []string{"smtp.provider", "ses, postmark, mailgun"}},
		{"reserved header", minimal + "[smtp.headers]\nfrom = \"a@example.org\"\n", []string{"smtp.headers.from", "cannot be set"}},
		{"header in two lines", minimal + "[smtp.headers]\nX-A = \"a\\r\\nBcc: b\"\n", []string{"smtp.headers.X-A", "one line"}},
		{"number for a header", minimal + "[smtp.headers]\nX-A = 1\n", []string{"line 7", "text in quotes"}},
		{"complaints without a signature", minimal + "[bounces]\nfeedback = \"fbl@example.org\"\n", []string{"bounces.feedback", "[dkim]", "RFC 9477"}},
		{"complaints to no address", minimal + "[bounces]\nfeedback = \"fbl\"\n[dkim]\nrsa_key_file = \"k\"\n", []string{"bounces.feedback", "not an email address"}},
		{"bounces", minimal + "[bounces]\ndomain = \"bounces\"\n", []string{"bounces.domain", "not a domain", "bounces.example.org"}},
		{"address of bounces", minimal + "[bounces]\nlisten = \"2424\"\n", []string{"bounces.listen", "127.0.0.1:2424", "unix:"}},
		{"port of bounces", minimal + "[bounces]\nlisten = \":99999\"\n", []string{"bounces.listen", "127.0.0.1:2424"}},
		{"mailbox without a password", minimal + "[bounces]\nmailbox = \"imaps://host/INBOX\"\n", []string{"bounces.mailbox", "name and password are missing"}},
		{"mailbox in the clear", minimal + "[bounces]\nmailbox = \"imap+insecure://u:secret@example.org\"\n", []string{"bounces.mailbox", "unencrypted", "imaps"}},
		{"folder over POP3", minimal + "[bounces]\nmailbox = \"pop3s://u:secret@example.org\"\nmove_to = \"Read\"\n", []string{"bounces.move_to", "POP3"}},
		{"mailbox read too often", minimal + "[bounces]\nmailbox = \"imaps://u:secret@example.org\"\nevery = \"5s\"\n", []string{"bounces.every", "1m"}},
		{"secrets of hooks", minimal + "[hooks]\nses_topics = [\"arn:aws:sqs:x\"]\npostmark = \"short\"\nsendgrid = \"MFkwX\"\ngeneric = \"whsec_AAAAAAAAAAAAAAAA\"\n", []string{
			"hooks.ses_topics", "arn:aws:sns:us-east-1:123456789012:bounces", "hooks.postmark", "16 characters", "hooks.sendgrid", "P-256", "hooks.generic", "base64",
		}},
		{"delimiter of bounces", minimal + "[bounces]\ndelimiter = \"_\"\n", []string{"bounces.delimiter", "+ - ="}},
		{"uncertain", minimal + "[sending]\nuncertain = \"maybe\"\n", []string{"sending.uncertain", "hold or resend"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(t, test.text, nil)
			var usage *Error
			if !errors.As(err, &usage) {
				t.Fatalf("error %v, want a usage error", err)
			}
			for _, want := range append(test.want, "corridor.toml") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "hush") {
				t.Errorf("%q shows a password", err)
			}
		})
	}
}

func TestEnvironmentWinsOverFileAndFlagOverBoth(t *testing.T) {
	environment := map[string]string{
		"CORRIDOR_SERVER_LISTEN": "127.0.0.1:1", "CORRIDOR_SERVER_DATA": "/from-environment", "CORRIDOR_DATABASE_URL": "",
		"CORRIDOR_SMTP_HEADERS":     "X-A=1;X-B=b=c",
		"CORRIDOR_SMTP_CONNECTIONS": "3", "CORRIDOR_SERVER_TRUSTED_PROXIES": "10.0.0.0/8, 127.0.0.1",
	}
	text := minimal + "[server]\nlisten = \"127.0.0.1:2\"\n[database]\nurl = \"postgres://file/db\"\n"
	c, err := Parse("corridor.toml", []byte(text), func(name string) (string, bool) {
		value, set := environment[name]
		return value, set
	}, Flags{Data: "/from-flag"})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Headers{"X-A": "1", "X-B": "b=c"}); !reflect.DeepEqual(c.SMTP.Headers, want) {
		t.Errorf("the headers are %v, want %v", c.SMTP.Headers, want)
	}
	if c.Server.Listen != "127.0.0.1:1" || c.Server.Data != "/from-flag" || c.Database.URL != "" || c.SMTP.Connections != 3 ||
		!reflect.DeepEqual(c.Server.TrustedProxies, []string{"10.0.0.0/8", "127.0.0.1"}) {
		t.Errorf("got %+v %+v %+v", c.Server, c.Database, c.SMTP)
	}
	_, err = parse(t, minimal, map[string]string{"CORRIDOR_SERVER_BASE_URL": "here"})
	if err == nil || !strings.Contains(err.Error(), `server.base_url = "here"`) || !strings.Contains(err.Error(), "CORRIDOR_SERVER_BASE_URL") || strings.Contains(err.Error(), "site_url") {
		t.Errorf("error %v, want one that names the key and the variable, and no key that is not set", err)
	}
}

func TestAWrongVariableIsRefusedWithFileKeyAndRemedy(t *testing.T) {
	_, err := parse(t, minimal, map[string]string{
		"CORRIDOR_SMTP_CONNECTIONS": "many", "CORRIDOR_SMTP_RATE": "", "CORRIDOR_SMTP_CONNECTION_MAX_AGE": "soon", "CORRIDOR_SMTP_MESSAGES_PER_CONNECTION": "7.5",
	})
	const want = `corridor.toml: smtp.connections = "many": must be a whole number, like 10 (from CORRIDOR_SMTP_CONNECTIONS)
corridor.toml: smtp.rate = "": must be a number, like 2.5 (from CORRIDOR_SMTP_RATE)
corridor.toml: smtp.messages_per_connection = "7.5": must be a whole number, like 10 (from CORRIDOR_SMTP_MESSAGES_PER_CONNECTION)
corridor.toml: smtp.connection_max_age = "soon": must be a length of time, like "15m" or "14d" (from CORRIDOR_SMTP_CONNECTION_MAX_AGE)`
	if err == nil || err.Error() != want {
		t.Errorf("the error is\n%v\nwant\n%s", err, want)
	}
	for value, want := range map[string]string{
		"Stream": `smtp.headers = "Stream": must be written like NAME=VALUE;NAME=VALUE (from CORRIDOR_SMTP_HEADERS)`,
		"From=x": `smtp.headers.From = "x": From is written by Corridor or by mail servers and cannot be set (from CORRIDOR_SMTP_HEADERS)`,
	} {
		if _, err := parse(t, minimal, map[string]string{"CORRIDOR_SMTP_HEADERS": value}); err == nil || err.Error() != "corridor.toml: "+want {
			t.Errorf("the error is\n%v\nwant\n%s", err, want)
		}
	}
}

// Every key of the tables that may hold a secret, and of the log, has a variable: CORRIDOR_TABLE_KEY.
func TestTablesWithSecretsHaveVariables(t *testing.T) {
	names := map[string]string{}
	for _, v := range Default().variables() {
		names[v.key] = v.name
	}
	for table, value := range map[string]any{"server": Server{}, "database": Database{}, "smtp": SMTP{}, "bounces": Bounces{}, "hooks": Hooks{}, "log": Log{}, "publication": Publication{}} {
		for _, key := range valuesOf(reflect.TypeOf(value)) {
			if name := names[table+"."+key]; name != "CORRIDOR_"+strings.ToUpper(strings.ReplaceAll(table+"_"+key, ".", "_")) {
				t.Errorf("the variable of %s.%s is %q", table, key, name)
			}
			delete(names, table+"."+key)
		}
	}
	if len(names) > 0 {
		t.Errorf("other variables: %v", names)
	}
}

// valuesOf returns the keys of a table, those of tables in it with their names.
func valuesOf(table reflect.Type) (keys []string) {
	for i := range table.NumField() {
		field := table.Field(i)
		key := field.Tag.Get("toml")
		if field.Type.Kind() != reflect.Struct {
			keys = append(keys, key)
			continue
		}
		for _, inner := range valuesOf(field.Type) {
			keys = append(keys, key+"."+inner)
		}
	}
	return keys
}

func TestTheNameForMailServersHasADot(t *testing.T) {
	for _, test := range []struct{ baseURL, helo, want string }{
		{"https://news.example.org/corridor", "", "news.example.org"},
		{"https://News.Example.ORG:8443", "", "news.example.org"},
		{"http://localhost:8080", "", "example.com"},
		{"http://127.0.0.1:8080", "", "example.com"},
		{"http://[2001:db8::1]:8080", "", "example.com"},
		{"https://bücher.example", "", "xn--bcher-kva.example"},
		{"https://news.example.org", "mail.example.net", "mail.example.net"},
		{"https://news.example.org", "[192.0.2.1]", "[192.0.2.1]"},
		{"https://news.example.org", "mailhost", "mailhost"},
		{"https://news.example.org", "[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"},
	} {
		text := strings.Replace(minimal, "news@example.org", "news@example.com", 1) +
			fmt.Sprintf("[server]\nbase_url = %q\n[smtp]\nhelo = %q\n", test.baseURL, test.helo)
		c, err := parse(t, text, nil)
		if err != nil || c.SMTP.HELO != test.want {
			t.Errorf("base_url %s and helo %q give %q, %v; want %q", test.baseURL, test.helo, c.SMTP.HELO, err, test.want)
		}
	}
}

func TestLengths(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "15m": 15 * time.Minute, "14d": 14 * 24 * time.Hour, "1d12h": 36 * time.Hour, "0s": 0,
	} {
		var l Length
		if err := l.UnmarshalText([]byte(text)); err != nil || time.Duration(l) != want {
			t.Errorf("%q gives %v, %v; want %v", text, time.Duration(l), err, want)
		}
	}
	for _, text := range []string{"", "1", "d", "-1d", "-5m", "1w", "99999999d", "9999999h", "1d1d"} {
		var l Length
		if err := l.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q gives %v, want an error", text, l)
		}
	}
}

func FuzzConfiguration(f *testing.F) {
	f.Add(minimal)
	f.Add(minimal + "[[sources]]\nname = \"site\"\nkind = \"sitemap\"\nurl = \"https://example.org/sitemap.xml\"\nevery = \"1d\"\n")
	f.Add(minimal + "[sending.domains.\"example.net\"]\nrate = 1.5\n")
	f.Add("[schedule]\ndaily = \"TZ= \"\n[database]\nurl = \"://\"\n")
	f.Add("[sending]\ngive_up.x = 1\n[a.b.c]\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parse(t, text, nil)
		if err == nil && (c.Publication.Title == "" || c.Publication.From == "") {
			t.Errorf("accepted without title or sender: %q", text)
		}
	})
}

// docs/configuration.md is written from the struct: run this test with -update.
func TestConfigurationIsDocumented(t *testing.T) {
	const path = "../docs/configuration.md"
	want := configurationDoc()
	if *update {
		if err := os.WriteFile(filepath.FromSlash(path), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is out of date; run go test ./config -run Documented -update", path)
	}
}

func configurationDoc() string {
	var b strings.Builder
	variables := map[string]string{}
	for _, v := range Default().variables() {
		variables[v.key] = v.name
	}
	b.WriteString(`# Configuration

Corridor reads one TOML file: ` + "`corridor.toml`" + ` in the working directory, or the file that ` + "`--config`" + ` names. Every key
of ` + "`[publication]`, `[server]`, `[database]`, `[smtp]`, `[bounces]`, `[hooks]` and `[log]`" + ` can also be set by an environment variable. A list is separated by commas; a variable
without a value empties a text or a list. The environment overrides the file, and a flag overrides both.

A key that is unknown or wrong stops the program with exit status 2 before it opens anything; the message names the
file, the key and the correct form. ` + "`corridor check`" + ` also tries the database, the mail server and DNS.

The minimum:
` + "```toml" + minimal + "```" + `

Durations are written like "90s", "15m", "4h", "14d". This page is generated from the configuration structure of the program.
`)
	defaults := reflect.ValueOf(*Default())
	for i := range defaults.NumField() {
		field := defaults.Type().Field(i)
		table, value := field.Tag.Get("toml"), defaults.Field(i)
		title := "[" + table + "]"
		if field.Type.Kind() == reflect.Slice {
			title, value = "[["+table+"]]", reflect.New(field.Type.Elem()).Elem()
		}
		fmt.Fprintf(&b, "\n## `%s`\n%s\n\n| key | default | meaning |\n| --- | --- | --- |\n", title, field.Tag.Get("doc"))
		documentKeys(&b, table+".", "", value, variables)
	}
	return b.String()
}

func documentKeys(b *strings.Builder, tableName, prefix string, table reflect.Value, variables map[string]string) {
	for i := range table.NumField() {
		field := table.Type().Field(i)
		key, def := prefix+field.Tag.Get("toml"), ""
		if field.Type.Kind() == reflect.Struct {
			documentKeys(b, tableName, key+".", table.Field(i), variables)
			continue
		}
		switch value := table.Field(i).Interface().(type) {
		case string:
			def = fmt.Sprintf("%q", value)
		case []string:
			def = "[]"
		case Length:
			def = fmt.Sprintf("%q", value.String())
		case map[string]Domain, Headers:
			def = "none"
		default:
			def = fmt.Sprint(value)
		}
		meaning := strings.ReplaceAll(field.Tag.Get("doc"), "|", `\|`)
		if name := variables[tableName+key]; name != "" {
			meaning += " `" + name + "`"
		}
		fmt.Fprintf(b, "| `%s` | `%s` | %s |\n", key, def, meaning)
		if field.Type.Kind() == reflect.Map && field.Type.Elem().Kind() == reflect.Struct {
			documentKeys(b, tableName, key+".*.", reflect.New(field.Type.Elem()).Elem(), variables)
		}
	}
}
