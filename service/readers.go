package service

import (
	"context"
	"time"

	"corridor/subscribers"
)

// Readers is the store of the publication's readers.
func (s *Service) Readers() *subscribers.Store {
	var programs, regions []string
	for _, p := range s.Config.Programs {
		programs = append(programs, p.Slug)
	}
	for _, r := range s.Config.Regions {
		regions = append(regions, r.Slug)
	}
	rules := subscribers.NewRules(programs, regions, s.Config.Publication.TimeZone)
	return subscribers.NewStore(s.DB, rules)
}

// Signer makes and checks the tokens of signed links.
func (s *Service) Signer(ctx context.Context) (*subscribers.Signer, error) {
	keys, err := subscribers.LoadKeys(ctx, s.DB, s.Config.Server.SecretFile, time.Now())
	if err != nil {
		return nil, err
	}
	return subscribers.NewSigner(keys, time.Now)
}

// refreshKeys lets a running process learn the keys that others have added, until ctx ends.
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
			s.Log.Warn("signing keys could not be read again; the old ones hold", "error", err)
		}
	}
}
