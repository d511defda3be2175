package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"corridor/web"

	"golang.org/x/sync/errgroup"
)

// serveCommand is the service.
type serveCommand struct {
	Roles  []string `help:"What this process does: web, scheduler, sender. Any number of processes may share the work." default:"web,scheduler,sender" placeholder:"ROLE"`
	Listen string   `help:"Wins over server.listen." placeholder:"ADDR"`
}

// The roles of a process.
const (
	roleWeb       = "web"
	roleScheduler = "scheduler"
	roleSender    = "sender"
)

// Run serves until it is told to stop.
func (c serveCommand) Run(ctx context.Context, p *program) error {
	for _, role := range c.Roles {
		if !slices.Contains([]string{roleWeb, roleScheduler, roleSender}, role) {
			return usagef("there is no role %q; roles are web, scheduler and sender", role)
		}
	}
	p.globals.Listen = c.Listen
	config, err := p.config()
	if err != nil {
		return err
	}
	var listener net.Listener
	if slices.Contains(c.Roles, roleWeb) { // before anything else: an address in use is a mistake to hear of at once
		if listener, err = listen(ctx, config.Server.Listen); err != nil {
			return err
		}
		defer listener.Close()
	}
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	return (&running{service: s, roles: c.Roles, listener: listener}).run(ctx)
}

// listen opens the web server's address.
func listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; is another program there? --listen names another address", address, errors.Unwrap(err))
	}
	return l, nil
}

// running is a service in its roles.
type running struct {
	*service
	roles    []string
	listener net.Listener                  // of the web role
	extend   func(o *web.Options)          // what the demo adds to the pages; nil: nothing
	ready    func(base string) (err error) // called when everything is up; nil: not
	metrics  *metrics
}

func (r *running) has(role string) bool { return slices.Contains(r.roles, role) }

// run keeps all roles going until ctx ends. One that fails ends the others.
func (r *running) run(ctx context.Context) error {
	r.log = watchDatabase(ctx, r.log, r.db.PingContext)
	r.metrics = newMetrics(r.service)
	group, ctx := errgroup.WithContext(ctx)
	if r.has(roleWeb) {
		if err := r.startWeb(ctx, group); err != nil {
			return err
		}
	}
	if r.has(roleScheduler) {
		if err := r.startScheduler(ctx, group); err != nil {
			return err
		}
	}
	if r.has(roleSender) {
		sender, release, err := r.newSender(ctx)
		if err != nil {
			return err
		}
		r.metrics.watchSender(sender)
		group.Go(func() error {
			defer release()
			return sender.Run(ctx)
		})
	}
	r.log.Info("corridor is up", "roles", strings.Join(r.roles, ","), "address", r.address(), "mail", r.carrier())
	if r.ready != nil {
		group.Go(func() error { return r.ready(r.address()) })
	}
	err := group.Wait()
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		r.log.Info("corridor has stopped")
		return nil
	}
	return err
}

// address is where the pages are reached; empty without the web role.
func (r *running) address() string {
	if r.listener == nil {
		return ""
	}
	return "http://" + r.listener.Addr().String()
}

// carrier names who takes the mail, without a password.
func (r *running) carrier() string {
	if r.captures() {
		return "captured in " + r.mailFolder()
	}
	return redactURL(r.config.SMTP.URL)
}

// closeTime is how long requests that are under way may take to end.
const closeTime = 5 * time.Second

// startWeb serves the pages.
func (r *running) startWeb(ctx context.Context, group *errgroup.Group) error {
	signer, err := r.signer(ctx)
	if err != nil {
		return err
	}
	options, err := r.webOptions(signer)
	if err != nil {
		return err
	}
	options.Metrics = r.metrics.handler()
	options.Observe = r.metrics.request
	options.Roles = r.roles
	if r.extend != nil {
		r.extend(&options)
	}
	pages, err := web.New(options)
	if err != nil {
		return err
	}
	group.Go(func() error { r.refreshKeys(ctx, signer); return nil })
	r.metrics.watchFeeds(options.Feeds)
	group.Go(func() error { return options.Feeds.Run(ctx) })
	server := pages.HTTPServer()
	server.BaseContext = func(net.Listener) context.Context { return context.WithoutCancel(ctx) }
	group.Go(func() error {
		if err := server.Serve(r.listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
		defer cancel()
		if err := server.Shutdown(closing); err != nil {
			r.log.Log(closing, slog.LevelDebug, "requests were cut off", "error", err)
			return server.Close()
		}
		return nil
	})
	return nil
}
