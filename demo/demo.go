// Package demo runs the whole service on sample articles and sample readers, with a
// configuration and folder made for it. It sends no email to any mail server.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"corridor/config"
	"corridor/postgres"
	"corridor/service"
	"corridor/web"
)

// DefaultFolder is where the demo keeps its files unless Options names another folder.
const DefaultFolder = "./corridor-demo"

// Options are the surroundings of a demo.
type Options struct {
	Listen string    // address of the pages, such as 127.0.0.1:8080
	Data   string    // folder of the database and all other files; empty: DefaultFolder
	Out    io.Writer // progress, and the address to open
	Log    *slog.Logger
	Now    func() time.Time
}

// demo is a running demo.
type demo struct {
	*service.Process
	options  Options
	places   places
	memory   memory
	known    bool // an earlier start left its memory
	articles []sampleArticle
	began    time.Time
}

// Run serves the demo until ctx ends, which is no error. It reads no configuration file
// but its own, and no environment.
func Run(ctx context.Context, o Options) error {
	d := &demo{options: o, began: o.Now()}
	err := d.run(ctx)
	if ctx.Err() != nil && (err == nil || postgres.IsStopped(err)) {
		d.say("\nThe demo has ended. Its files are in %s.", d.places.Data)
		return nil
	}
	return err
}

func (d *demo) run(ctx context.Context) error {
	listener, err := service.Listen(ctx, d.options.Listen) // first, to report an address in use at once
	if err != nil {
		return err
	}
	defer listener.Close()
	site, err := d.prepareFolder(ctx, listener)
	if err != nil {
		return err
	}
	defer site.Close()
	d.say("A sample publication, on this machine alone: no email leaves it.")
	s, err := d.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	d.Process = &service.Process{Service: s, Roles: []string{service.RoleWeb, service.RoleScheduler, service.RoleSender}, Listener: listener}
	d.say("The private PostgreSQL is up.")
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

// open opens the service with the demo's configuration alone: no flag and no environment
// of a real service leads sample emails to a real mail server.
func (d *demo) open(ctx context.Context) (*service.Service, error) {
	c, err := config.Load(d.places.File(), func(string) (string, bool) { return "", false }, config.Flags{})
	if err != nil {
		return nil, err
	}
	return service.Open(ctx, c, d.options.Log)
}

func (d *demo) now() time.Time { return d.options.Now() }

// say prints a line for the person at the terminal.
func (d *demo) say(format string, args ...any) {
	fmt.Fprintf(d.options.Out, format+"\n", args...)
}

// prepareFolder makes the demo's folder with its configuration, and opens the sample
// site's address.
func (d *demo) prepareFolder(ctx context.Context, pages net.Listener) (site net.Listener, err error) {
	if d.options.Data == "" {
		d.options.Data = DefaultFolder
	}
	if d.places.Data, err = filepath.Abs(d.options.Data); err != nil {
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
	text, err := configText(d.places)
	if err == nil {
		err = d.keep() // first, because it marks the folder as a demo's
	}
	if err == nil {
		err = os.WriteFile(d.places.File(), []byte(text), 0o644)
	}
	if err != nil {
		site.Close()
		return nil, err
	}
	return site, nil
}

// listenSite listens for the sample site: at the address of the last start, else at the
// port after that of the pages, which is easy to remember, else at any port.
func (d *demo) listenSite(ctx context.Context, pages net.Addr) (net.Listener, error) {
	var config net.ListenConfig
	if d.memory.Site != "" {
		l, err := config.Listen(ctx, "tcp", d.memory.Site)
		if err != nil {
			return nil, fmt.Errorf("the sample site cannot have its address %s again: %w; stop the demo that runs already, or remove %s to start again", d.memory.Site, errors.Unwrap(err), d.places.Data)
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

// serveSite serves the sample site.
func (d *demo) serveSite(l net.Listener) error {
	var err error
	if d.articles, err = readArticles(d.memory.Day); err != nil {
		return err
	}
	site, err := newSite(d.Config, d.articles)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: site, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }() // ends with its listener
	d.OnClose(func() { _ = server.Close() })
	d.say("The sample site with %d articles is at %s.", len(d.articles), d.places.Site)
	return nil
}

// finish waits until the editions are sent, and prints the address to open.
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
		d.say("%d emails went through a mail server on this machine into %s.", mails, d.MailFolder())
	}
	d.memory.Prepared = true
	if err := d.keep(); err != nil {
		return err
	}
	url, err := d.MailURL()
	if err != nil {
		return err
	}
	d.say("\nReady after %.1f s. Open %s/demo\nAll captured emails: %s\n%s", d.now().Sub(d.began).Seconds(), d.places.Base, url, strings.TrimSpace(`
Ctrl-C ends the demo; the next start continues from here.`))
	return nil
}
