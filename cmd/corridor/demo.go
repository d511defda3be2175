package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"corridor/subscribers"
	"corridor/web"

	"github.com/pelletier/go-toml/v2"
)

// demoCommand is the whole service on sample data.
type demoCommand struct {
	Listen string `help:"Address of the pages; the sample website takes the next port." default:"127.0.0.1:8080" placeholder:"ADDR"`
}

// demoFolder holds everything that the demo makes.
const demoFolder = "corridor-demo"

// demoState is what a second start must know of the first.
type demoState struct {
	Site  string    `json:"site"`  // address of the sample website: articles are known by it
	Today time.Time `json:"today"` // day 0 of the articles' dates
}

// demo is the demo as it runs.
type demo struct {
	p      *program
	s      *service
	state  demoState
	site   net.Listener
	signer *subscribers.Signer
}

// Run shows the product until it is told to stop.
func (c demoCommand) Run(ctx context.Context, p *program) error {
	p.quiet()
	d := &demo{p: p}
	began := time.Now()
	listener, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	config, err := d.prepare(ctx, listener.Addr().String())
	if err != nil {
		return err
	}
	defer d.site.Close()
	if err := d.serveSite(config); err != nil {
		return err
	}
	d.say("Starting a private PostgreSQL in %s.", filepath.Join(demoFolder, "postgres"))
	if err := d.open(ctx, config); err != nil {
		return err
	}
	defer d.s.Close()
	if d.signer, err = d.s.signer(ctx); err != nil {
		return err
	}
	if err := d.fill(ctx); err != nil {
		return err
	}
	r := &running{service: d.s, roles: []string{roleWeb, roleScheduler, roleSender}, listener: listener}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.extend = func(o *web.Options) { o.Demo = d.view }
	r.ready = func(base string) error {
		if err := d.send(ctx); err != nil {
			return err
		}
		d.say("Ready in %.1f seconds. Open this page:\n\n    %s/demo\n\nCommands in a second terminal work on the same data:\n\n    bin/corridor --config %s editions list\n\nCtrl-C ends it.",
			time.Since(began).Seconds(), base, d.configFile())
		return nil
	}
	return r.run(ctx)
}

// say tells whoever watches the terminal what is being done.
func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.p.stdout, format+"\n", args...) }

func (d *demo) configFile() string { return filepath.Join(demoFolder, "corridor.toml") }

// prepare makes the folder, finds the website's address, and writes the configuration
// that other commands can use.
func (d *demo) prepare(ctx context.Context, address string) (*Config, error) {
	data, err := filepath.Abs(demoFolder)
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{data, filepath.Join(data, "drop")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	if err := d.listenSite(ctx, address); err != nil {
		return nil, err
	}
	config := demoConfig(address, data, "http://"+d.state.Site, "")
	text, err := toml.Marshal(config)
	if err != nil {
		return nil, err
	}
	return config, os.WriteFile(d.configFile(), append([]byte("# The demo's configuration, written anew at each start.\n"), text...), 0o600)
}

// listenSite gives the sample website the address that it had before, or the port after
// the pages', or any.
func (d *demo) listenSite(ctx context.Context, address string) error {
	file := filepath.Join(demoFolder, "state.json")
	text, err := os.ReadFile(file)
	if err == nil && json.Unmarshal(text, &d.state) == nil && d.state.Site != "" {
		d.site, err = listen(ctx, d.state.Site)
		if err != nil {
			return fmt.Errorf("the sample website had the address %s at the demo's first start, and its articles are known by it; free it, or remove %s to begin anew", d.state.Site, demoFolder)
		}
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(port)
	if d.site, err = listen(ctx, net.JoinHostPort(host, strconv.Itoa(n+1))); err != nil {
		if d.site, err = listen(ctx, net.JoinHostPort(host, "0")); err != nil {
			return err
		}
	}
	d.state = demoState{Site: d.site.Addr().String(), Today: d.p.now().Truncate(time.Hour)}
	if text, err = json.Marshal(d.state); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// serveSite lets the sample website answer.
func (d *demo) serveSite(config *Config) error {
	pieces, err := readDemoArticles(d.state.Today)
	if err != nil {
		return err
	}
	site, err := newDemoSite(config, pieces)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: site, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(d.p.log.Handler(), slog.LevelDebug)}
	go func() { _ = server.Serve(d.site) }() // ends with the listener
	d.say("A sample website with %d articles is at %s.", len(pieces), config.Publication.SiteURL)
	return nil
}

// open is what every command does, with a configuration that is no file's.
func (d *demo) open(ctx context.Context, c *Config) error {
	s := &service{config: c, log: d.p.log}
	var err error
	if s.zone, err = time.LoadLocation(c.Publication.TimeZone); err != nil {
		return err
	}
	if s.from, err = mail.ParseAddress(c.Publication.From); err != nil {
		return err
	}
	if err = s.openDatabase(ctx, ""); err == nil {
		err = s.db.MigrateUp(ctx)
	}
	if err != nil {
		s.Close()
		return err
	}
	d.s = s
	return nil
}
