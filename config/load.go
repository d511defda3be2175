package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/url"
	"os"
	"strings"

	"corridor/mailer/smtp"
	"corridor/subscribers"

	"github.com/pelletier/go-toml/v2"
)

// maxConfigBytes is far above the size of any real configuration.
const maxConfigBytes = 1 << 20

// Error is the error of an invalid configuration. Its text has a line for each problem, with
// the file, the key and the correct form.
type Error struct{ message string }

func (e *Error) Error() string { return e.message }

func problemf(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Load reads file, then the environment, then flags, and validates the result. Its errors
// are of type [*Error].
func Load(file string, getenv func(string) (string, bool), flags Flags) (*Config, error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, problemf("%s: no such file; write one (see docs/configuration.md), name another with --config FILE, or try 'corridor demo'", file)
	case err != nil:
		return nil, problemf("%s: %v", file, err)
	case info.IsDir():
		return nil, problemf("%s: is a folder; name a file with --config FILE", file)
	case info.Size() > maxConfigBytes:
		return nil, problemf("%s: is larger than 1 MiB; is this the configuration?", file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, problemf("%s: %v", file, err)
	}
	return Parse(file, text, getenv, flags)
}

// Parse is [Load] of text that is already read; messages name it file.
func Parse(file string, text []byte, getenv func(string) (string, bool), flags Flags) (*Config, error) {
	c := Default()
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(c); err != nil {
		return nil, problemf("%s", explainDecode(file, text, err))
	}
	from, problems := c.applyEnvironment(getenv)
	if len(problems) == 0 {
		c.applyFlags(flags, from)
		problems = c.problems()
		c.fillIn()
	}
	if len(problems) > 0 {
		for i, problem := range problems {
			problems[i] = file + ": " + problem
			key, _, _ := strings.Cut(problem, " ")
			table := key[:max(strings.LastIndexByte(key, '.'), 0)] // a variable may set a whole table, such as smtp.headers
			if name := cmp.Or(from[key], from[table]); name != "" {
				problems[i] += fmt.Sprintf(" (from %s)", name)
			}
		}
		return nil, problemf("%s", strings.Join(problems, "\n"))
	}
	return c, nil
}

// fillProvider sets the limits that are not configured to those of the provider.
func (s *SMTP) fillProvider() {
	p := smtp.FindProvider(s.Provider)
	if p == nil {
		return
	}
	if s.Rate == 0 {
		s.Rate = p.Rate
	}
	if s.MaxConnections == 0 {
		s.MaxConnections = p.Connections
	}
	if s.PerDay == 0 {
		s.PerDay = p.PerDay
	}
}

// helo returns the name of this machine for mail servers, in ASCII: smtp.helo, or the host of server.base_url, or the domain of publication.from.
func (c *Config) helo() string {
	if c.SMTP.HELO != "" && (c.SMTP.HELO[0] == '[' || hostName.MatchString(c.SMTP.HELO)) {
		return c.SMTP.HELO
	}
	names := []string{c.SMTP.HELO}
	if u, err := url.Parse(c.Server.BaseURL); err == nil && net.ParseIP(u.Hostname()) == nil {
		names = append(names, u.Hostname())
	}
	if from, err := mail.ParseAddress(c.Publication.From); err == nil {
		names = append(names, from.Address[strings.LastIndex(from.Address, "@")+1:])
	}
	for _, name := range names {
		if domain, err := subscribers.ParseDomain(name); err == nil {
			return domain
		}
	}
	return "" // another key is wrong
}

// fillIn sets the keys with a default that depends on another key.
func (c *Config) fillIn() {
	c.Server.BaseURL = strings.TrimRight(c.Server.BaseURL, "/")
	if c.Publication.SiteURL == "" {
		c.Publication.SiteURL = c.Server.BaseURL
	}
	c.SMTP.HELO = c.helo()
	c.SMTP.fillProvider()
	for i := range c.Sources {
		if c.Sources[i].Every == 0 {
			c.Sources[i].Every = defaultEvery
		}
	}
}
