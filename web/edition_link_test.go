package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"corridor/editions"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"
)

// linkSite is a server with a database, and the emails with links that it wrote.
type linkSite struct {
	*Server
	t     *testing.T
	now   time.Time
	links map[string][]string // by address
}

func newLinkSite(t *testing.T, db *postgres.DB) *linkSite {
	t.Helper()
	store, err := editions.New(db, editions.Options{Title: "Caspian Policy Center", BaseURL: "https://news.example.org", Language: "en", MaxArticles: 20, Zone: time.UTC}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := subscribers.LoadKeys(t.Context(), db, "", noon)
	if err != nil {
		t.Fatal(err)
	}
	st := &linkSite{t: t, now: noon, links: map[string][]string{}}
	signer, err := subscribers.NewSigner(keys, func() time.Time { return st.now })
	if err != nil {
		t.Fatal(err)
	}
	st.Server = newServer(t, func(o *Options) {
		o.Editions, o.Signer, o.From, o.Now = store, signer, "news@example.org", func() time.Time { return st.now }
		o.Subscribers = subscribers.NewStore(db, subscribers.NewRules(nil, nil, "UTC"), editions.ReaderEvents())
		o.WriteEditionLink = func(_ context.Context, _ *sqlx.Tx, r subscribers.Subscriber, path string) error {
			st.links[r.Email] = append(st.links[r.Email], path)
			return nil
		}
	})
	return st
}

func (st *linkSite) get(path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	st.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

// ask sends the form.
func (st *linkSite) ask(path, email string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(url.Values{"email": {email}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	st.ServeHTTP(w, r)
	return w
}

// Addresses in old emails keep working: public editions redirect to their new address, and
// editions for named readers email a link to readers who received them.
func TestLinksOfOldMails(t *testing.T) {
	db, old := postgrestest.NewOld(t)
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	st := newLinkSite(t, db)
	public, named := 0, 0
	for _, mail := range old.Mails {
		for _, link := range mail.Links {
			path := strings.TrimPrefix(link, old.Base)
			if !strings.HasPrefix(path, "/editions/") {
				continue
			}
			answer := st.get(path)
			if answer.Code == http.StatusMovedPermanently {
				public++
				if page := st.get(answer.Header().Get("Location")); page.Code != 200 || strings.Contains(page.Body.String(), "corridor:") {
					t.Errorf("%s leads to %s, %d", path, answer.Header().Get("Location"), page.Code)
				}
				continue
			}
			named++
			want(t, path, answer.Code, answer.Body.String(), 404, "Email me the link")
			number := path[:strings.LastIndexByte(path, '/')]
			st.ask(number, mail.To)
			if len(st.links[mail.To]) == 0 {
				t.Errorf("%s was sent %s and gets no link", mail.To, path)
				continue
			}
			page := st.get(st.links[mail.To][0])
			want(t, "the link", page.Code, page.Body.String(), 200, "Dear reader,")
			if h := page.Header(); h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("X-Robots-Tag"), "noindex") {
				t.Errorf("headers %v", h)
			}
		}
	}
	if public == 0 || named == 0 {
		t.Errorf("%d links of public editions, %d of others", public, named)
	}
}

// The answers disclose neither recipients nor which editions exist.
func TestTheFormAnswersAllAlike(t *testing.T) {
	db, old := postgrestest.NewOld(t)
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	st := newLinkSite(t, db)
	var sent string
	for _, mail := range old.Mails {
		if slices.ContainsFunc(mail.Links, func(l string) bool { return strings.HasPrefix(l, old.Base+"/editions/"+number(old.Named)+"/") }) {
			sent = mail.To
		}
	}
	if sent == "" {
		t.Fatal("no mail of the edition for named readers")
	}
	form := st.get("/editions/" + number(old.Named)).Body.String()
	for _, id := range []string{number(old.Draft), "99999"} {
		w := st.get("/editions/" + id)
		if got := strings.ReplaceAll(w.Body.String(), "/editions/"+id+`"`, "/editions/"+number(old.Named)+`"`); w.Code != 404 || got != form {
			t.Errorf("/editions/%s answers otherwise: %d", id, w.Code)
		}
	}
	reply := st.ask("/editions/"+number(old.Named), sent).Body.String()
	for path, email := range map[string]string{
		"/editions/" + number(old.Named):   "stranger@example.net",
		"/editions/" + number(old.Draft):   sent,
		"/editions/99999":                  sent,
		"/editions/" + number(old.Special): sent,
	} {
		if w := st.ask(path, email); w.Code != 200 || w.Body.String() != reply {
			t.Errorf("%s, %s: %d, another page", path, email, w.Code)
		}
	}
	if len(st.links) != 1 || len(st.links[sent]) != 1 {
		t.Errorf("links %v", st.links)
	}
	for range 9 {
		if w := st.ask("/editions/"+number(old.Named), strings.ToUpper(sent)); w.Body.String() != reply {
			t.Errorf("another page: %d", w.Code)
		}
	}
	if n := len(st.links[sent]); n != 3 {
		t.Errorf("%d letters within an hour", n)
	}
	w := st.ask("/editions/"+number(old.Named), "no address")
	want(t, "no address", w.Code, w.Body.String(), 422, "no address")
	st.now = noon.Add(2 * time.Hour)
	if _, err := db.Exec(`INSERT INTO suppressions (address_hash, reason, created_at) SELECT sha256(convert_to(folded, 'UTF8')), 'staff', now() FROM subscribers WHERE email = $1`, sent); err != nil {
		t.Fatal(err)
	}
	if w := st.ask("/editions/"+number(old.Named), sent); w.Body.String() != reply || len(st.links[sent]) != 3 {
		t.Errorf("a suppressed address: %d letters", len(st.links[sent]))
	}
	link := st.links[sent][0]
	for _, forged := range []string{link + "A", link[:len(link)-1], "/editions/" + st.Signer.Sign(subscribers.PurposePreferences, 1, old.Named, 1), "/editions/" + st.Signer.Sign(subscribers.PurposeEdition, 1, old.Draft, 1)} {
		if w := st.get(forged); w.Code != 404 {
			t.Errorf("%s: %d", forged, w.Code)
		}
	}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
