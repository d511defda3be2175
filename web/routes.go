package web

// route is a row of the table. A GET row also answers HEAD.
type route struct {
	pattern string
	handle  handler
	kind    kind
	from    origin // the sites whose pages may send a POST
}

// kind says how an answer may be cached, indexed and embedded.
type kind int

const (
	public    kind = iota // a page without personal data
	personal              // behind a signed link: not cached, not indexed, no Referer
	machine               // for programs: the handler sets its headers
	operators             // as machine; also served by processes without pages
)

// routes lists every address that is served.
func (s *Server) routes() []route {
	return []route{
		{"GET /{$}", s.home, public, ownPages},
		{"GET /subscribe", s.subscribeForm, public, ownPages},
		{"POST /subscribe", s.subscribe, public, siteToo},
		{"GET /confirm/{token}", s.confirmForm, personal, ownPages},
		{"POST /confirm/{token}", s.confirm, personal, ownPages},
		{"GET /preferences/{token}", s.preferencesForm, personal, ownPages},
		{"POST /preferences/{token}", s.preferences, personal, ownPages},
		{"GET /unsubscribe/{token}", s.unsubscribeForm, personal, everywhere},
		{"POST /unsubscribe/{token}", s.unsubscribe, personal, everywhere},
		{"GET /articles/{id}", s.article, public, ownPages},
		{"GET /editions", s.editions, public, ownPages},
		{"GET /editions/{address}", s.edition, public, ownPages},
		{"POST /editions/{address}", s.mailEditionLink, personal, ownPages},
		{"GET /editions/{address}/{variant}", s.editionVariant, public, ownPages},
		{"GET /feeds", s.feedsIndex, public, ownPages},
		{"GET /feeds.opml", s.opml, machine, ownPages},
		{"GET /feeds/{file}", s.feedAll, machine, ownPages},
		{"GET /feeds/programs/{file}", s.feedProgram, machine, ownPages},
		{"GET /feeds/regions/{file}", s.feedRegion, machine, ownPages},
		{"GET /feeds/programs/{program}/regions/{file}", s.feedCrossing, machine, ownPages},
		{"GET /feeds/authors/{file}", s.feedAuthor, machine, ownPages},
		{"GET /feeds/readers/{file}", s.feedReader, machine, ownPages},
		{"OPTIONS /feeds/{file...}", s.feedOptions, machine, ownPages},
		{"POST /websub", s.websub, machine, everywhere},
		{"GET /websub/sources/{token}", s.confirmHub, machine, ownPages},
		{"POST /websub/sources/{token}", s.pushed, machine, everywhere},
		{"POST /hooks/{provider}", s.hook, machine, everywhere},
		{"GET /static/{file}", s.static, machine, ownPages},
		{"GET /robots.txt", s.robots, machine, ownPages},
		{"GET /healthz", s.healthz, operators, ownPages},
		{"GET /readyz", s.readyz, operators, ownPages},
		{"GET /metrics", s.metrics, operators, ownPages},
		{"GET /demo", s.demo, public, ownPages},
		{"GET /dev/progress", s.progress, machine, ownPages},
		{"GET /dev/mail", s.devMails, public, ownPages},
		{"GET /dev/mail/{n}", s.devMail, public, ownPages},
		{"GET /dev/mail/{n}/html", s.devMailHTML, machine, ownPages},
		{"GET /dev/mail/{n}/raw", s.devMailRaw, machine, ownPages},
	}
}
