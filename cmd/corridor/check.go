package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"corridor/config"
	"corridor/postgres"
	"corridor/service"
	"corridor/subscribers"
)

// checkCommand tries everything that the service needs and says what is right and
// what is not.
type checkCommand struct {
	JSON bool `name:"json" help:"Print one JSON document."`
}

// finding is one thing looked at.
type finding struct {
	Check  string       `json:"check"`
	State  findingState `json:"state"`
	Reason string       `json:"reason"`
	Remedy string       `json:"remedy"` // what to do; empty: nothing
}

// findingState is how well something is.
type findingState string

// What is warned of costs readers or trust; what is wrong keeps the service from its work.
const (
	isOK    findingState = "ok"
	isWarn  findingState = "warn"
	isWrong findingState = "wrong"
)

// checkTime bounds each look at something outside.
const checkTime = 15 * time.Second

// Run prints the findings. A configuration that is refused ends it with status 2, like
// every other command; anything else that is wrong with status 1.
func (c *checkCommand) Run(ctx context.Context, p *program) error {
	p.quiet()
	config, err := p.config()
	if err != nil {
		return err
	}
	findings := []finding{{
		"configuration", isOK,
		fmt.Sprintf("%s: %d programs, %d regions, %d sources", p.globals.Config, len(config.Programs), len(config.Regions), len(config.Sources)), "",
	}}
	findings = append(findings, checkData(config), checkListen(ctx, config), checkBase(config))
	findings = append(findings, p.checkDatabase(ctx)...)
	findings = append(findings, checkMail(ctx, config)...)
	findings = append(findings, checkDomain(ctx, config, net.DefaultResolver)...)
	rows, wrong := [][]string{}, false
	for _, f := range findings {
		rows = append(rows, []string{f.Check, string(f.State), f.Reason})
		if f.Remedy != "" {
			rows = append(rows, []string{"", "", "-> " + f.Remedy})
		}
		wrong = wrong || f.State == isWrong
	}
	if err := p.table(c.JSON, findings, []string{"what", "state", "why, and what to do"}, rows); err != nil {
		return err
	}
	if wrong {
		return errReported
	}
	return nil
}

// checkData tries to write under server.data.
func checkData(c *config.Config) finding {
	dir, err := filepath.Abs(c.Server.Data)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	var file *os.File
	if err == nil {
		file, err = os.CreateTemp(dir, ".check-*")
	}
	if err != nil {
		return finding{"data folder", isWrong, err.Error(), "let the user of the service write there, or name another folder as server.data"}
	}
	_ = file.Close()
	_ = os.Remove(file.Name())
	return finding{"data folder", isOK, dir, ""}
}

// checkListen looks whether the address is free, or the service is there already.
func checkListen(ctx context.Context, c *config.Config) finding {
	const name = "listen address"
	l, err := service.Listen(ctx, c.Server.Listen)
	if err == nil {
		_ = l.Close()
		return finding{name, isOK, c.Server.Listen + " is free", ""}
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	request, asking := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Server.Listen+"/readyz", nil)
	if asking == nil {
		if answer, err := http.DefaultClient.Do(request); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return finding{name, isOK, "a service answers at " + c.Server.Listen + ", and is ready", ""}
			}
		}
	}
	return finding{name, isWrong, err.Error(), "end the other program, or set server.listen"}
}

// checkBase looks at how readers reach the service.
func checkBase(c *config.Config) finding {
	const name = "base address"
	u, err := url.Parse(c.Server.BaseURL)
	if err != nil { // the configuration's own check would have refused it
		return finding{name, isWrong, err.Error(), "set server.base_url"}
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return finding{name, isWarn, c.Server.BaseURL + " is reached from this machine only, and so are the links in mails", "set server.base_url to the public address"}
	}
	if u.Scheme != "https" {
		return finding{name, isWarn, c.Server.BaseURL + " is not https", "mail providers want https for leaving in one click (RFC 8058): put a web server with a certificate in front"}
	}
	return finding{name, isOK, c.Server.BaseURL, ""}
}

// checkDatabase connects and compares the schema. It changes nothing, but a private
// server is made when there is none yet.
func (p *program) checkDatabase(ctx context.Context) []finding {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	s, err := p.connect(ctx)
	if err != nil {
		return []finding{{"database", isWrong, err.Error(), "see docs/operations.md, \"Database\""}}
	}
	defer s.Close()
	var version string
	if err := s.DB.GetContext(ctx, &version, `SELECT current_setting('server_version')`); err != nil {
		return []finding{{"database", isWrong, err.Error(), "see docs/operations.md, \"Database\""}}
	}
	kind := "named by database.url"
	if s.Config.Database.URL == "" {
		kind = "private, in " + filepath.Join(s.Config.Server.Data, "postgres")
	}
	found := []finding{{"database", isOK, "PostgreSQL " + version + ", " + kind, ""}}
	found = append(found, checkDurability(ctx, s.DB))
	return append(found, checkSchema(ctx, s)...)
}

// checkSchema compares the schema with the program's, and reads the keys of links.
func checkSchema(ctx context.Context, s *service.Service) []finding {
	if err := s.DB.CheckSchema(ctx); err != nil {
		return []finding{{"schema", isWrong, err.Error(), "this version of corridor refuses to work on it"}}
	}
	list, err := s.DB.Migrations(ctx)
	if err != nil {
		return []finding{{"schema", isWrong, err.Error(), "see docs/operations.md, \"Database\""}}
	}
	if n := postgres.Pending(list); n > 0 {
		return []finding{{"schema", isWarn, fmt.Sprintf("%d of %d migrations are missing", n, len(list)), "the next start applies them, or 'corridor migrate up'"}}
	}
	found := []finding{{"schema", isOK, fmt.Sprintf("up to date, %d migrations", len(list)), ""}}
	if s.Config.Server.SecretFile == "" {
		return found
	}
	if _, err := subscribers.ReadKeys(s.Config.Server.SecretFile); err != nil {
		return append(found, finding{"keys of links", isWrong, err.Error(), "put server.secret_file right, or leave it out: the keys are then kept in the database"})
	}
	return append(found, finding{"keys of links", isOK, s.Config.Server.SecretFile, ""})
}
