package main

import (
	"context"
	"time"

	"corridor/subscribers"
)

// readers is the store of the publication's readers.
func (s *service) readers() *subscribers.Store {
	var programs, regions []string
	for _, p := range s.config.Programs {
		programs = append(programs, p.Slug)
	}
	for _, r := range s.config.Regions {
		regions = append(regions, r.Slug)
	}
	rules := subscribers.NewRules(programs, regions, s.config.Publication.TimeZone)
	return subscribers.NewStore(s.db, rules)
}

// signer makes and checks the tokens of signed links.
func (s *service) signer(ctx context.Context) (*subscribers.Signer, error) {
	keys, err := subscribers.LoadKeys(ctx, s.db, s.config.Server.SecretFile, time.Now())
	if err != nil {
		return nil, err
	}
	return subscribers.NewSigner(keys, time.Now)
}

// refreshKeys lets a running process learn the keys that others have added, until ctx ends.
func (s *service) refreshKeys(ctx context.Context, signer *subscribers.Signer) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		keys, err := subscribers.LoadKeys(ctx, s.db, s.config.Server.SecretFile, time.Now())
		if err == nil {
			err = signer.SetKeys(keys)
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("signing keys could not be read again; the old ones hold", "error", err)
		}
	}
}
