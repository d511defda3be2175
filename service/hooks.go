package service

import (
	"context"
	"net/http"
	"time"

	"corridor/bounces/hooks"
)

// hooks returns the hooks of the mail providers in the configuration.
func (r *Process) hooks(ctx context.Context) (*hooks.Hooks, error) {
	ids, err := r.MessageIDs(ctx)
	if err != nil {
		return nil, err
	}
	desk, err := r.Desk(ctx, r.returned)
	if err != nil {
		return nil, err
	}
	return hooks.New(hooks.Options{
		Secrets: r.Config.Hooks.Secrets(), IDs: ids, Take: desk.Take, Log: r.Log, Troubles: r.Troubles, Now: time.Now,
		Client: &http.Client{
			Transport: r.guard().Transport(), Timeout: 15 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	})
}
