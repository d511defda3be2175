// Package service puts the other packages together as the configuration wants them, and
// runs them in the roles of one process: pages, scheduler, sender.
package service

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

// Service is the opened program: configuration, database, and the packages as the
// configuration wants them. It is for use by several goroutines, except for [Service.Close].
type Service struct {
	Config *config.Config
	Log    *slog.Logger
	DB     *postgres.DB
	Zone   *time.Location // publication.time_zone
	From   *mail.Address  // publication.from
	closes []func()
}

// maxConnections is how many database connections one process holds at most.
const maxConnections = 20

// Open connects to the database and brings its schema and its labels up to date. It
// refuses a schema that is newer than the program.
func Open(ctx context.Context, c *config.Config, log *slog.Logger) (*Service, error) {
	s, err := Connect(ctx, c, log)
	if err != nil {
		return nil, err
	}
	err = s.DB.CheckSchema(ctx)
	if err == nil {
		err = s.DB.MigrateUp(ctx)
	}
	if err == nil {
		err = s.renameLabels(ctx)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Connect connects to the database, whatever the version of its schema, and changes
// nothing in it. When database.url is empty, it starts the private server.
func Connect(ctx context.Context, c *config.Config, log *slog.Logger) (*Service, error) {
	s := &Service{Config: c, Log: log}
	var err error
	if s.Zone, err = time.LoadLocation(c.Publication.TimeZone); err != nil {
		return nil, err
	}
	if s.From, err = mail.ParseAddress(c.Publication.From); err != nil {
		return nil, err
	}
	if err := s.openDatabase(ctx, c.Database.URL); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// OnClose has release run by [Service.Close], before everything that was opened earlier.
func (s *Service) OnClose(release func()) { s.closes = append(s.closes, release) }

// openDatabase connects to url, or to the private server when it is empty.
func (s *Service) openDatabase(ctx context.Context, url string) error {
	if url == "" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		private, err := private.Start(ctx, s.Config.Server.Data, []string{self, "keep-postgres"}, s.Log)
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
	s.DB = db
	s.closes = append(s.closes, func() { db.Close() })
	return db.CheckUsable(ctx)
}

// MailDomain is the domain that Message-IDs end in.
func (s *Service) MailDomain() string {
	return s.From.Address[strings.LastIndex(s.From.Address, "@")+1:]
}

// Close gives everything back, in the reverse order of opening.
func (s *Service) Close() {
	for i := len(s.closes) - 1; i >= 0; i-- {
		s.closes[i]()
	}
	s.closes = nil
}
