package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"corridor/articles"
	"corridor/editions"
	"corridor/feeds"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
)

// site is a running server with its readers and the messages that it wrote.
type site struct {
	*Server
	t       testing.TB
	url     string
	letters []string // "confirm anna@example.org"
	now     time.Time
}

func newSite(t testing.TB) *site {
	t.Helper()
	db := postgrestest.New(t)
	st := &site{t: t, now: noon}
	clock := func() time.Time { return st.now }
	keys, err := subscribers.LoadKeys(t.Context(), db, "", noon)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := subscribers.NewSigner(keys, clock)
	if err != nil {
		t.Fatal(err)
	}
	rules := subscribers.NewRules([]string{"eep", "spp"}, []string{"central-asia", "south-caucasus"}, "America/New_York")
	st.Server = newServer(t, func(o *Options) {
		o.Now, o.Signer, o.Subscribers = clock, signer, subscribers.NewStore(db, rules, editions.ReaderEvents())
		o.Feeds = feeds.New(db, feeds.Options{Title: "T", BaseURL: "http://news.example", MaxAge: time.Minute})
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		o.Articles = articles.NewStore(db)
		o.WriteMessage = func(_ context.Context, _ *sqlx.Tx, l subscribers.Message, r subscribers.Subscriber) error {
			st.letters = append(st.letters, string(l)+" "+r.Email)
			return nil
		}
	})
	server := httptest.NewServer(st.Server)
	t.Cleanup(server.Close)
	st.url = server.URL
	return st
}

