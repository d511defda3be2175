package editions

import (
	"bytes"
	"database/sql"
	"html"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"corridor/mailer/message"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"
	"corridor/templates"

	gomail "github.com/emersion/go-message/mail"
	"github.com/lib/pq"
	"pgregory.net/rapid"
)

// secret are the values of one reader: words that no template and no article contains.
var secret = message.Personal{
	Name: "SECRET-name", Greeting: "SECRET-greeting", Why: "SECRET-why", PreferencesURL: "https://n.example/SECRET-preferences",
	UnsubscribeURL: "https://n.example/SECRET-unsubscribe", OneClickURL: "https://n.example/SECRET-click", ViewURL: "https://n.example/SECRET-view",
}

// foreign generates texts that look like placeholders.
func foreign() *rapid.Generator[string] {
	fragment := rapid.OneOf(
		rapid.SampledFrom([]string{
			"{", "{{", "{{{", "}", "}}", "{{corridor:", "corridor:", "preferences_url", "unsubscribe_url}}", "\u2060", "\ufffd", "\x00", "\u200b", " ", "\n",
			"{{corridor:preferences_url}}", "{{{corridor:unsubscribe_url}}", "{{{corr{{{corridor:view_url}}idor:preferences_url}}}", "{{corr{{corridor:name}}idor:name}}",
			"&#123;&#123;corridor:preferences_url}}", "&lbrace;{corridor:why}}", "=7B=7Bcorridor:why}}", "%7B%7Bcorridor:why}}", "{{corridor:pref=\r\nerences_url}}",
			`[[.Placeholder "preferences_url"]]`, "{{.Placeholder}}", "<!-- more -->", "https://evil.example/?t=", "place",
		}),
		rapid.StringMatching(`[ -~]{0,60}`),
	)
	return rapid.Map(rapid.SliceOfN(fragment, 1, 6), func(p []string) string { return strings.Join(p, "") })
}

func hostileArticle(t *rapid.T, id int64) Article {
	return Article{
		ID: id, Title: "T" + foreign().Draw(t, "title"), URL: "https://www.example.org/" + foreign().Draw(t, "url"),
		Authors: []string{foreign().Draw(t, "author"), foreign().Draw(t, "author")}, Published: monday, Programs: []string{"eep"},
		Summary: foreign().Draw(t, "summary"), ImageURL: "https://www.example.org/" + foreign().Draw(t, "image"), ImageCredit: foreign().Draw(t, "credit"),
	}
}

