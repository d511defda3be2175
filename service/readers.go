package service

import (
	"context"
	"time"

	"corridor/editions"
	"corridor/subscribers"
	"corridor/trouble"
)

// Readers returns the store of readers.
func (s *Service) Readers() *subscribers.Store {
	var programs, regions []string
	for _, p := range s.Config.Programs {
		programs = append(programs, p.Slug)
	}
	for _, r := range s.Config.Regions {
		regions = append(regions, r.Slug)
	}
	rules := subscribers.NewRules(programs, regions, s.Config.Publication.TimeZone)
	return subscribers.NewStore(s.DB, rules, editions.ReaderEvents())
}

// Signer returns the signer of links. It reloads its keys every minute until the service is
// closed, because other processes may add or retire some.
func (s *Service) Signer(ctx context.Context) (*subscribers.Signer, error) {
	s.signing.Lock()
	defer s.signing.Unlock()
	if s.signer != nil {
		return s.signer, nil
	}
	signer, err := subscribers.OpenSigner(ctx, func(ctx context.Context) ([]subscribers.Key, error) {
		return subscribers.LoadKeys(ctx, s.DB, s.Config.Server.SecretFile, time.Now())
	}, time.Now)
	if err != nil {
		return nil, err
	}
	s.signer = signer
	refreshing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() { defer close(done); s.refreshKeys(refreshing, signer) }()
	s.OnClose(func() { cancel(); <-done })
	return signer, nil
}

// refreshKeys reloads the keys of a signer until ctx ends.
func (s *Service) refreshKeys(ctx context.Context, signer *subscribers.Signer) {
	tick := time.NewTicker(subscribers.RefreshEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_ = s.Troubles.Note(ctx, trouble.Work, "pages: read the signing keys", signer.Reload(ctx)) // the old ones stay in use
	}
}
