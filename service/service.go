// Package service builds the other packages from the configuration, and runs them in the
// roles of a process: pages, scheduler, sender.
package service

import (
	"context"
	"log/slog"
	"net/mail"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"corridor/config"
	"corridor/postgres"
	"corridor/postgres/private"
	"corridor/subscribers"
	"corridor/trouble"
)

// Service is the configuration, the database, and constructors of the packages. It is safe
// for concurrent use, except for [Service.Close].
type Service struct {
	Config   *config.Config
	Log      *slog.Logger
	Troubles *trouble.Log
	DB       *postgres.DB
	Zone     *time.Location // publication.time_zone
	From     *mail.Address  // publication.from
	closes   []func()
	live     atomic.Pointer[config.Config] // see Live

	signing sync.Mutex          // guards signer
	signer  *subscribers.Signer // see Signer; nil: not opened yet

	withheld atomic.Int64 // answers to sign-ups that were not sent; see MessageWriter
}

// maxConnections is the size of a process's pool of database connections.
const maxConnections = 20

// Open connects to the database, migrates its schema and renames labels. It refuses a
// schema that is newer than the program.
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

// Connect connects to the database, with any version of the schema, and changes nothing in
// it. Without database.url it starts the private server.
func Connect(ctx context.Context, c *config.Config, log *slog.Logger) (*Service, error) {
	s := &Service{Config: c, Log: log, Troubles: trouble.New(log)}
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

// OnClose registers a function for [Service.Close], which calls them in reverse order.
func (s *Service) OnClose(release func()) { s.closes = append(s.closes, release) }

// openDatabase connects to url, or to the private server if url is empty.
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

// MailDomain is the domain of Message-IDs.
func (s *Service) MailDomain() string {
	return s.From.Address[strings.LastIndex(s.From.Address, "@")+1:]
}

// Close releases everything in the reverse order of opening.
func (s *Service) Close() {
	for i := len(s.closes) - 1; i >= 0; i-- {
		s.closes[i]()
	}
	s.closes = nil
}
