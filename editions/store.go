package editions

import (
	"log/slog"
	"strings"
	"time"

	"corridor/articles"
	"corridor/postgres"
	"corridor/templates"
	"corridor/trouble"
)

// Options configure planning and rendering.
type Options struct {
	Title    string // of the publication
	SiteURL  string
	BaseURL  string // Corridor's public address, without a trailing slash
	Address  string // postal
	Language string // BCP 47
	Zone     *time.Location
	Programs []Label // in the publication's order
	Regions  []Label

	Schedules    map[Frequency]Schedule // daily, weekly, monthly
	InstantDelay time.Duration          // between a release and the emails of instant readers
	Grace        time.Duration          // a wave that is overdue by more is not planned
	MaxArticles  int                    // number of articles that a digest shows; default 20

	// A reader is suppressed after SoftBounces failures in a row over at least SoftBounceTime.
	// 0: never.
	SoftBounces    int
	SoftBounceTime time.Duration

	Troubles *trouble.Log // nil: a separate one that writes to the store's log
}

// Label is a program or a region.
type Label = articles.Topic

// Store plans, renders and reads editions. It is safe for concurrent use, in any number
// of processes on one database.
type Store struct {
	db    *postgres.DB
	opts  Options
	mails *templates.Mails
	log   *slog.Logger
}

// New returns a store on db. An error means that the template of an email is invalid.
func New(db *postgres.DB, opts Options, log *slog.Logger) (*Store, error) {
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	if opts.MaxArticles < 1 {
		opts.MaxArticles = 20
	}
	if opts.Troubles == nil {
		opts.Troubles = trouble.New(log)
	}
	opts.BaseURL = strings.TrimSuffix(opts.BaseURL, "/")
	mails, err := templates.NewMails()
	if err != nil {
		return nil, err
	}
	return &Store{db: db, opts: opts, mails: mails, log: log}, nil
}
