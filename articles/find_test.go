package articles_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"corridor/articles"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
)

func insertArticle(t *testing.T, db *postgres.DB, url string, former ...string) (id int64, uid string) {
	t.Helper()
	if err := db.QueryRow(`
		INSERT INTO articles (url, state, title, content_hash, changed_at, first_seen_at, checked_at)
		VALUES ($1, 'released', $1, '', now(), now(), now()) RETURNING id, uid`, url).Scan(&id, &uid); err != nil {
		t.Fatal(err)
	}
	for _, f := range former {
		if _, err := db.Exec(`INSERT INTO article_addresses (url, article_id) VALUES ($1, $2)`, f, id); err != nil {
			t.Fatal(err)
		}
	}
	return id, uid
}

func TestFind(t *testing.T) {
	db := postgrestest.New(t)
	plain, uid := insertArticle(t, db, "https://www.example.org/research/pipelines", "http://old.example.org/p/17", "https://www.example.org?p=17")
	parameter, _ := insertArticle(t, db, "https://example.org/read?id=5&lang=ru")
	// As WordPress writes it.
	cyrillic, _ := insertArticle(t, db, "https://www.example.org/%d0%ba%d0%b0%d0%b7%d0%b0%d1%85/100%25", "https://example.org/%d1%81%d1%82%d0%b0%d1%80")
	upper, _ := insertArticle(t, db, "https://www.example.org/T%C3%BCrkiye/%7Eali")
	host, _ := insertArticle(t, db, "https://xn--h1axf.kz/a")
	other, _ := insertArticle(t, db, "http://two.example.org/a")
	secure, _ := insertArticle(t, db, "https://two.example.org/a")
	for _, c := range []struct {
		key  string
		want int64
	}{
		{strconv.FormatInt(plain, 10), plain},
		{" " + strconv.FormatInt(plain, 10) + "\n", plain},
		{uid, plain},
		{"urn:uuid:" + strings.ToUpper(uid), plain},
		{"https://www.example.org/research/pipelines", plain},
		{" https://www.example.org/research/pipelines ", plain},
		{"https://www.example.org/research/pipelines/", plain},
		{"https://www.example.org/research/pipelines#top", plain},
		{"https://www.example.org/research/pipelines/?utm_source=newsletter&fbclid=x#top", plain},
		{"https://WWW.Example.ORG:443/research/pipelines", plain},
		{"HTTP://example.org/research/pipelines", plain},
		{"www.example.org/research/pipelines", plain},
		{"example.org/research/pipelines?utm_medium=email", plain},
		{"https://www.example.org/research/%70ipelines", plain},
		{"http://old.example.org/p/17", plain},
		{"https://old.example.org/p/17/?utm_campaign=c", plain},
		{"http://www.example.org/?p=17", plain},
		{"https://example.org/read?id=5&lang=ru&utm_source=x", parameter},
		{"https://www.example.org/%d0%ba%d0%b0%d0%b7%d0%b0%d1%85/100%25", cyrillic},
		{"https://www.example.org/%D0%BA%D0%B0%D0%B7%D0%B0%D1%85/100%25", cyrillic},
		{"https://www.example.org/казах/100%25", cyrillic},
		{"example.org/стар/", cyrillic},
		{"https://www.example.org/T%c3%bcrkiye/~ali", upper},
		{"https://www.example.org/Türkiye/%7eali", upper},
		{"https://қаз.kz/a", 0},
		{"https://цфи.kz/a", host},
		{"http://two.example.org/a", other},
		{"https://two.example.org/a", secure},
		{"https://www.example.org/research/Pipelines", 0}, // a path has its case
		{"https://www.example.org/research", 0},
		{"https://www.example.org/research/pipelines?page=2", 0},
		{"https://www.example.org/a%2Fb", 0},
		{"0", 0},
		{"-1", 0},
		{"99999999999999999999", 0},
		{"00000000-0000-0000-0000-000000000000", 0},
		{"", 0},
		{"https://", 0},
		{"%", 0},
		{"ftp://www.example.org/research/pipelines", 0},
		{"https://www.example.org/" + strings.Repeat("a", 3000), 0},
		{"\xff", 0},
		{"a\x00b", 0},
	} {
		a, err := articles.NewStore(db).Find(t.Context(), c.key)
		switch {
		case c.want == 0 && !errors.Is(err, articles.ErrUnknown):
			t.Errorf("%.60q: article %d, %v; want none", c.key, a.ID, err)
		case c.want != 0 && (err != nil || a.ID != c.want):
			t.Errorf("%.60q: article %d, %v; want %d", c.key, a.ID, err, c.want)
		}
	}
}
