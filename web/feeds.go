package web

import (
	"errors"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"corridor/feeds"
	"corridor/subscribers"
)

// feedAll serves the feed of all articles, /feeds/all.atom and the other formats.
func (s *Server) feedAll(w http.ResponseWriter, r *http.Request) error {
	return s.feed(w, r, r.PathValue("file"), func(slug string) (feeds.Topic, bool) {
		return feeds.Topic{Kind: feeds.All}, slug == "all"
	})
}

func (s *Server) feedProgram(w http.ResponseWriter, r *http.Request) error {
	return s.feed(w, r, r.PathValue("file"), func(slug string) (feeds.Topic, bool) {
		return feeds.Topic{Kind: feeds.Program, Program: slug}, true
	})
}

func (s *Server) feedRegion(w http.ResponseWriter, r *http.Request) error {
	return s.feed(w, r, r.PathValue("file"), func(slug string) (feeds.Topic, bool) {
		return feeds.Topic{Kind: feeds.Region, Region: slug}, true
	})
}

func (s *Server) feedCrossing(w http.ResponseWriter, r *http.Request) error {
	return s.feed(w, r, r.PathValue("file"), func(slug string) (feeds.Topic, bool) {
		return feeds.Topic{Kind: feeds.Crossing, Program: r.PathValue("program"), Region: slug}, true
	})
}

func (s *Server) feedAuthor(w http.ResponseWriter, r *http.Request) error {
	return s.feed(w, r, r.PathValue("file"), func(slug string) (feeds.Topic, bool) {
		return feeds.Topic{Kind: feeds.Author, Author: slug}, true
	})
}

// feed serves a feed's document or, for an address without a format, the feed's page for
// people.
func (s *Server) feed(w http.ResponseWriter, r *http.Request, file string, topic func(slug string) (feeds.Topic, bool)) error {
	slug, cursor, format, ok := feeds.SplitFile(file)
	if !ok || s.Feeds == nil {
		return errNoPage
	}
	if format == feeds.JSON { // scripts of other sites may read errors too
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}
	t, ok := topic(slug)
	if !ok {
		return errNoPage
	}
	if err := s.Feeds.Find(r.Context(), t); err != nil {
		var moved feeds.Moved
		if errors.As(err, &moved) {
			to := moved.To.Path()
			if format != "" {
				to = moved.To.Address(format, cursor)
			}
			if r.URL.RawQuery != "" {
				to += "?" + r.URL.RawQuery
			}
			w.Header().Set("Cache-Control", "public, max-age=86400")
			http.Redirect(w, r, strings.TrimSuffix(s.Site.BaseURL, "/")+to, http.StatusMovedPermanently)
			return nil
		}
		return err
	}
	if format == "" {
		return s.feedPage(w, r, t)
	}
	return s.document(w, r, t, format, cursor, s.Feeds.CacheControl())
}

// directFeeds maps the path of each feed's newest document to its handler. Feeds are the
// bulk of all requests and most are answered with 304; routing would take a tenth of that
// time.
func (s *Server) directFeeds() map[string]http.Handler {
	if s.Feeds == nil || s.OperatorsOnly {
		return nil
	}
	patterns := map[feeds.Kind]string{
		feeds.All: "GET /feeds/{file}", feeds.Program: "GET /feeds/programs/{file}", feeds.Region: "GET /feeds/regions/{file}",
		feeds.Crossing: "GET /feeds/programs/{program}/regions/{file}",
	}
	direct := map[string]http.Handler{}
	for _, t := range s.Feeds.Fixed() {
		for _, f := range feeds.Formats() {
			direct[t.Address(f, "")] = s.adapt(route{pattern: patterns[t.Kind], kind: machine, handle: func(w http.ResponseWriter, r *http.Request) error {
				if f == feeds.JSON {
					w.Header().Set("Access-Control-Allow-Origin", "*")
				}
				return s.document(w, r, t, f, "", s.Feeds.CacheControl())
			}})
		}
	}
	return direct
}

// document serves one document of a feed, unless the client asks too often.
func (s *Server) document(w http.ResponseWriter, r *http.Request, t feeds.Topic, f feeds.Format, c feeds.Cursor, cacheControl []string) error {
	client := clientAddr(r, s.TrustedProxies)
	if client.Is6() {
		client = network(client).Addr() // one household; a single machine uses many addresses of it
	}
	if wait := s.Feeds.Take(client, t, s.Now()); wait > 0 {
		return &failure{
			status: http.StatusTooManyRequests, heading: "Too many requests for this feed",
			text: "Please request it every few minutes at most. Its Cache-Control header says how long it is fresh.", retryAfter: wait,
		}
	}
	d, err := s.Feeds.Document(r.Context(), t, f, c)
	if err != nil {
		return err
	}
	d.Serve(w, r, cacheControl)
	return nil
}

// feedOptions answers CORS preflight requests.
func (s *Server) feedOptions(w http.ResponseWriter, r *http.Request) error {
	if s.Feeds == nil {
		return errNoPage
	}
	feeds.Preflight(w, feeds.Format(strings.TrimPrefix(path.Ext(r.URL.Path), ".")))
	return nil
}

// feedReader serves the feed that follows a reader's preferences. Its address is a secret,
// so caches and search engines must not keep it.
func (s *Server) feedReader(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	token, format, ok := splitReaderFeed(r.PathValue("file"))
	if !ok || s.Feeds == nil {
		return errNoPage
	}
	token, cursor, ok := strings.Cut(token, "~")
	if ok {
		if _, c, _, fine := feeds.SplitFile("x~" + cursor + ".atom"); !fine || string(c) != cursor {
			return errNoPage
		}
	}
	reader, err := s.readerOfFeed(r, token)
	if err != nil {
		return err
	}
	t := feeds.Topic{
		Kind: feeds.Reader, Token: token, Program: strings.Join(reader.Preferences.Programs, ","), Region: strings.Join(reader.Preferences.Regions, ","),
		Chosen: reader.ChosenAt.Unix(),
	}
	return s.document(w, r, t, format, feeds.Cursor(cursor), []string{"private, max-age=" + seconds(s.Feeds.MaxAge())})
}

func splitReaderFeed(file string) (token string, f feeds.Format, ok bool) {
	for _, f := range feeds.Formats() {
		if token, found := strings.CutSuffix(file, "."+string(f)); found {
			return token, f, true
		}
	}
	return "", "", false
}

// errRenewed is the answer to the address of a reader's feed that was replaced.
var errRenewed = &failure{
	status: http.StatusGone, heading: "This feed has a new address",
	text: "The reader has replaced it. The new address is on the preferences page, which every email links to.",
}

func (s *Server) readerOfFeed(r *http.Request, text string) (subscribers.Subscriber, error) {
	token, err := s.Signer.Verify(subscribers.PurposeFeed, text)
	if err != nil {
		return subscribers.Subscriber{}, err
	}
	reader, err := s.Subscribers.FindByID(r.Context(), token.SubscriberID)
	if errors.Is(err, subscribers.ErrNotFound) || err == nil && (reader.LinkVersion != token.Version || reader.State != subscribers.Active) {
		return reader, errRenewed
	}
	return reader, err
}

func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }
