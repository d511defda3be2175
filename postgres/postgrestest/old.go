package postgrestest

import (
	"context"
	_ "embed"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"corridor/postgres"
)

// oldDump is a whole database of commit 02bbfca, the schema before 00013, as
// scripts/upgrade/fill.py filled it. oldFacts are the facts that an upgrade must keep.
var (
	//go:embed testdata/02bbfca.sql
	oldDump string
	//go:embed testdata/02bbfca.json
	oldFacts []byte
)

// OldNow is a time just after the old database was filled.
var OldNow = time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)

// Old describes the database that NewOld returns: its addresses, the site that was
// gathered, and the emails and links that readers had from the old version.
type Old struct {
	Site    string            // scheme, host and port of the gathered site
	Base    string            // server.base_url
	Pages   map[string]string // the site's HTML pages by path
	Sitemap string            // the document at /sitemap.xml, of the source "site"
	Feed    string            // the document at /feed.xml, of the source "notes"
	Mails   []OldMail
	Feeds   map[string]OldFeed // JSON feeds by name, such as "all" or "programs/energy"

	Special, Named, Paused, Cancelled, Draft int64    // editions
	Suppressed                               []string // addresses, folded

	facts []byte
}

// Decode reads further facts into v, a pointer to a struct with JSON names.
func (o Old) Decode(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(o.facts, v); err != nil {
		t.Fatal(err)
	}
}

// OldMail is a message that the old version sent. Its links must keep working.
type OldMail struct {
	To        string
	Subject   string
	MessageID string `json:"message_id"`
	Links     []string
}

// OldFeed is a JSON feed as the old version published it.
type OldFeed struct {
	Items []OldItem
}

// OldItem is an entry of a feed.
type OldItem struct {
	ID        string
	URL       string
	Title     string
	Published string `json:"date_published"`
	Modified  string `json:"date_modified"`
}

// NewOld returns a database as commit 02bbfca filled it, not yet migrated, and its
// facts. The pairs replace strings in both, for example Old.Site by the address of a
// test's own server.
func NewOld(t testing.TB, pairs ...string) (*postgres.DB, Old) {
	t.Helper()
	db := NewEmpty(t)
	return db, FillOld(t, db, pairs...)
}

// FillOld makes db, which has no schema yet, a database like that of NewOld.
func FillOld(t testing.TB, db *postgres.DB, pairs ...string) Old {
	t.Helper()
	replace := strings.NewReplacer(pairs...)
	facts := Old{facts: []byte(replace.Replace(string(oldFacts)))}
	facts.Decode(t, &facts)
	// The dump sets parameters of its session, so it gets a separate one.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	session, err := postgres.Open(ctx, db.URL, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if _, err := session.ExecContext(ctx, replace.Replace(oldDump)); err != nil {
		t.Fatal(err)
	}
	return facts
}

// The addresses that the dump holds, for the pairs of NewOld.
const (
	OldSite = "http://127.0.0.1:23401"
	OldBase = "http://127.0.0.1:23402"
)
