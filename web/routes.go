package web

import "net/http"

// route is one row of the table. A GET row answers HEAD too.
type route struct {
	pattern string
	handle  handler
	kind    kind
	from    origin // which other sites' pages may send it; matters for POST alone
}

// kind is how an answer may be kept and shown by others.
type kind int

const (
	public   kind = iota // a page for everybody
	personal             // behind a signed link: never cached, indexed or referred to
	machine              // for programs: the handler writes every header itself
)

// routes is every address that is served.
func (s *Server) routes() []route {
	return []route{
		{"GET /{$}", s.home, public, ownPages},
		{"POST /subscribe", s.subscribe, public, siteToo},
		{"GET /confirm/{token}", s.confirmForm, personal, ownPages},
		{"POST /confirm/{token}", s.confirm, personal, ownPages},
		{"GET /preferences/{token}", s.preferencesForm, personal, ownPages},
		{"POST /preferences/{token}", s.preferences, personal, ownPages},
		{"GET /unsubscribe/{token}", s.unsubscribeForm, personal, everywhere},
		{"POST /unsubscribe/{token}", s.unsubscribe, personal, everywhere},
		{"GET /articles/{id}", s.article, public, ownPages},
		{"GET /editions", s.editions, public, ownPages},
		{"GET /editions/{id}", s.edition, public, ownPages},
		{"GET /editions/{id}/{variant}", s.editionVariant, public, ownPages},
		{"GET /static/{file}", s.static, machine, ownPages},
		{"GET /robots.txt", s.robots, machine, ownPages},
		{"GET /healthz", s.healthz, machine, ownPages},
	}
}

// plain makes a handler of one that cannot fail.
func plain(h http.Handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
}
