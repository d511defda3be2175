package main

import (
	"context"
	"net"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"corridor/service"
)

// serveCommand is the service.
type serveCommand struct {
	Roles  []string `help:"What this process does: web, scheduler, sender. Any number of processes may share the work." default:"web,scheduler,sender" placeholder:"ROLE"`
	Listen string   `help:"Overrides server.listen. Without the role web: /healthz, /readyz and /metrics alone." placeholder:"ADDR"`
}

// Run serves until it is told to stop.
func (c serveCommand) Run(ctx context.Context, p *program) error {
	for _, role := range c.Roles {
		if !slices.Contains([]string{service.RoleWeb, service.RoleScheduler, service.RoleSender}, role) {
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
	if slices.Contains(c.Roles, service.RoleWeb) || c.Listen != "" {
		if listener, err = service.Listen(ctx, config.Server.Listen); err != nil {
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
		return (&service.Process{Service: s, Roles: c.Roles, Listener: listener, Say: p.stderr}).Run(ctx)
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
