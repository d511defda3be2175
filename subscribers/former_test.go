package subscribers_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/editions"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"
	"corridor/testkit"
)

func storeOn(db *postgres.DB) *subscribers.Store {
	return subscribers.NewStore(db, subscribers.NewRules([]string{"energy", "trade"}, []string{"central-asia", "caucasus"}, "UTC"), editions.ReaderEvents())
}

func migrate(t *testing.T, db *postgres.DB) {
	t.Helper()
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, db *postgres.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func hashOf(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

// unwanted returns the reasons of suppressions as sending sees them: by the reader's row
// and the statement that every sender uses.
func unwanted(t *testing.T, db *postgres.DB) map[string]string {
	t.Helper()
	var rows []struct {
		Email  string `db:"email"`
		Reason string `db:"reason"`
	}
	err := db.Select(&rows, `SELECT s.email, x.reason FROM subscribers s JOIN suppressions x ON x.address_hash = sha256(convert_to(s.folded, 'UTF8'))`)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range rows {
		got[r.Email] = r.Reason
	}
	return got
}

// TestSuppressionsHoldInATurkishDatabase tries every function that looks up an address.
func TestSuppressionsHoldInATurkishDatabase(t *testing.T) {
	testkit.Heavy(t)
	db := postgrestest.NewWith(t, postgrestest.Turkish)
	migrate(t, db)
	s := storeOn(db)
	if r, err := s.Add(t.Context(), "INFO.Iran@Example.ORG", "", subscribers.Preferences{}, noon); err != nil || r.Email != "INFO.Iran@example.org" {
		t.Fatal(r, err)
	}
	if _, err := s.Add(t.Context(), "info.iran@example.org", "", subscribers.Preferences{}, noon); err == nil {
		t.Error("another spelling is another reader")
	}
	if r, err := s.Find(t.Context(), "iNFO.irAn@EXAMPLE.org"); err != nil || r.ID != 1 {
		t.Error(r, err)
	}
	if l := signUp(t, s, "Info.IRAN@example.org", noon, subscribers.Preferences{}); l != subscribers.MessageKnown {
		t.Errorf("another spelling gets the message %q", l)
	}
	if got, err := s.Import(t.Context(), strings.NewReader("email,name\niNfo.Iran@example.org,Iran\nnew.I@example.org,\nNEW.i@example.org,\n"), subscribers.ImportOptions{Now: noon}); err != nil || got.Updated != 1 || got.Added != 1 || got.Wrong != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := s.Suppress(t.Context(), "INFO.iran@example.org", "staff", "", noon); err != nil {
		t.Fatal(err)
	}
	if got := unwanted(t, db); got["INFO.Iran@example.org"] != "staff" {
		t.Errorf("sending sees %v", got)
	}
	if reason, err := s.Suppression(t.Context(), "info.IRAN@example.org"); err != nil || reason != "staff" {
		t.Error(reason, err)
	}
	r, err := s.Find(t.Context(), "info.iran@example.org")
	if err != nil || r.Suppressed != "staff" {
		t.Fatal(r, err)
	}
	if err := s.Erase(t.Context(), r.ID, noon); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Import(t.Context(), strings.NewReader("email\nINFO.IRAN@example.org\n"), subscribers.ImportOptions{Now: noon}); err != nil || got.Suppressed != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := s.Lift(t.Context(), "inFo.Iran@example.org"); err != nil {
		t.Error(err)
	}
}

// TestUpgradeFoldsAddresses migrates a database of the old version, with an ordinary and
// with a Turkish collation. Its suppressions are hashed by either rule.
func TestUpgradeFoldsAddresses(t *testing.T) {
	testkit.Heavy(t)
	for _, options := range []string{`LOCALE 'C.UTF-8' ENCODING 'UTF8'`, postgrestest.Turkish} {
		db := postgrestest.NewWith(t, options)
		old := postgrestest.FillOld(t, db)
		// The database hashed bounces; the program hashed suppressions by staff.
		exec(t, db, `INSERT INTO suppressions (address_hash, email, subscriber_id, reason, created_at)
			SELECT sha256(convert_to(replace(lower(email), 'irina', 'ırına'), 'UTF8')), email, id, 'complaint', created_at FROM subscribers WHERE email = 'IRINA@example.com'`)
		exec(t, db, `INSERT INTO suppressions (address_hash, reason, created_at) VALUES ($1, 'erased', now()), ($2, 'complaint', now()), ($3, 'complaint', now())`,
			hashOf("ıgor.ilin@example.org"), hashOf("ınıtıalızıng.ılya@example.org"), hashOf("bülent@example.org"))
		migrate(t, db)
		s := storeOn(db)
		got := unwanted(t, db)
		want := map[string]string{"IRINA@example.com": "complaint", "BLOCKED.Istanbul@example.org": "staff", "gone@example.net": "hard_bounce"}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: sending sees %v, want %v", options, got, want)
		}
		for _, email := range append(old.Suppressed, "Irina@example.com", "Igor.Ilin@example.org", "INITIALIZING.ILYA@example.org") {
			if reason, err := s.Suppression(t.Context(), strings.ToUpper(email)); err != nil || reason == "" {
				t.Errorf("%s: %s is not suppressed any more, %v", options, email, err)
			}
		}
		list := "email\nERASED.izmir@example.org\nigor.Ilin@example.org\nstranger.Iban@example.org\ninitializing.ilya@example.org\n"
		if counts, err := s.Import(t.Context(), strings.NewReader(list), subscribers.ImportOptions{Now: noon}); err != nil || counts.Suppressed != 4 {
			t.Errorf("%s: an old list: %+v, %v", options, counts, err)
		}
		if err := s.Lift(t.Context(), "igor.ilin@example.org"); err != nil {
			t.Error(err)
		}
		if err := s.TellMerged(t.Context(), t.Output()); err != nil {
			t.Error(err)
		}
	}
}

// TestSpellingsThatBecomeOneReaderKeepTheStrictestState migrates readers that were two
// because of a Turkish collation.
func TestSpellingsThatBecomeOneReaderKeepTheStrictestState(t *testing.T) {
	db := postgrestest.NewWith(t, postgrestest.Turkish)
	old := postgrestest.FillOld(t, db)
	add := func(id int, email, state, paused string) {
		exec(t, db, `INSERT INTO subscribers (id, email, state, frequency, time_zone, preference_set_id, created_at, paused_until)
			OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, 'daily', 'UTC', 2, now(), now() + NULLIF($4, '')::interval)`, id, email, state, paused)
	}
	add(101, "ilkin@x.org", "active", "")
	add(102, "ILKIN@x.org", "left", "")
	add(103, "Ilkin@x.org", "active", "9 days")
	add(104, "iris@x.org", "active", "")
	add(105, "IRIS@x.org", "active", "3 days")
	add(106, "Iris@x.org", "active", "-3 days")
	add(107, "ivan@x.org", "pending", "")
	add(108, "Ivan@x.org", "active", "")
	add(109, "ida@x.org", "active", "")
	add(110, "Ida@x.org", "active", "")
	add(111, "other.ida@x.org", "active", "")
	exec(t, db, `INSERT INTO suppressions (address_hash, email, subscriber_id, reason, created_at)
		SELECT sha256(convert_to(lower(email), 'UTF8')), email, id, 'hard_bounce', now() FROM subscribers WHERE id = 110`)
	exec(t, db, `INSERT INTO deliveries (edition_id, subscriber_id, batch_id, variant_id, state, reply) VALUES
		(9001, 101, 1, 1, 'sent', '250 <ilkin@x.org> ok'), (9001, 102, 1, 1, 'sent', '250'), (9002, 103, 1, 1, 'sent', '250 x'), (9003, 103, 1, 1, 'queued', NULL)`)
	exec(t, db, `INSERT INTO reader_positions (subscriber_id, seen_release_no, considered_frequency, considered_period)
		SELECT 101, 5, considered_frequency, considered_period FROM reader_positions LIMIT 1`)
	exec(t, db, `UPDATE editions SET audience = '{"readers": [101, 103, 111]}' WHERE id = $1`, old.Draft)
	migrate(t, db)

	s := storeOn(db)
	for id, want := range map[int64]string{
		101: "102 left ", 102: "102 left ", 103: "102 left ", 104: "105 active paused", 105: "105 active paused", 106: "105 active paused",
		107: "108 active ", 108: "108 active ", 109: "109 active hard_bounce", 110: "109 active hard_bounce", 111: "111 active ",
	} {
		r, err := s.FindByID(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		beside := r.Suppressed
		if r.Paused(time.Now()) {
			beside = "paused"
		}
		if got := fmt.Sprint(r.ID, " ", r.State, " ", beside); got != want {
			t.Errorf("the link of reader %d leads to %q, want %q", id, got, want)
		}
	}
	var deliveries []string
	if err := db.Select(&deliveries, `SELECT concat_ws(' ', edition_id, subscriber_id, state, reply) FROM deliveries WHERE edition_id > 9000 ORDER BY 1`); err != nil ||
		!slices.Equal(deliveries, []string{"9001 101 sent", "9001 102 sent 250", "9002 102 sent 250 x", "9003 103 queued"}) {
		t.Errorf("%q, %v", deliveries, err)
	}
	var audience string
	if err := db.Get(&audience, `SELECT audience->>'readers' FROM editions WHERE id = $1`, old.Draft); err != nil || audience != "[102, 111]" {
		t.Errorf("a draft's named readers are %s, %v", audience, err)
	}
	var lines strings.Builder
	for range 2 {
		if err := s.TellMerged(t.Context(), &lines); err != nil {
			t.Fatal(err)
		}
	}
	told := strings.Split(strings.TrimSpace(lines.String()), "\n")
	slices.Sort(told)
	want := []string{
		"readers ILKIN@x.org and Ilkin@x.org had one address and are one reader now, ILKIN@x.org: left",
		"readers ILKIN@x.org and ilkin@x.org had one address and are one reader now, ILKIN@x.org: left",
		"readers IRIS@x.org and Iris@x.org had one address and are one reader now, IRIS@x.org: paused",
		"readers IRIS@x.org and iris@x.org had one address and are one reader now, IRIS@x.org: paused",
		"readers Ivan@x.org and ivan@x.org had one address and are one reader now, Ivan@x.org: active",
		"readers ida@x.org and Ida@x.org had one address and are one reader now, ida@x.org: suppressed (hard_bounce)",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told:\n%s", lines.String())
	}
	if err := s.Leave(t.Context(), 104, noon); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Find(t.Context(), "iris@x.org"); err != nil || r.State != subscribers.Left {
		t.Errorf("leaving by an old link: %v, %v", r.State, err)
	}
}

// TestFoldingIsTakenBack migrates down to the old schema. The statements of the old version
// must still find every suppression.
func TestFoldingIsTakenBack(t *testing.T) {
	testkit.Heavy(t)
	db := postgrestest.NewWith(t, postgrestest.Turkish)
	postgrestest.FillOld(t, db)
	migrate(t, db)
	for {
		name, err := db.MigrateDown(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "00018") {
			break
		}
	}
	var n int
	err := db.Get(&n, `SELECT count(*) FROM subscribers s JOIN suppressions x ON x.address_hash = sha256(convert_to(lower(s.email), 'UTF8'))`)
	if err != nil || n != 2 {
		t.Errorf("the old statements find %d of 2 suppressed readers, %v", n, err)
	}
	migrate(t, db)
	if got := unwanted(t, db); len(got) != 2 {
		t.Errorf("after migrating again: %v", got)
	}
}

// The hash of an address in SQL is that in Go.
func TestHashOfAnAddressInSQL(t *testing.T) {
	db := postgrestest.New(t)
	for _, folded := range []string{"anna@example.org", "ünï.ß@example.org", "қазақ@example.org", `"a b"@example.org`, "a'b\\c@example.org", "𝒶@example.org"} {
		want := sha256.Sum256([]byte(folded)) // as addressHash
		var equal bool
		if err := db.Get(&equal, `
			SELECT EXISTS (SELECT FROM (SELECT $1::text AS folded) s, (SELECT $2::bytea AS address_hash) x WHERE `+subscribers.SuppressionOf+`)`,
			folded, want[:]); err != nil || !equal {
			t.Errorf("%s: %v, %v", folded, equal, err)
		}
	}
}
