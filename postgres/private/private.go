// Package private keeps a PostgreSQL server of Corridor's own: it finds the installed
// binaries, makes a cluster, and runs the server on a Unix socket for as long as a
// program uses it.
package private

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"corridor/trouble"
)

// Server is this program's hold on the private server of a data folder. Any number of
// programs share one server: each holds a shared lock for as long as it uses it, which the
// kernel releases when the program ends in any way. A keeper process in a separate session
// (see [Keep]) owns the server, and stops it when no program holds the lock.
type Server struct {
	place  place
	users  *os.File // locked shared
	log    *slog.Logger
	spawn  func() *exec.Cmd
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// startTimeout covers initdb on a slow disk and the recovery after a crash.
const startTimeout = 2 * time.Minute

// Start returns a hold on the private server of the folder data, starting it when it does
// not run. keeper is the command of this program that calls [Keep]; the folder is added to
// it. The error names in one line the setting to change.
func Start(ctx context.Context, data string, keeper []string, log *slog.Logger) (*Server, error) {
	where, err := findPlace(data)
	if err != nil {
		return nil, err
	}
	if err := where.make(); err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	if data, err = filepath.Abs(data); err != nil {
		return nil, err
	}
	p := &Server{place: where, log: log}
	p.spawn = func() *exec.Cmd {
		cmd := exec.Command(keeper[0], append(slices.Clone(keeper[1:]), data)...)
		// A separate session: Ctrl-C in the terminal reaches the program and not the
		// server.
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		return cmd
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if p.users, err = lockShared(ctx, where.usersLock()); err != nil {
		if errors.Is(err, context.Canceled) {
			return nil, err
		}
		return nil, fmt.Errorf("private PostgreSQL: another program is stopping the server and does not come to an end: %w", err)
	}
	if err := p.ensure(ctx); err != nil {
		p.users.Close()
		return nil, err
	}
	watching, stop := context.WithCancel(context.Background())
	p.cancel = stop
	p.done.Go(func() { p.watch(watching) })
	return p, nil
}

// URL is how to connect.
func (p *Server) URL() string { return p.place.url("corridor") }

// Close lets go of the server. It stops some seconds after the last program has.
func (p *Server) Close() {
	p.cancel()
	p.done.Wait()
	p.users.Close()
}

// ensure sees to it that a keeper lives and the server answers.
func (p *Server) ensure(ctx context.Context) error {
	_ = os.Remove(p.place.failure())
	for {
		if free, err := isFree(p.place.keeperLock()); err != nil {
			return err
		} else if free {
			if reason, err := os.ReadFile(p.place.failure()); err == nil {
				return fmt.Errorf("private PostgreSQL: %s", strings.TrimSpace(string(reason)))
			}
			if err := p.startKeeper(); err != nil {
				return err
			}
		}
		err := p.place.createDatabase(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) { // the caller has been told to stop
				return ctx.Err()
			}
			return fmt.Errorf("private PostgreSQL does not answer (%v); its log is %s", err, p.place.serverLog())
		case <-time.After(15 * time.Millisecond):
		}
	}
}

// startKeeper starts a keeper and waits until it holds its lock or has given up. Of
// several that start at once one stays.
func (p *Server) startKeeper() error {
	cmd := p.spawn()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("private PostgreSQL: cannot start its keeper: %w", err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	for {
		if free, err := isFree(p.place.keeperLock()); err != nil || !free {
			return err
		}
		select {
		case <-ended:
			return nil
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// watch brings the keeper back when it was killed: its server went with it.
func (p *Server) watch(ctx context.Context) {
	troubles, failed := trouble.New(p.log), false
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(250 * time.Millisecond):
		}
		free, err := isFree(p.place.keeperLock())
		if err != nil || !free {
			continue
		}
		if !failed {
			p.log.Warn("the private PostgreSQL is gone; starting it again")
		}
		failed = troubles.Note(ctx, trouble.Work, "start the private PostgreSQL", p.ensure(ctx)) != nil
	}
}
