package main

import (
	"context"
	"log/slog"
	"net/mail"
	"os"
	"strings"
	"time"

	"corridor/config"
	"corridor/postgres"
	"corridor/postgres/private"
)

// service is the opened program: configuration, database, and what the packages
// make of them. Commands take from it what they need; this is the only place where
// packages are put together.
type service struct {
	config *config.Config
	log    *slog.Logger
	db     *postgres.DB
	zone   *time.Location // publication.time_zone
	from   *mail.Address  // publication.from
	closes []func()
}

// maxConnections is how many database connections one process holds at most.
const maxConnections = 20

// open loads the configuration, connects to the database, starting a private one
// when none is named, and brings its schema and its labels up to date.
func (p *program) open(ctx context.Context) (*service, error) {
	s, err := p.connect(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.MigrateUp(ctx)
	if err == nil {
		err = s.renameLabels(ctx)
	}
	if err == nil {
		err = s.readers().TellMerged(ctx, p.stderr)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// connect is open without migrating.
func (p *program) connect(ctx context.Context) (*service, error) {
	s, err := p.connectAny(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.db.CheckSchema(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// connectAny is connect to a database of any version.
func (p *program) connectAny(ctx context.Context) (*service, error) {
	c, err := p.config()
	if err != nil {
		return nil, err
	}
	s := &service{config: c, log: p.log}
	if s.zone, err = time.LoadLocation(c.Publication.TimeZone); err != nil {
		return nil, err
	}
	if s.from, err = mail.ParseAddress(c.Publication.From); err != nil {
		return nil, err
	}
	if err := s.openDatabase(ctx, c.Database.URL); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// openDatabase connects to url, or to the private server when it is empty.
func (s *service) openDatabase(ctx context.Context, url string) error {
	if url == "" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		private, err := private.Start(ctx, s.config.Server.Data, []string{self, "keep-postgres"}, s.log)
		if err != nil {
			return err
		}
		s.closes = append(s.closes, private.Close)
		url = private.URL()
	}
	db, err := postgres.Open(ctx, url, maxConnections)
	if err != nil {
		return err
	}
	s.db = db
	s.closes = append(s.closes, func() { db.Close() })
	return db.CheckUsable(ctx)
}

// mailDomain is the domain that Message-IDs end in.
func (s *service) mailDomain() string {
	return s.from.Address[strings.LastIndex(s.from.Address, "@")+1:]
}

// Close gives everything back, in the reverse order of opening.
func (s *service) Close() {
	for i := len(s.closes) - 1; i >= 0; i-- {
		s.closes[i]()
	}
	s.closes = nil
}
