package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync/atomic"

	"corridor/config"
	"corridor/mailer"
	"corridor/postgres"
	"corridor/web"

	"golang.org/x/sync/errgroup"
)

// The roles of a process.
const (
	RoleWeb       = "web"
	RoleScheduler = "scheduler"
	RoleSender    = "sender"
)

// Listen opens the web server's address.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; is another program there? --listen names another address", address, errors.Unwrap(err))
	}
	return l, nil
}

// Process is one process of the service, in its roles.
type Process struct {
	*Service
	Roles    []string                      // at least one of the constants above
	Listener net.Listener                  // of the pages or, without the role web, of what operators look at; nil: neither
	Extend   func(o *web.Options)          // changes the pages' options; nil: does nothing
	WhenUp   func(base string) (err error) // called once all roles run; nil: not called
	Say      io.Writer                     // where the address of captured mail is printed; nil: nowhere

	metrics *metrics
	sender  atomic.Pointer[mailer.Sender] // nil: this process sends nothing, or not yet
	working context.Context               // of what works on the schema; it ends when that becomes newer than the program's
}

func (r *Process) has(role string) bool { return slices.Contains(r.Roles, role) }

// Run keeps all roles going until ctx ends. One that fails ends the others.
func (r *Process) Run(ctx context.Context) error {
	stopWatch, err := r.watchDatabase(ctx, r.recovered)
	if err != nil {
		return err
	}
	defer stopWatch()
	r.metrics = newMetrics(r.Service)
	group, ctx := errgroup.WithContext(ctx)
	var stopWork context.CancelFunc
	r.working, stopWork = r.DB.WhileOurs(ctx)
	defer stopWork()
	context.AfterFunc(r.working, r.sayOutdated)
	if err := r.startWeb(ctx, group); err != nil {
		return err
	}
	if r.has(RoleScheduler) {
		if err := r.startScheduler(ctx, group); err != nil {
			return err
		}
	}
	if r.has(RoleSender) {
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
	r.Log.Info("corridor is up", "roles", strings.Join(r.Roles, ","), "address", r.address(), "mail", r.carrier())
	if r.WhenUp != nil {
		group.Go(func() error { return r.WhenUp(r.address()) })
	}
	err = group.Wait()
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		r.Log.Info("corridor has stopped")
		return nil
	}
	return err
}

// work runs do while the schema is ours. After that the pages go on alone, and other
// processes of the newer version do the work.
func (r *Process) work(group *errgroup.Group, do func(ctx context.Context) error) {
	group.Go(func() error {
		err := do(r.working)
		if Outdated(r.working) != nil {
			return nil //nolint:nilerr // see sayOutdated
		}
		return err
	})
}

// sayOutdated says once why nothing is sent any more.
func (r *Process) sayOutdated() {
	if err := Outdated(r.working); err != nil {
		r.Log.Error("the schema has become newer than this program: pages stay up; sending, gathering and planning have stopped", "error", err)
	}
}

// Outdated returns a [postgres.NewerSchemaError] when that has ended work.
func Outdated(work context.Context) error {
	var newer *postgres.NewerSchemaError
	if errors.As(context.Cause(work), &newer) {
		return newer
	}
	return nil
}

// address is where this process is reached; empty when it does not listen.
func (r *Process) address() string {
	if r.Listener == nil {
		return ""
	}
	return "http://" + r.Listener.Addr().String()
}

// carrier names who takes the mail, without a password.
func (r *Process) carrier() string {
	if r.Captures() {
		return "captured in " + r.MailFolder()
	}
	return config.RedactURL(r.Config.SMTP.URL)
}
