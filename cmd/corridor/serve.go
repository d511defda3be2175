package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"corridor/config"
	"corridor/mailer"
	"corridor/postgres"
	"corridor/web"

	"golang.org/x/sync/errgroup"
)

// serveCommand is the service.
type serveCommand struct {
	Roles  []string `help:"What this process does: web, scheduler, sender. Any number of processes may share the work." default:"web,scheduler,sender" placeholder:"ROLE"`
	Listen string   `help:"Overrides server.listen. Without the role web: /healthz, /readyz and /metrics alone." placeholder:"ADDR"`
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
	defer p.outliveHangups()()
	p.globals.Listen = c.Listen
	config, err := p.config()
	if err != nil {
		return err
	}
	var listener net.Listener
	// Before anything else: an address in use is a mistake to hear of at once. A process
	// without pages listens only when told where, for those who watch it.
	if slices.Contains(c.Roles, roleWeb) || c.Listen != "" {
		if listener, err = listen(ctx, config.Server.Listen); err != nil {
			return err
		}
		defer listener.Close()
	}
	err = p.inTime(ctx, func() error {
		s, err := p.open(ctx)
		if err != nil {
			return err
		}
		defer s.Close()
		return (&running{service: s, roles: c.Roles, listener: listener, say: p.stderr}).run(ctx)
	})
	if err != nil && ctx.Err() != nil { // it was still coming up, or what it did was cut off
		p.log.Debug("cut off by the stop", "error", err)
		p.log.Info("corridor has stopped")
		return nil
	}
	return err
}

// outliveHangups has SIGHUP say in the log what it does not do, until stop is called.
func (p *program) outliveHangups() (stop func()) {
	hangups := make(chan os.Signal, 1)
	signal.Ignore(syscall.SIGHUP) // takes it from main, which ends the process
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		for range hangups {
			p.log.Info("SIGHUP changes nothing: the configuration is read at the start; restart the service to apply a new one")
		}
	}()
	return func() {
		signal.Stop(hangups)
		close(hangups)
	}
}

// stopTime is how long an orderly end may take: ten seconds are promised.
const stopTime = 9 * time.Second

// inTime runs the service, and leaves it behind when its end takes too long after ctx
// has: a database that is frozen, or behind a cut line, answers nothing and takes no
// cancellation either. What the sender had marked is then as after a kill.
func (p *program) inTime(ctx context.Context, serve func() error) error {
	done := make(chan error, 1)
	go func() { done <- serve() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(stopTime):
		p.log.Warn("corridor stops without its database, which does not answer; other senders go on with what this one had")
		return nil
	}
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
	listener net.Listener                  // of the pages, or of what operators look at; nil: neither
	extend   func(o *web.Options)          // what the demo adds to the pages; nil: nothing
	whenUp   func(base string) (err error) // called when everything is up; nil: not
	say      io.Writer                     // where the address of captured mail is printed; nil: nowhere
	metrics  *metrics
	sender   atomic.Pointer[mailer.Sender] // nil: this process sends nothing, or not yet
	working  context.Context               // of what works on the schema; it ends when that becomes newer than the program's
}

func (r *running) has(role string) bool { return slices.Contains(r.roles, role) }

// run keeps all roles going until ctx ends. One that fails ends the others.
func (r *running) run(ctx context.Context) error {
	stopWatch, err := r.watchDatabase(ctx, r.recovered)
	if err != nil {
		return err
	}
	defer stopWatch()
	r.metrics = newMetrics(r.service)
	group, ctx := errgroup.WithContext(ctx)
	var stopWork context.CancelFunc
	r.working, stopWork = r.db.WhileOurs(ctx)
	defer stopWork()
	context.AfterFunc(r.working, r.sayOutdated)
	if err := r.startWeb(ctx, group); err != nil {
		return err
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
		r.sender.Store(sender)
		r.metrics.watchSender(sender)
		r.work(group, func(ctx context.Context) error {
			defer release()
			return sender.Run(ctx)
		})
	}
	if err := r.sayMail(); err != nil {
		return err
	}
	r.log.Info("corridor is up", "roles", strings.Join(r.roles, ","), "address", r.address(), "mail", r.carrier())
	if r.whenUp != nil {
		group.Go(func() error { return r.whenUp(r.address()) })
	}
	err = group.Wait()
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		r.log.Info("corridor has stopped")
		return nil
	}
	return err
}

// work runs do while the schema is ours. After that the pages go on alone, and other
// processes of the newer version do the work.
func (r *running) work(group *errgroup.Group, do func(ctx context.Context) error) {
	group.Go(func() error {
		err := do(r.working)
		if outdated(r.working) != nil {
			return nil //nolint:nilerr // see sayOutdated
		}
		return err
	})
}

// sayOutdated says once why nothing is sent any more.
func (r *running) sayOutdated() {
	if err := outdated(r.working); err != nil {
		r.log.Error("the schema has become newer than this program: pages stay up; sending, gathering and planning have stopped", "error", err)
	}
}

// outdated returns a [postgres.NewerSchemaError] when that has ended work.
func outdated(work context.Context) error {
	var newer *postgres.NewerSchemaError
	if errors.As(context.Cause(work), &newer) {
		return newer
	}
	return nil
}

// address is where this process is reached; empty when it does not listen.
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
	return config.RedactURL(r.config.SMTP.URL)
}
