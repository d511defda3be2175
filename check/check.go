// Package check tries everything that the service needs, and says how to repair it.
package check

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"corridor/config"
	"corridor/service"
)

// Finding is the result of one check.
type Finding struct {
	Check  string `json:"check"`
	State  State  `json:"state"`
	Reason string `json:"reason"`
	Remedy string `json:"remedy"` // empty exactly when State is OK
}

// State grades a finding.
type State string

// The states of a finding.
const (
	OK    State = "ok"
	Warn  State = "warn"  // the service works, but costs readers or trust
	Wrong State = "wrong" // the service cannot do its work
)

// timeout limits each check that uses the network.
const timeout = 15 * time.Second

// All makes every check of a configuration, which was read from file. It sends no email
// and changes no schema, but it starts the private PostgreSQL server and makes its
// cluster if it does not exist.
func All(ctx context.Context, c *config.Config, file string, log *slog.Logger) []Finding {
	findings := []Finding{
		{"configuration", OK, fmt.Sprintf("%s: %d programs, %d regions, %d sources", file, len(c.Programs), len(c.Regions), len(c.Sources)), ""},
		checkData(c), checkListen(ctx, c), checkBase(c),
	}
	findings = append(findings, checkWebhook(ctx, c)...)
	findings = append(findings, checkDatabase(ctx, c, log)...)
	findings = append(findings, checkMail(ctx, c)...)
	return append(findings, checkDomain(ctx, c, net.DefaultResolver)...)
}

// checkData writes a file under server.data.
func checkData(c *config.Config) Finding {
	dir, err := filepath.Abs(c.Server.Data)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	var file *os.File
	if err == nil {
		file, err = os.CreateTemp(dir, ".check-*")
	}
	if err != nil {
		return Finding{"data folder", Wrong, err.Error(), "let the user of the service write there, or set server.data to another folder"}
	}
	_ = file.Close()
	_ = os.Remove(file.Name())
	return Finding{"data folder", OK, dir, ""}
}

// checkListen tests that server.listen is free, or that a ready service answers there.
func checkListen(ctx context.Context, c *config.Config) Finding {
	const name = "listen address"
	l, err := service.Listen(ctx, c.Server.Listen)
	if err == nil {
		_ = l.Close()
		return Finding{name, OK, c.Server.Listen + " is free", ""}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, asking := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Server.Listen+"/readyz", nil)
	if asking == nil {
		if answer, err := http.DefaultClient.Do(request); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return Finding{name, OK, "a service answers at " + c.Server.Listen + ", and is ready", ""}
			}
		}
	}
	return Finding{name, Wrong, err.Error(), "stop the other program, or set server.listen"}
}

// checkBase judges server.base_url.
func checkBase(c *config.Config) Finding {
	const name = "base address"
	u, err := url.Parse(c.Server.BaseURL)
	if err != nil { // the validation of the configuration refuses it
		return Finding{name, Wrong, err.Error(), "set server.base_url"}
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return Finding{name, Warn, c.Server.BaseURL + " and the links in emails are reached from this machine only", "set server.base_url to the public address"}
	}
	if u.Scheme != "https" {
		return Finding{name, Warn, c.Server.BaseURL + " is not https", "mail providers require https for one-click unsubscribing (RFC 8058): put a web server with a certificate in front"}
	}
	return Finding{name, OK, c.Server.BaseURL, ""}
}
