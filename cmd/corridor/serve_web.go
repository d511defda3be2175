package main

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

// closeTime is how long requests that are under way may take to end.
const closeTime = 5 * time.Second

// startWeb serves the pages or, in a process without them that listens, what operators
// look at.
func (r *running) startWeb(ctx context.Context, group *errgroup.Group) error {
	if r.listener == nil {
		return nil
	}
	options := web.Options{OperatorsOnly: true, Log: r.log, Ready: r.ready, Notes: r.mailNotes}
	if r.has(roleWeb) {
		var err error
		if options, err = r.pageOptions(ctx, group); err != nil {
			return err
		}
	}
	options.Metrics = r.metrics.handler()
	options.Observe = r.metrics.request
	options.Roles = r.roles
	options.Ready = r.ready
	pages, err := web.New(options)
	if err != nil {
		return err
	}
	r.answer(ctx, group, pages)
	return nil
}

// pageOptions are what the pages need, with what keeps it fresh already running.
func (r *running) pageOptions(ctx context.Context, group *errgroup.Group) (web.Options, error) {
	signer, err := r.signer(ctx)
	if err != nil {
		return web.Options{}, err
	}
	options, err := r.webOptions(signer)
	if err != nil {
		return options, err
	}
	if r.extend != nil {
		r.extend(&options)
	}
	group.Go(func() error { r.refreshKeys(ctx, signer); return nil })
	if err := options.Feeds.Offer(ctx); err != nil {
		return options, err
	}
	r.metrics.watchFeeds(options.Feeds)
	group.Go(func() error { return options.Feeds.Run(ctx) })
	r.work(group, options.Hub.Run)
	return options, nil
}

// answer takes requests until ctx ends, and then finishes those under way.
func (r *running) answer(ctx context.Context, group *errgroup.Group, pages *web.Server) {
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
}
