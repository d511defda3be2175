// Package web is everything that is reached over HTTP: the readers' pages, the
// publication's feeds and archive, and what operators look at. One table (routes.go)
// lists every address; a handler returns an error, and one ordered table (errors.go)
// makes of it a status and a page that tells people what to do. Nothing changes state
// on GET: links in mails are followed by scanners.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"corridor/articles"
	"corridor/editions"
	"corridor/feeds"
	"corridor/feeds/websub"
	"corridor/mailer"
	"corridor/subscribers"
	"corridor/templates"

	"github.com/klauspost/compress/gzhttp"
)

// Label is a program or a region that readers choose from.
type Label struct{ Slug, Name string }

// Options are what the pages need from the rest of the program. A part that is nil is
// not served.
type Options struct {
	Site           templates.Site
	Programs       []Label // in the publication's order
	Regions        []Label
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Log            *slog.Logger
	Now            func() time.Time

	Subscribers *subscribers.Store
	Signer      *subscribers.Signer
	WriteLetter subscribers.WriteMessage // puts the answer to a sign-up into the mail
	From        string                   // the address our mails come from
	SignUpTime  time.Duration            // how long every sign-up takes at least, known or not

	WriteEditionLink WriteEditionLink // mails the link of an edition for named readers

	Editions *editions.Store  // past editions
	Feeds    *feeds.Publisher // documents and their pages
	Hub      *websub.Hub      // pushes feeds to who asks
	Mail     *mailer.Mailbox  // captured mail; nil: mail is not captured
	// MailToken is what a request for captured mail must bring; empty: none is shown.
	MailToken string

	// FeedLatest returns the newest articles of a feed, for its page.
	FeedLatest func(ctx context.Context, t feeds.Topic, n int) ([]templates.Piece, error)
	// Demo returns the demo's first page; nil: this is no demo.
	Demo func(ctx context.Context) (templates.DemoView, error)
	// Ready says, in words for anybody, what keeps this process from its work.
	Ready func(ctx context.Context) error
	// Notes are further lines of /readyz, of troubles that do not keep it from its work.
	Notes func(ctx context.Context) []string
	Roles []string // of this process
	// OperatorsOnly leaves everything out but what operators look at: this process has
	// no pages.
	OperatorsOnly bool
	// Metrics is what a monitor reads.
	Metrics http.Handler
	// Observe hears of every answer: the route's pattern, never a path.
	Observe func(route string, status int)

	// Latest returns the newest articles, for the front page; nil: none are shown.
	Latest func(ctx context.Context, n int) ([]templates.Piece, error)
	// Article returns a released article by id or UID, or [articles.ErrNoPage] or
	// [articles.ErrWithdrawn].
	Article func(ctx context.Context, key string) (articles.Article, error)
	// CountMatching returns how many articles released since then match the slugs; nil:
	// readers are not told.
	CountMatching func(ctx context.Context, programs, regions []string, since time.Time) (int, error)
}

// Server answers requests. It is an [http.Handler].
type Server struct {
	Options
	pages       *templates.Pages
	mux         *http.ServeMux
	direct      map[string]http.Handler // by path: see directFeeds
	signUps     *window
	hubRequests *window
	closing     chan struct{} // closed when requests that are held open must end
}

// New puts the pages together. An error is a mistake in a template or an address that
// cannot be read.
func New(o Options) (*Server, error) {
	pages, err := templates.NewPages(o.Site)
	if err != nil {
		return nil, err
	}
	s := &Server{Options: o, pages: pages, mux: http.NewServeMux(), signUps: newWindow(30, time.Minute), hubRequests: newWindow(120, time.Minute), closing: make(chan struct{})}
	guards, err := s.guards()
	if err != nil {
		return nil, err
	}
	// Personal pages are not compressed: their length would tell of their secrets.
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024))
	if err != nil {
		return nil, err
	}
	known := http.NewServeMux() // without the row that takes everything
	for _, r := range s.routes() {
		if s.OperatorsOnly && r.kind != operators {
			continue
		}
		h := guards[r.from](s.adapt(r))
		if r.kind == public {
			h = compress(h)
		}
		s.mux.Handle(r.pattern, h)
		known.Handle(r.pattern, h)
	}
	s.mux.Handle("/", s.unmatched(known))
	s.direct = s.directFeeds()
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		if h := s.direct[r.URL.Path]; h != nil {
			h.ServeHTTP(w, r)
			return
		}
	}
	s.mux.ServeHTTP(w, r)
}

// HTTPServer returns a server with the limits that a public address needs. Handlers
// that hold a connection open on purpose lift the write limit themselves.
func (s *Server) HTTPServer() *http.Server {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	server.RegisterOnShutdown(func() { close(s.closing) })
	return server
}
