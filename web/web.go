// Package web serves HTTP: the readers' pages, the publication's feeds and archive, and
// pages for operators. One table (routes.go) lists every address. A handler returns an
// error, and one ordered table (errors.go) maps it to a status and a page. GET changes no
// state, because scanners follow the links in emails.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"corridor/articles"
	"corridor/articles/hubs"
	"corridor/bounces/hooks"
	"corridor/editions"
	"corridor/feeds"
	"corridor/feeds/websub"
	"corridor/mailer"
	"corridor/subscribers"
	"corridor/templates"

	"github.com/klauspost/compress/gzhttp"
)

// Label is a program or a region that readers choose from.
type Label = articles.Topic

// Options are the parts of the program that the pages need. Routes of a nil part are not
// served.
type Options struct {
	Site           templates.Site
	Programs       []Label // in the publication's order
	Regions        []Label
	TrustedProxies []netip.Prefix // proxies whose X-Forwarded-For is believed
	Log            *slog.Logger
	Now            func() time.Time

	Subscribers  *subscribers.Store
	Signer       *subscribers.Signer
	WriteMessage subscribers.WriteMessage // puts the message that answers a sign-up into the outbox
	From         string                   // the sender address of our emails
	SignUpTime   time.Duration            // the least duration of a sign-up, the same for known and unknown addresses

	WriteEditionLink WriteEditionLink // emails the link of an edition for named readers

	Articles *articles.Store  // pages of articles, latest articles, matches of a reader's choice
	Editions *editions.Store  // past editions
	Feeds    *feeds.Publisher // feeds and their pages
	Hub      *websub.Hub      // pushes feeds to subscribers
	Hubs     *hubs.Subscriber // takes what hubs push of the feeds that are gathered
	Hooks    *hooks.Hooks     // takes the events of mail providers
	Mail     *mailer.Mailbox  // captured emails; nil if emails are not captured
	// MailToken authorizes requests for captured emails; if empty, emails are not shown.
	MailToken string

	// Demo returns the demo's first page; nil unless this is the demo.
	Demo func(ctx context.Context) (templates.DemoView, error)
	// Ready returns the reason why this process cannot do its work, in words for users, or
	// notes about problems that do not stop the work; nil if the process is always ready.
	Ready func(ctx context.Context) (notes []string, err error)
	Roles []string // roles of this process
	// OperatorsOnly serves the operators' pages alone, in a process without the role
	// "pages".
	OperatorsOnly bool
	// Metrics serves the metrics of this process.
	Metrics http.Handler
	// Observe is called for every answer with the route's pattern, which contains no token.
	Observe func(route string, status int)
}

// Server is the [http.Handler] of all pages.
type Server struct {
	Options
	pages       *templates.Pages
	mux         *http.ServeMux
	direct      map[string]http.Handler // by path; see directFeeds
	signUps     *window
	hubRequests *window
	hookErrors  *window       // refused requests of providers
	closing     chan struct{} // closed to end streams at shutdown
}

// New builds the server. An error means a faulty template or an address that cannot be
// parsed.
func New(o Options) (*Server, error) {
	pages, err := templates.NewPages(o.Site)
	if err != nil {
		return nil, err
	}
	s := &Server{Options: o, pages: pages, mux: http.NewServeMux(), signUps: newWindow(30, time.Minute), hubRequests: newWindow(120, time.Minute), hookErrors: newWindow(60, time.Minute), closing: make(chan struct{})}
	guards, err := s.guards()
	if err != nil {
		return nil, err
	}
	// Personal pages are not compressed, because their compressed length would disclose
	// secrets.
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024))
	if err != nil {
		return nil, err
	}
	known := http.NewServeMux() // without the catch-all route
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

// HTTPServer returns a server with timeouts and limits for a public address. Handlers that
// stream lift the write timeout themselves.
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
