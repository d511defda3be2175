package editions

import (
	"log/slog"
	"strings"
	"time"

	"corridor/postgres"
	"corridor/templates"
)

// Options are the facts that planning and rendering go by.
type Options struct {
	Title    string // of the publication
	SiteURL  string
	BaseURL  string // how readers reach corridor, without a trailing slash
	Address  string // postal
	Language string // BCP 47
	Zone     *time.Location
	Programs []Label // in the order the publication names them
	Regions  []Label

	Lines        map[Frequency]Line // daily, weekly, monthly
	InstantDelay time.Duration      // from a release to its instant readers' mail
	Grace        time.Duration      // waves overdue by more are not made up
	MaxArticles  int                // shown in one digest
}

// Label is a program or region as readers see it.
type Label struct{ Slug, Name string }

// Store plans, renders and shows editions. It is safe for concurrent use, in any
// number of processes on one database.
type Store struct {
	db    *postgres.DB
	opts  Options
	mails *templates.Mails
	log   *slog.Logger
}

// New returns a store on db. An error is a mistake in a mail's template.
func New(db *postgres.DB, opts Options, log *slog.Logger) (*Store, error) {
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	if opts.MaxArticles < 1 {
		opts.MaxArticles = 20
	}
	opts.BaseURL = strings.TrimSuffix(opts.BaseURL, "/")
	mails, err := templates.NewMails()
	if err != nil {
		return nil, err
	}
	return &Store{db: db, opts: opts, mails: mails, log: log}, nil
}
