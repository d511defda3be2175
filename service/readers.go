package service

import (
	"context"
	"time"

	"corridor/editions"
	"corridor/subscribers"
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

// Signer returns the signer of links.
func (s *Service) Signer(ctx context.Context) (*subscribers.Signer, error) {
	keys, err := subscribers.LoadKeys(ctx, s.DB, s.Config.Server.SecretFile, time.Now())
	if err != nil {
		return nil, err
	}
	return subscribers.NewSigner(keys, time.Now)
}

// refreshKeys reloads the signing keys every minute until ctx ends, because other processes
// may add some.
func (s *Service) refreshKeys(ctx context.Context, signer *subscribers.Signer) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		keys, err := subscribers.LoadKeys(ctx, s.DB, s.Config.Server.SecretFile, time.Now())
		if err == nil {
			err = signer.SetKeys(keys)
		}
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("reading the signing keys failed; the old ones stay in use", "error", err)
		}
	}
}
