package service

import (
	"context"
	"slices"
	"strings"

	"corridor/config"
	"corridor/trouble"
)

// Live is the configuration with the keys that may change while the process runs as they are
// now. All other keys have the values of Config.
func (s *Service) Live() *config.Config {
	if c := s.live.Load(); c != nil {
		return c
	}
	return s.Config
}

// follow applies the configurations of r.Changes until ctx ends.
func (r *Process) follow(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case next := <-r.Changes:
			r.reload(ctx, next)
		}
	}
}

// reload applies the keys of a new configuration that may change while the process runs, and
// logs the keys of which it needs a restart.
func (r *Process) reload(ctx context.Context, next *config.Config) {
	old := r.Live()
	merged, applied, restart := config.Merge(old, next)
	r.live.Store(merged)
	if r.has(RoleSender) && slices.ContainsFunc(applied, isOfSender) {
		if err := r.changeSender(ctx); err != nil {
			r.live.Store(old)
			r.Log.Error("the changed configuration cannot be used; the old one stays in force", "reason", err)
			return
		}
	}
	r.Log.Info("the configuration was read again", "changed", strings.Join(applied, " "))
	if len(restart) > 0 {
		r.Log.Warn("changed keys of the configuration need a restart", "keys", strings.Join(restart, " "))
	}
}

// isOfSender reports whether a key takes effect in the sender.
func isOfSender(key string) bool {
	return strings.HasPrefix(key, "smtp.") || strings.HasPrefix(key, "sending.")
}

// changeSender starts a sender with the configuration as it is now. The former one finishes
// the emails that are on the wire, however long a mail server takes, and returns the rest.
func (r *Process) changeSender(ctx context.Context) error {
	sender, release, err := r.newSender(ctx)
	if err != nil {
		return err
	}
	select {
	case r.senders.next <- configured{sender, release}:
	case <-r.working.Done(): // the process stops, or the schema is newer
		release()
		return nil
	}
	for _, kind := range []trouble.Kind{trouble.MailServer, trouble.Refusals} {
		for _, t := range r.Troubles.Open(kind) { // the new sender meets them again, if they are still there
			r.Troubles.End(kind, t.Name)
		}
	}
	return nil
}
