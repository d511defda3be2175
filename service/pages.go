package service

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"corridor/web"

	"golang.org/x/sync/errgroup"
)

// closeTime is the time that requests in progress have to end.
const closeTime = 5 * time.Second

// startWeb serves the pages or, in a process without them that listens, the operators'
// pages.
func (r *Process) startWeb(ctx context.Context, group *errgroup.Group) error {
	if r.Listener == nil {
		return nil
	}
	options := web.Options{OperatorsOnly: true, Log: r.Log, Ready: r.ready}
	if r.has(RoleWeb) {
		var err error
		if options, err = r.pageOptions(ctx, group); err != nil {
			return err
		}
	}
	options.Metrics = r.metrics.handler()
	options.Observe = r.metrics.request
	options.Roles = r.Roles
	options.Ready = r.ready
	pages, err := web.New(options)
	if err != nil {
		return err
	}
	r.answer(ctx, group, pages)
	return nil
}

// pageOptions returns the pages' options, and starts the goroutines that refresh their
// data.
func (r *Process) pageOptions(ctx context.Context, group *errgroup.Group) (web.Options, error) {
	signer, err := r.Signer(ctx)
	if err != nil {
		return web.Options{}, err
	}
	options, err := r.webOptions(signer)
	if err != nil {
		return options, err
	}
	if options.Hooks, err = r.hooks(ctx); err != nil {
		return options, err
	}
	if r.Extend != nil {
		r.Extend(&options)
	}
	if err := options.Feeds.Offer(ctx); err != nil {
		return options, err
	}
	r.metrics.watchFeeds(options.Feeds)
	group.Go(func() error { return options.Feeds.Run(ctx) })
	r.work(group, options.Hub.Run)
	return options, nil
}

// answer serves requests until ctx ends, and then completes the requests in progress.
func (r *Process) answer(ctx context.Context, group *errgroup.Group, pages *web.Server) {
	server := pages.HTTPServer()
	server.BaseContext = func(net.Listener) context.Context { return context.WithoutCancel(ctx) }
	group.Go(func() error {
		if err := server.Serve(r.Listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
		defer cancel()
		if err := server.Shutdown(closing); err != nil {
			r.Log.Log(closing, slog.LevelDebug, "requests were cut off", "error", err)
			return server.Close()
		}
		return nil
	})
}
