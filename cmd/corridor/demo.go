package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"corridor/postgres"
	"corridor/service"
	"corridor/web"
)

// demoCommand is the whole service on sample data.
type demoCommand struct {
	Listen string `help:"Address of the pages." default:"127.0.0.1:8080" placeholder:"ADDR"`
}

// demoFolder is where the demo keeps everything unless --data says otherwise.
const demoFolder = "./corridor-demo"

// demo is a demo that is being started.
type demo struct {
	*service.Process
	p        *program
	places   demoPlaces
	memory   demoMemory
	known    bool // there is a memory of an earlier start
	articles []demoArticle
	began    time.Time
}

// Run starts the demo and serves until it is told to stop.
func (c demoCommand) Run(ctx context.Context, p *program) error {
	p.quiet()
	d := &demo{p: p, began: p.now()}
	err := d.run(ctx, c.Listen)
	if ctx.Err() != nil && (err == nil || postgres.IsStopped(err)) {
		fmt.Fprintln(p.stdout, "\nThe demo has ended. What it made is in "+d.places.Data+".")
		return nil
	}
	return err
}

func (d *demo) run(ctx context.Context, address string) error {
	listener, err := service.Listen(ctx, address) // first: an address in use is a mistake to hear of at once
	if err != nil {
		return err
	}
	defer listener.Close()
	site, err := d.prepareFolder(ctx, listener)
	if err != nil {
		return err
	}
	defer site.Close()
	d.say("A sample publication, on this machine alone: nothing is sent to anybody.")
	s, err := d.p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	d.Process = &service.Process{Service: s, Roles: []string{service.RoleWeb, service.RoleScheduler, service.RoleSender}, Listener: listener}
	d.say("A PostgreSQL of its own is up.")
	if err := d.beginAnew(ctx); err != nil {
		return err
	}
	if err := d.serveSite(site); err != nil {
		return err
	}
	if err := d.gather(ctx); err != nil {
		return err
	}
	sent, err := d.fill(ctx)
	if err != nil {
		return err
	}
	d.Extend = func(o *web.Options) { o.Demo, o.Site.Demo = d.page(o), true }
	d.WhenUp = func(string) error { return d.finish(ctx, sent) }
	return d.Process.Run(ctx)
}

// say tells the person at the terminal what is going on.
func (d *demo) say(format string, args ...any) {
	fmt.Fprintf(d.p.stdout, format+"\n", args...)
}

// prepareFolder makes the demo's folder with its configuration, and opens the sample
// site's address.
func (d *demo) prepareFolder(ctx context.Context, pages net.Listener) (site net.Listener, err error) {
	if d.p.globals.Data == "" {
		d.p.globals.Data = demoFolder
	}
	if d.places.Data, err = filepath.Abs(d.p.globals.Data); err != nil {
		return nil, err
	}
	if err := d.remember(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(d.places.Drop(), 0o755); err != nil {
		return nil, err
	}
	if site, err = d.listenSite(ctx, pages.Addr()); err != nil {
		return nil, err
	}
	d.memory.Site = site.Addr().String()
	d.places.Site = "http://" + d.memory.Site
	d.places.Listen = pages.Addr().String()
	d.places.Base = "http://" + service.Reachable(pages.Addr())
	text, err := demoConfig(d.places)
	if err == nil {
		err = d.keep() // first: a folder without it is no demo's
	}
	if err == nil {
		err = os.WriteFile(d.places.File(), []byte(text), 0o644)
	}
	if err != nil {
		site.Close()
		return nil, err
	}
	// From here on the file speaks, and nothing else: no flag and no environment that is
	// meant for a real service leads sample mails to a real mail server.
	d.p.getenv = func(string) (string, bool) { return "", false }
	d.p.globals.Config, d.p.globals.Data = d.places.File(), ""
	d.p.globals.BaseURL, d.p.globals.DatabaseURL, d.p.globals.SMTPURL = "", "", ""
	return site, nil
}

// listenSite gives the sample site the address that it had before, else the port after
// the pages' one, which is easy to remember, else any.
func (d *demo) listenSite(ctx context.Context, pages net.Addr) (net.Listener, error) {
	var config net.ListenConfig
	if d.memory.Site != "" {
		l, err := config.Listen(ctx, "tcp", d.memory.Site)
		if err != nil {
			return nil, fmt.Errorf("the sample site cannot have its address %s again: %w; stop the demo that runs already, or remove %s to begin anew", d.memory.Site, errors.Unwrap(err), d.places.Data)
		}
		return l, nil
	}
	if tcp, ok := pages.(*net.TCPAddr); ok {
		if l, err := config.Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", tcp.Port+1)); err == nil {
			return l, nil
		}
	}
	return config.Listen(ctx, "tcp", "127.0.0.1:0")
}

// serveSite puts the sample site on the web.
func (d *demo) serveSite(l net.Listener) error {
	var err error
	if d.articles, err = readDemoArticles(d.memory.Day); err != nil {
		return err
	}
	site, err := newDemoSite(d.Config, d.articles)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: site, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }() // ends with its listener
	d.OnClose(func() { _ = server.Close() })
	d.say("The sample site with %d articles is at %s.", len(d.articles), d.places.Site)
	return nil
}

// finish waits until the editions have arrived, and says where to look.
func (d *demo) finish(ctx context.Context, sent []int64) error {
	store, err := d.Editions()
	if err != nil {
		return err
	}
	mails := int64(0)
	for _, id := range sent {
		if err := d.Watch(ctx, store, id, nil); err != nil {
			return err
		}
		e, err := store.Find(ctx, id)
		if err != nil {
			return err
		}
		mails += e.Counts.Sent
	}
	if mails > 0 {
		d.say("%d mails went through a mail server on this machine into %s.", mails, d.MailFolder())
	}
	d.memory.Prepared = true
	if err := d.keep(); err != nil {
		return err
	}
	url, err := d.MailURL()
	if err != nil {
		return err
	}
	d.say("\nReady after %.1f s. Open %s/demo\nAll captured mails: %s\n%s", d.p.now().Sub(d.began).Seconds(), d.places.Base, url, strings.TrimSpace(`
Ctrl-C ends everything; the next start takes up where this one ended.`))
	return nil
}