// post sends a form, follows redirects and returns the final status and body.
func (st *site) post(path string, form url.Values, headers ...string) (int, string) {
	st.t.Helper()
	return st.send("POST", path, form.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

func (st *site) get(path string) (int, string) {
	st.t.Helper()
	return st.send("GET", path, "")
}

func (st *site) send(method, path, body string, headers ...string) (int, string) {
	st.t.Helper()
	r, err := http.NewRequestWithContext(st.t.Context(), method, st.url+path, strings.NewReader(body))
	if err != nil {
		st.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	jar, _ := cookiejar.New(nil)
	resp, err := (&http.Client{Jar: jar}).Do(r)
	if err != nil {
		st.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		st.t.Fatal(err)
	}
	if u, _ := url.Parse(st.url); len(jar.Cookies(u)) > 0 {
		st.t.Errorf("%s %s sets a cookie", method, path)
	}
	return resp.StatusCode, string(b)
}

func (st *site) find(email string) subscribers.Subscriber {
	st.t.Helper()
	r, err := st.Subscribers.Find(st.t.Context(), email)
	if err != nil {
		st.t.Fatal(err)
	}
	return r
}

func (st *site) link(purpose, email string) string {
	st.t.Helper()
	return "/" + purpose + "/" + st.Signer.Sign(purpose, st.find(email).ID, 0, 1)
}

// join makes an active reader.
func (st *site) join(email string) {
	st.t.Helper()
	if _, err := st.Subscribers.Add(st.t.Context(), email, "Anna", subscribers.Preferences{Programs: []string{"eep"}, Frequency: "daily"}, st.now); err != nil {
		st.t.Fatal(err)
	}
}

func want(t testing.TB, what string, status int, body string, wantStatus int, says ...string) {
	t.Helper()
	if status != wantStatus {
		t.Fatalf("%s: status %d, want %d\n%.2000s", what, status, wantStatus, body)
	}
	for _, s := range says {
		if !strings.Contains(body, s) {
			t.Fatalf("%s: does not say %q\n%.2000s", what, s, body)
		}
	}
}

func TestReaderSignsUpConfirmsAndLeaves(t *testing.T) {
	st := newSite(t)
	status, body := st.get("/")
	want(t, "front page", status, body, 200, `name="programs" value="eep"`, `application/atom+xml`, "Subscribe")
	status, body = st.post("/subscribe", url.Values{"email": {"anna@example.org"}, "programs": {"eep", "spp"}, "frequency": {"daily"}, "time_zone": {"Asia/Baku"}})
	want(t, "sign-up", status, body, 200, "inbox")
	if len(st.letters) != 1 || st.letters[0] != "confirm anna@example.org" {
		t.Fatal(st.letters)
	}
	confirm := st.link("confirm", "anna@example.org")
	for range 2 {
		status, body = st.get(confirm)
		want(t, "confirmation", status, body, 200, "One digest a day", "Energy and Economy, Security and Politics", "<button")
	}
	if st.find("anna@example.org").State != subscribers.Pending {
		t.Fatal("a GET confirmed")
	}
	for range 2 {
		status, body = st.post(confirm, nil)
		want(t, "confirming", status, body, 200, "You're subscribed")
	}
	leave := st.link("unsubscribe", "anna@example.org")
	status, body = st.get(leave)
	want(t, "leaving page", status, body, 200, "<button", "one email a month")
	if st.find("anna@example.org").State != subscribers.Active {
		t.Fatal("a GET left")
	}
	for range 2 { // RFC 8058, as mail programs send it
		status, body = st.send("POST", leave, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded",
			"Origin", "https://mail.example.net", "Sec-Fetch-Site", "cross-site")
		want(t, "one-click", status, body, 200, "You're unsubscribed")
	}
	if st.find("anna@example.org").State != subscribers.Left {
		t.Fatal("still there")
	}
	status, body = st.post(st.link("preferences", "anna@example.org"), url.Values{"do": {"return"}})
	want(t, "coming back", status, body, 200, "subscribed again")
	if st.find("anna@example.org").State != subscribers.Active {
		t.Fatal("not back")
	}
}

func TestSignUpAnswersTheSameForEveryAddress(t *testing.T) {
	st := newSite(t)
	st.join("known@example.org")
	st.join("left@example.org")
	if err := st.Subscribers.Leave(t.Context(), st.find("left@example.org").ID, noon); err != nil {
		t.Fatal(err)
	}
	if err := st.Subscribers.Suppress(t.Context(), "suppressed@example.org", "complaint", "", noon); err != nil {
		t.Fatal(err)
	}
	var first string
	for i, email := range []string{"new@example.org", "known@example.org", "left@example.org", "suppressed@example.org", "new@example.org"} {
		status, body := st.post("/subscribe", url.Values{"email": {email}})
		want(t, email, status, body, 200)
		if i == 0 {
			first = body
		} else if body != first {
			t.Errorf("%s gets another page", email)
		}
		status, body = st.send("POST", "/subscribe", `{"email":"`+email+`"}`, "Content-Type", "application/json")
		want(t, email, status, body, 202, `"status":"accepted"`)
	}
	if fmt.Sprint(st.letters) != "[confirm new@example.org confirm new@example.org known known@example.org known known@example.org confirm left@example.org confirm left@example.org confirm new@example.org]" {
		t.Error(st.letters)
	}
}

// TestNothingIsLoggedThatNamesAReader includes requests that fail.
func TestNothingIsLoggedThatNamesAReader(t *testing.T) {
	st := newSite(t)
	var log bytes.Buffer
	st.Log = slog.New(slog.NewTextHandler(&log, nil))
	st.join("anna@example.org")
	token := st.link("preferences", "anna@example.org")
	st.post("/subscribe", url.Values{"email": {"anna@example.org"}})
	st.post(token, url.Values{"do": {"renew"}})
	st.get("/nothing?email=anna@example.org")
	st.WriteMessage = func(context.Context, *sqlx.Tx, subscribers.Message, subscribers.Subscriber) error {
		return errors.New("no outbox")
	}
	if status, _ := st.post("/subscribe", url.Values{"email": {"bob@example.org"}}); status != 500 {
		t.Fatal(status)
	}
	if text := log.String(); !strings.Contains(text, "no outbox") || strings.Contains(text, "@") || strings.Contains(text, token[len("/preferences/"):]) {
		t.Errorf("logged: %s", text)
	}
	if _, err := st.Subscribers.Find(t.Context(), "bob@example.org"); !errors.Is(err, subscribers.ErrNotFound) {
		t.Error("a sign-up without its mail was kept")
	}
}

func TestSignUpTakesItsTimeForEveryAddress(t *testing.T) {
	st := newSite(t)
	st.SignUpTime = 100 * time.Millisecond
	st.join("known@example.org")
	for _, email := range []string{"new@example.org", "known@example.org"} {
		began := time.Now()
		st.post("/subscribe", url.Values{"email": {email}})
		if took := time.Since(began); took < st.SignUpTime {
			t.Errorf("%s is answered after %v", email, took)
		}
	}
}

func TestWrongFieldsAreNamed(t *testing.T) {
	st := newSite(t)
	for _, c := range []struct{ body, field string }{
		{`{"email":"a@localhost"}`, "email"},
		{`{"email":"a@example.org","name":"http://spam.example"}`, "name"},
		{`{"email":"a@example.org","programs":["nope"]}`, "programs"},
		{`{"email":"a@example.org","programs":"eep"}`, "programs"},
		{`{"email":"a@example.org","regions":["nope"]}`, "regions"},
		{`{"email":"a@example.org","frequency":"hourly"}`, "frequency"},
		{`{"email":"a@example.org","time_zone":"Mars/Base"}`, "time_zone"},
	} {
		status, body := st.send("POST", "/subscribe", c.body, "Content-Type", "application/json")
		var answer struct{ Error, Field string }
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 422 || answer.Field != c.field || answer.Error == "" {
			t.Errorf("%s: %d %s", c.body, status, body)
		}
	}
	status, body := st.post("/subscribe", url.Values{"email": {"anna@localhost"}, "name": {"Anna"}, "programs": {"spp"}, "frequency": {"monthly"}, "time_zone": {"Asia/Baku"}})
	want(t, "form", status, body, 422, `value="anna@localhost"`, "has no dot", `aria-describedby="email-error"`, `value="Anna"`,
		`value="spp" checked`, `value="monthly" checked`, `value="Asia/Baku" selected`)
	for body, status := range map[string]int{"{": 400, "": 400, `{"email":"` + strings.Repeat("a", maxForm) + `"}`: 413} {
		if got, text := st.send("POST", "/subscribe", body, "Content-Type", "application/json"); got != status {
			t.Errorf("%.20q: %d %s", body, got, text)
		}
	}
	if status, _ := st.send("POST", "/subscribe", "x", "Content-Type", "text/plain"); status != 415 {
		t.Errorf("text: %d", status)
	}
	if len(st.letters) > 0 {
		t.Error(st.letters)
	}
}

func TestTheAddressOfASignUpLeadsToTheForm(t *testing.T) {
	st := newSite(t)
	status, body := st.get("/subscribe")
	want(t, "a page brought back", status, body, 200, `id="subscribe"`, `name="email"`)
}

func TestSignUpLimits(t *testing.T) {
	st := newSite(t)
	try := func(i int, client string) int {
		status, _ := st.post("/subscribe", url.Values{"email": {fmt.Sprintf("a%d@example.org", i)}}, "X-Forwarded-For", client)
		return status
	}
	for i := range 30 {
		if got := try(i, fmt.Sprintf("192.0.2.%d", i)); got != 200 {
			t.Fatalf("sign-up %d: %d", i, got)
		}
	}
	if got := try(30, "192.0.2.99"); got != 429 {
		t.Errorf("the 31st of a network: %d", got)
	}
	if got := try(31, "198.51.100.1"); got != 200 {
		t.Errorf("another network: %d", got)
	}
	st.now = noon.Add(time.Minute)
	if got := try(32, "192.0.2.99"); got != 200 {
		t.Errorf("a minute later: %d", got)
	}
	st.letters = nil
	status, body := st.post("/subscribe", url.Values{"email": {"robot@example.org"}, "website": {"https://spam.example"}})
	want(t, "robot", status, body, 200, "inbox")
	if len(st.letters) > 0 {
		t.Error("a program in the trap got a letter sent")
	}
}

func TestPreferencesPage(t *testing.T) {
	st := newSite(t)
	for i := range 44 {
		saveArticle(t, st.Articles, fmt.Sprintf("Piece %d", i), "https://www.example.org/"+strconv.Itoa(i), "eep")
	}
	st.join("anna@example.org")
	page := st.link("preferences", "anna@example.org")
	status, body := st.get(page)
	want(t, "page", status, body, 200, "44 articles of the last 30 days match this: about 2 in each daily digest", `value="eep" checked`, "noindex", "/feeds/readers/")

	status, body = st.post(page, url.Values{"do": {"try"}, "choices": {"yes"}, "regions": {"central-asia"}, "frequency": {"weekly"}, "name": {"A."}})
	want(t, "trying", status, body, 200, "about 10 in each weekly digest. Not saved yet.", `value="central-asia" checked`, `value="A."`)
	if p := st.find("anna@example.org").Preferences; p.Frequency != "daily" {
		t.Fatal("trying saved", p)
	}
	status, body = st.post(page, url.Values{"choices": {"yes"}, "regions": {"central-asia"}, "frequency": {"weekly"}, "format": {"text"}, "time_zone": {"Asia/Baku"}, "name": {"Anna B."}})
	want(t, "saving", status, body, 200, "Saved.")
	r := st.find("anna@example.org")
	if p := r.Preferences; r.Name != "Anna B." || len(p.Programs) != 0 || p.Regions[0] != "central-asia" || p.Frequency != "weekly" || p.Format != "text" || p.TimeZone != "Asia/Baku" {
		t.Fatalf("%+v", r)
	}
	status, body = st.post(page, url.Values{"programs": {"nope"}, "name": {"www.spam.example"}})
	want(t, "wrong fields", status, body, 422, "there is no program", "name-error")

	status, body = st.post(page, url.Values{"weeks": {"2"}})
	want(t, "pausing", status, body, 200, "Paused until 16 March 2026")
	status, body = st.post(page, url.Values{"do": {"pause"}, "until": {"2026-04-01"}}) // midnight in Baku is the previous day in New York
	want(t, "pausing until a day", status, body, 200, "Paused until 1 April 2026")
	status, body = st.send("POST", page, `{"frequency":"monthly"}`, "Content-Type", "application/json")
	want(t, "what is no form", status, body, 415)
	for _, day := range []string{"", "2026-03-01", "2030-01-01", "soon"} {
		status, body = st.post(page, url.Values{"do": {"pause"}, "until": {day}})
		want(t, "pausing until "+day, status, body, 422)
	}
	status, body = st.post(page, url.Values{"do": {"resume"}})
	want(t, "resuming", status, body, 200, "Emails are resumed", "Pause emails")
	status, body = st.post(page, url.Values{"do": {"renew"}})
	want(t, "new address", status, body, 200, "new link")
	status, body = st.post(page, url.Values{"do": {"monthly"}})
	want(t, "less often", status, body, 200, `value="monthly" checked`)
	status, body = st.post(page, url.Values{"do": {"download"}})
	want(t, "download", status, body, 200, `"email":"anna@example.org"`, `"consent"`)
	status, body = st.post(page, url.Values{"do": {"something"}})
	want(t, "unknown button", status, body, 400)

	status, body = st.post(page, url.Values{"do": {"erase"}})
	want(t, "erasing, first step", status, body, 200, "erase-now")
	st.find("anna@example.org")
	leave := st.link("unsubscribe", "anna@example.org")
	status, body = st.post(page, url.Values{"do": {"erase-now"}})
	want(t, "erasing", status, body, 200, "Your data has been deleted")
	status, body = st.get(page)
	want(t, "afterwards", status, body, 404, "erased")
	status, body = st.post(leave, nil)
	want(t, "one-click afterwards", status, body, 200, "You're unsubscribed")
}

func TestTokensThatDoNotWorkGetAWayOn(t *testing.T) {
	st := newSite(t)
	st.join("anna@example.org")
	for _, purpose := range []string{"confirm", "preferences", "unsubscribe"} {
		good := st.link(purpose, "anna@example.org")
		for _, path := range []string{good[:len(good)-3], good + "A", "/" + purpose + "/x", "/" + purpose + "/%00%ff"} {
			for _, method := range []string{"GET", "POST"} {
				status, body := st.send(method, path, "")
				want(t, method+" "+path, status, body, 404, "This link does not work", `href="/"`)
			}
		}
	}
	confirm, leave := st.link("confirm", "anna@example.org"), st.link("unsubscribe", "anna@example.org")
	st.now = noon.AddDate(2, 0, 0)
	status, body := st.post(confirm, nil)
	want(t, "old confirmation", status, body, 410, "expired", `href="/"`)
	status, body = st.post(leave, nil)
	want(t, "old way out", status, body, 200, "You're unsubscribed")
}

func TestPagesOfTokensStayPrivate(t *testing.T) {
	st := newSite(t)
	st.join("anna@example.org")
	for _, purpose := range []string{"confirm", "preferences", "unsubscribe"} {
		w := httptest.NewRecorder()
		st.ServeHTTP(w, httptest.NewRequest("GET", st.link(purpose, "anna@example.org"), nil))
		for name, value := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "X-Content-Type-Options": "nosniff",
		} {
			if got := w.Header().Get(name); got != value {
				t.Errorf("%s: %s is %q", purpose, name, got)
			}
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'self'") || strings.Contains(csp, "unsafe") || strings.Contains(w.Body.String(), "<script>") {
			t.Errorf("%s: policy %q", purpose, csp)
		}
	}
	status, body := st.post(st.link("preferences", "anna@example.org"), url.Values{"do": {"erase-now"}}, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	want(t, "another site's form", status, body, 403, "another website")
	st.find("anna@example.org")
}

func FuzzSignUp(f *testing.F) {
	f.Add("application/json", `{"email":"a@example.org","programs":["eep"]}`)
	f.Add("application/x-www-form-urlencoded", "email=a%40example.org&programs=eep&programs=%ff")
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@example.org\r\n--x--\r\n")
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequest("POST", "/subscribe", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		r.Body = http.MaxBytesReader(httptest.NewRecorder(), r.Body, maxForm)
		if _, _, err := readSignUp(r); err != nil && failureOf(err).status >= 500 {
			t.Fatalf("%q %q: %v", kind, body, err)
		}
	})
}

func TestMeaning(t *testing.T) {
	for _, c := range []struct {
		n         int
		frequency string
		want      string
	}{
		{0, "daily", "No article of the last 30 days matches this, so emails will be rare."},
		{1, "monthly", "1 article of the last 30 days matches this."},
		{3, "weekly", "3 articles of the last 30 days match this."},
		{13, "weekly", "13 articles of the last 30 days match this: about 3 in each weekly digest."},
		{5, "instant", "5 articles of the last 30 days match this; each would have arrived on its own or with others of the same minutes."},
	} {
		if got := meaning(c.n, c.frequency); got != c.want {
			t.Errorf("%d %s: %s", c.n, c.frequency, got)
		}
	}
}
