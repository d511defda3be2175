package editions

import (
	"log/slog"
	"time"

	"corridor/postgres"
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
	db   *postgres.DB
	opts Options
	log  *slog.Logger
}

// New returns a store on db.
func New(db *postgres.DB, opts Options, log *slog.Logger) *Store {
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	if opts.MaxArticles < 1 {
		opts.MaxArticles = 20
	}
	return &Store{db: db, opts: opts, log: log}
}
