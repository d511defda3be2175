package main

import (
	"context"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"corridor/bounces/receiver"
	"corridor/config"
	"corridor/service"
)

// serveCommand runs the service.
type serveCommand struct {
	Roles  []string `help:"Roles of this process: web, scheduler, sender, bounces. Any number of processes may share the work. Default: web,scheduler,sender, and bounces with bounces.listen or bounces.mailbox." placeholder:"ROLE"`
	Listen string   `help:"Overrides server.listen. Without the role web the address serves only /healthz, /readyz and /metrics." placeholder:"ADDR"`
}

// Run serves until ctx ends.
func (c serveCommand) Run(ctx context.Context, p *program) error {
	for _, role := range c.Roles {
		if !slices.Contains([]string{service.RoleWeb, service.RoleScheduler, service.RoleSender, service.RoleBounces}, role) {
			return usagef("there is no role %q; roles are web, scheduler, sender and bounces", role)
		}
	}
	p.globals.Listen = c.Listen
	changes, stop := p.followHangups()
	defer stop()
	config, err := p.config()
	if err != nil {
		return err
	}
	returns, err := c.listenForReturns(ctx, p, config)
	if err != nil {
		return err
	}
	if returns != nil {
		defer returns.Close()
	}
	var listener net.Listener
	// First, to report an address in use at once. A process without pages listens only with
	// the flag, for monitoring.
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
		return (&service.Process{Service: s, Roles: c.Roles, Listener: listener, Bounces: returns, Changes: changes, Say: p.stderr}).Run(ctx)
	})
	if err != nil && ctx.Err() != nil { // it was starting, or its work was cut off
		p.log.Debug("cut off by the stop", "error", err)
		p.log.Info("corridor has stopped")
		return nil
	}
	return err
}

// listenForReturns opens the address of the role bounces. Without the flag --roles the
// configuration decides about that role. The listener is nil without it, or without bounces.listen.
func (c *serveCommand) listenForReturns(ctx context.Context, p *program, config *config.Config) (net.Listener, error) {
	if len(c.Roles) == 0 {
		c.Roles = []string{service.RoleWeb, service.RoleScheduler, service.RoleSender}
		if config.Bounces.Listen != "" || config.Bounces.Mailbox != "" {
			c.Roles = append(c.Roles, service.RoleBounces)
		}
	}
	switch {
	case !slices.Contains(c.Roles, service.RoleBounces):
		return nil, nil
	case config.Bounces.Listen == "" && config.Bounces.Mailbox == "":
		return nil, usagef("the role bounces needs an address or a mailbox: set bounces.listen or bounces.mailbox in %s", p.globals.Config)
	case config.Bounces.Listen == "":
		return nil, nil
	}
	return receiver.Listen(ctx, config.Bounces.Listen)
}

// followHangups makes SIGHUP read the configuration again instead of ending the process, until
// stop is called. The level and the format of the log apply at once; the channel has the newest
// configuration that was not taken yet.
func (p *program) followHangups() (changes chan *config.Config, stop func()) {
	hangups, changes := make(chan os.Signal, 1), make(chan *config.Config, 1)
	signal.Ignore(syscall.SIGHUP) // main would end the process
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		for range hangups {
			next, err := p.config()
			if err != nil {
				p.log.Error("SIGHUP: the configuration cannot be used; the old one stays in force", "reason", strings.ReplaceAll(err.Error(), "\n", "; "))
				continue
			}
			select {
			case <-changes: // an older one
			default:
			}
			changes <- next
		}
	}()
	return changes, func() {
		signal.Stop(hangups)
		close(hangups)
	}
}

// stopTime is the longest time for an orderly end. The documentation promises ten seconds.
const stopTime = 9 * time.Second

// inTime runs the service. It returns without waiting for the service when that has not
// ended stopTime after ctx: a database that is frozen or unreachable answers no cancellation
// either. Deliveries in flight are then treated as after a kill.
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
		p.log.Warn("the database does not answer; corridor stops without it, and other senders continue with its batches")
		return nil
	}
}
