package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

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
	RoleBounces   = "bounces"
)

// Listen opens the web server's address.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; is the address in use? choose another with --listen", address, errors.Unwrap(err))
	}
	return l, nil
}

// Process is a process of the service with its roles.
type Process struct {
	*Service
	Roles    []string                      // at least one of the constants above
	Listener net.Listener                  // for the pages or, without the role web, the operators' pages; nil for neither
	Bounces  net.Listener                  // for the role bounces; nil without bounces.listen
	Extend   func(o *web.Options)          // changes the pages' options; may be nil
	WhenUp   func(base string) (err error) // called once all roles run; may be nil
	Say      io.Writer                     // receives the address of captured emails; may be nil
	Changes  <-chan *config.Config         // new configurations; may be nil

	metrics *metrics
	senders senders
	working context.Context // context of the work on the schema; ends when the schema becomes newer than the program
}

func (r *Process) has(role string) bool { return slices.Contains(r.Roles, role) }

// Run runs all roles until ctx ends. A role that fails ends the others.
func (r *Process) Run(ctx context.Context) error {
	stopWatch, err := r.watchDatabase(ctx, r.recovered)
	if err != nil {
		return err
	}
	defer stopWatch()
	r.metrics = newMetrics(r.Service)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { r.look(ctx, freeBytes); return nil })
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
		r.senders.next, r.senders.running = make(chan configured), map[*mailer.Sender]bool{}
		r.senders.begin(sender)
		r.metrics.watchSenders(&r.senders)
		r.work(group, func(ctx context.Context) error { return r.runSenders(ctx, configured{sender, release}) })
	}
	if r.has(RoleBounces) {
		if err := r.startBounces(ctx, group); err != nil {
			return err
		}
	}
	if err := r.sayMail(); err != nil {
		return err
	}
	r.Log.Info("corridor is up", "roles", strings.Join(r.Roles, ","), "address", r.address(), "mail", r.carrier())
	group.Go(func() error { r.follow(ctx); return nil })
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

// work runs do while the schema is the program's. After an upgrade the pages continue
// alone, and processes of the newer version do the work.
func (r *Process) work(group *errgroup.Group, do func(ctx context.Context) error) {
	group.Go(func() error {
		err := do(r.working)
		if Outdated(r.working) != nil {
			return nil //nolint:nilerr // see sayOutdated
		}
		return err
	})
}

// sayOutdated logs once why work has stopped.
func (r *Process) sayOutdated() {
	if err := Outdated(r.working); err != nil {
		r.Log.Error("the schema has become newer than this program: pages stay up; sending, gathering and planning have stopped", "error", err)
	}
}

// Outdated returns the [postgres.NewerSchemaError] that has ended work, or nil.
func Outdated(work context.Context) error {
	var newer *postgres.NewerSchemaError
	if errors.As(context.Cause(work), &newer) {
		return newer
	}
	return nil
}

// address is the base URL of this process, "" if it does not listen.
func (r *Process) address() string {
	if r.Listener == nil {
		return ""
	}
	return "http://" + r.Listener.Addr().String()
}

// carrier names the mail server without its password, or the folder of captured emails.
func (r *Process) carrier() string {
	if r.Captures() {
		return "captured in " + r.MailFolder()
	}
	return config.RedactURL(r.Live().SMTP.URL)
}