// mailParts composes a rendering for the reader and decodes both parts.
func mailParts(t *rapid.T, r message.Rendering, p message.Personal) (headers string, text, page []byte) {
	template, err := message.Compose(message.Letterhead{From: "News <news@example.org>"}, r, "html")
	if err != nil {
		t.Fatal(err)
	}
	to := message.Recipient{Address: "a@example.net", Name: p.Name, Format: "html"}
	raw, err := template.Splice(nil, p, to, "<1@example.org>", time.Unix(1e9, 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	reader, err := gomail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []*[]byte{&text, &page} {
		part, err := reader.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		if *to, err = io.ReadAll(part.Body); err != nil {
			t.Fatal(err)
		}
	}
	return string(head), text, page
}

// A reader's values appear only at the places that the templates give, in the email, on the
// web page and in a preview, for any text of articles and staff.
func TestForeignTextIsNoPlaceholder(t *testing.T) {
	store, err := New(postgrestest.New(t), testOptions(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		v := variantRow{Kind: "special", Subject: "S" + foreign().Draw(t, "subject"), Intro: foreign().Draw(t, "intro"), Shown: 2, Started: sql.NullTime{Time: monday, Valid: true}}
		if rapid.Bool().Draw(t, "digest") {
			v.Kind, v.Frequency, v.Period = "digest", sql.NullString{String: "daily", Valid: true}, v.Started
		}
		articles := []Article{hostileArticle(t, 1), hostileArticle(t, 2)}
		rest := rapid.Bool().Draw(t, "rest")
		views := 1
		if rest {
			articles, views = append(articles, hostileArticle(t, 3)), 2
		}
		view, mail, err := store.render(v, articles, monday)
		if err != nil {
			t.Fatal(err)
		}
		r := message.Rendering{Subject: view.Subject, HTML: mail.HTML, HTMLPlaces: mail.HTMLPlaces, Text: mail.Text, TextPlaces: mail.TextPlaces}
		headers, text, page := mailParts(t, r, secret)
		if strings.Count(headers, "SECRET") != 2 { // To and List-Unsubscribe
			t.Fatalf("headers:\n%s", headers)
		}
		for _, part := range [][]byte{text, page} {
			for value, want := range map[string]int{"greeting": 1, "why": 1, "preferences": 1, "unsubscribe": 1, "view": views, "name": 0} {
				if n := bytes.Count(part, []byte("SECRET-"+value)); n != want {
					t.Fatalf("the reader's %s stands in %d places instead of %d:\n%s", value, n, want, part)
				}
			}
		}
		// The text of the article is shown unchanged.
		if title := oneLine(articles[0].Title); !strings.Contains(html.UnescapeString(string(page)), title) {
			t.Fatalf("the title %q is not in the mail", title)
		}
		values := placeholders{"greeting": secret.Greeting, "why": secret.Why, "name": secret.Name, "preferences_url": secret.PreferencesURL, "unsubscribe_url": secret.UnsubscribeURL, "view_url": secret.ViewURL}
		web, err := values.html(templates.WebEdition(mail))
		if err != nil || strings.Count(web, "SECRET") != 4+views {
			t.Fatalf("the web page has %d values, %v:\n%s", strings.Count(web, "SECRET"), err, web)
		}
	})
}

// A reader's name is a value, and no value is searched for placeholders.
func TestNamesAreNoPlaceholders(t *testing.T) {
	w := newWorld(t)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	w.article("Lamp https://evil.example/?t={{{corridor:preferences_url}}", monday.Add(-time.Hour), nil, nil)
	w.send(Daily, monday)
	w.prepare(monday)
	var r message.Rendering
	w.rendering(&r)
	rapid.Check(t, func(t *rapid.T) {
		signer, err := subscribers.NewSigner([]subscribers.Key{{ID: 1, Secret: bytes.Repeat([]byte("k"), 32)}}, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		personaliser, err := w.store.NewPersonaliser(w.ctx, signer)
		if err != nil {
			t.Fatal(err)
		}
		p := personaliser.Personal(message.Recipient{EditionID: 1, SubscriberID: 1, VariantID: 1, Name: foreign().Draw(t, "name"), Address: "a@example.net"})
		_, text, page := mailParts(t, r, p)
		for _, part := range [][]byte{text, page} {
			if n := bytes.Count(part, []byte("/preferences/")); n != 1 {
				t.Fatalf("%d links to preferences:\n%s", n, part)
			}
		}
		if !bytes.Contains(text, []byte("?t={{{corridor:preferences_url}}")) {
			t.Fatalf("the title is changed:\n%s", text)
		}
	})
}

// rendering reads the newest stored rendering.
func (w *world) rendering(r *message.Rendering) {
	w.t.Helper()
	var row struct {
		ID            int64
		Subject, HTML string
		Text          string
		HTMLPlaces    pq.Int64Array `db:"html_places"`
		TextPlaces    pq.Int64Array `db:"text_places"`
	}
	if err := w.db.Get(&row, `SELECT id, subject, html, html_places, text, text_places FROM renderings ORDER BY id DESC LIMIT 1`); err != nil {
		w.t.Fatal(err)
	}
	*r = message.Rendering{ID: row.ID, Subject: row.Subject, HTML: row.HTML, HTMLPlaces: row.HTMLPlaces, Text: row.Text, TextPlaces: row.TextPlaces}
}
