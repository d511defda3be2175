package subscribers_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/editions"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"
	"corridor/testkit"
)

// importSuppressions imports a file and returns its counts, the remarks and the errors of
// wrong rows.
func importSuppressions(t testing.TB, s *subscribers.Store, file string) (counts subscribers.ImportedSuppressions, said []string) {
	t.Helper()
	counts, err := s.ImportSuppressions(t.Context(), strings.NewReader(file), subscribers.SuppressionImport{
		Reason: subscribers.ByStaff, Now: noon,
		Notice: func(remark string) { said = append(said, remark) },
		Wrong:  func(e subscribers.RowError) { said = append(said, e.Error()) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts, said
}

func exportSuppressions(t testing.TB, s *subscribers.Store) string {
	t.Helper()
	var b strings.Builder
	if _, err := s.ExportSuppressions(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// suppressed lists the suppressions as "email reason detail source date", sorted.
func suppressed(t testing.TB, s *subscribers.Store) (lines []string) {
	t.Helper()
	list, err := s.Suppressed(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		lines = append(lines, fmt.Sprintf("%s %s %q %s %s", x.Email.String, x.Reason, x.Detail, x.Source, x.At.UTC().Format(time.RFC3339)))
	}
	slices.Sort(lines)
	return lines
}

// An export suppresses the same addresses elsewhere, those of erased readers too, and a
// second import changes nothing. Events stay behind: they are of editions there.
func TestSuppressionsMove(t *testing.T) {
	db := postgrestest.New(t)
	s := subscribers.NewStore(db, subscribers.NewRules(nil, nil, "America/New_York"), editions.ReaderEvents())
	for i, reason := range []subscribers.Reason{"hard_bounce", "soft_bounces", "complaint", "asked", "staff"} {
		if err := s.Suppress(t.Context(), fmt.Sprintf("Reader%d@Example.org", i), reason, "=1+1;\n\"quoted\", ü", noon.Add(-time.Duration(i)*time.Second-time.Microsecond)); err != nil {
			t.Fatal(err)
		}
	}
	signUp(t, s, "erased@example.org", noon, subscribers.Preferences{})
	if err := s.Erase(t.Context(), find(t, s, "erased@example.org").ID, noon); err != nil {
		t.Fatal(err)
	}
	db.MustExec(`UPDATE suppressions SET event = '7:example.org' WHERE reason = 'hard_bounce'`)
	db.MustExec(`INSERT INTO suppressions (address_hash, reason, source, created_at, former) VALUES (sha256(convert_to('ıvan@example.org', 'UTF8')), 'complaint', 'smtp', $1, true)`, noon)
	file := exportSuppressions(t, s)
	if strings.Contains(file, "erased@") || !strings.Contains(file, ",7:example.org,") || strings.Contains(file, ",=1") || strings.Contains(file, "\"=1") {
		t.Errorf("exported:\n%s", file)
	}
	other := newStore(t)
	n := len(suppressed(t, s))
	for i := range 2 {
		counts, said := importSuppressions(t, other, file)
		if want := (subscribers.ImportedSuppressions{Rows: n, Added: n * (1 - i), Known: n * i}); counts != want || said != nil {
			t.Errorf("import %d: %+v, %q; want %+v", i, counts, said, want)
		}
	}
	if got, want := suppressed(t, other), suppressed(t, s); !slices.Equal(got, want) {
		t.Errorf("there:\n%s\nhere:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for email, want := range map[string]subscribers.Reason{"erased@example.org": "erased", "reader0@example.org": "hard_bounce", "ivan@example.org": "complaint"} {
		if got, err := other.Suppression(t.Context(), email); err != nil || got != want {
			t.Errorf("%s is suppressed there as %q, want %q; %v", email, got, want, err)
		}
	}
}

// Lists and files of other tools are understood: addresses, reasons and dates.
func TestSuppressionsOfOtherTools(t *testing.T) {
	testkit.Heavy(t)
	const now = "2026-03-02T12:00:00Z"
	for _, tt := range []struct {
		name, file string
		want       []string
		said       []string
	}{
		{"a list", "anna@example.org\r\nBEN@example.org\r\n\r\n# remark\r\n", []string{`BEN@example.org staff "" import ` + now, `anna@example.org staff "" import ` + now}, nil},
		{"semicolons, names and a byte order mark", "\ufeffAnna Smith <anna@example.org>; 'ben@example.org';\neva@example.org\t2024\n", []string{
			`anna@example.org staff "" import ` + now, `ben@example.org staff "" import ` + now, `eva@example.org staff "" import ` + now,
		}, nil},
		{"windows-1252", "E-Mail;Grund\r\nzoe@example.org;k\xfcndigte am Telefon\r\n", []string{`zoe@example.org staff "" import ` + now}, []string{"read as windows-1252, because it is not UTF-8; --encoding names another encoding"}},
		{"old Macintosh", "email,reason\ranna@example.org,complaint\r", []string{`anna@example.org complaint "" import ` + now}, nil},
		{"sep=", "sep=;\r\nEmail Address;Type\r\nanna@example.org;Hard Bounce\r\n", []string{`anna@example.org hard_bounce "" import ` + now}, nil},
		{"Amazon SES", "EmailAddress,Reason,LastUpdateTime\nanna@example.org,BOUNCE,2025-01-02T03:04:05Z\nben@example.org,COMPLAINT,2025-01-02T03:04:05Z\n", []string{
			`anna@example.org hard_bounce "" import 2025-01-02T03:04:05Z`, `ben@example.org complaint "" import 2025-01-02T03:04:05Z`,
		}, nil},
		{"SendGrid", "status,reason,email,created\n5.1.1,550 5.1.1 no such user,anna@example.org,2025-01-02\n", []string{`anna@example.org staff "550 5.1.1 no such user" import 2025-01-02T00:00:00Z`}, nil},
		{"Mailgun", "address,code,error,created_at\nanna@example.org,550,No such user,2999-01-02\n", []string{`anna@example.org staff "No such user" import ` + now}, nil},
		{"Mailgun's times", "address,created_at\nanna@example.org,\"Thu, 02 Jan 2025 03:04:05 UTC\"\n", []string{`anna@example.org staff "" import 2025-01-02T03:04:05Z`}, nil},
		{"SendGrid's times", "email,created\nanna@example.org,1735787045\n", []string{`anna@example.org staff "" import 2025-01-02T03:04:05Z`}, nil},
		{"an unsubscribed list", "Email,Status\nanna@example.org,Unsubscribed\nben@example.org,cleaned\n", []string{`anna@example.org asked "" import ` + now, `ben@example.org hard_bounce "" import ` + now}, nil},
		{
			"readers", "email,status\nanna@example.org,active\nben@example.org,left\n",
			[]string{`ben@example.org asked "" import ` + now},
			[]string{"line 2: the row is about a reader who is active; 'corridor subscribers import' imports readers"},
		},
		{"wrong rows", "email,reason,hash\nanna,staff,\n,staff,sha256:zz\n,,\n\"ben@example.org,x\neva@example.org,\n", []string{`eva@example.org staff "" import ` + now}, []string{
			"line 2: the address has no @; it should look like anna@example.org",
			`line 3: "sha256:zz" is no hash of an address; it should begin with sha256:`,
			"line 4: an email address is needed, such as anna@example.org",
			"line 5, column 1 (email): a quotation mark is not closed",
		}},
		{"names only", "email,reason\n", nil, nil},
		{"a line without an address", "anna@example.org\nnobody\n", []string{`anna@example.org staff "" import ` + now}, []string{"line 2: the line has no address"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStore(t)
			counts, said := importSuppressions(t, s, tt.file)
			if got := suppressed(t, s); !slices.Equal(got, tt.want) || counts.Added != len(tt.want) {
				t.Errorf("%+v\n%s\nwant\n%s", counts, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			if !slices.Equal(said, tt.said) {
				t.Errorf("said %q, want %q", said, tt.said)
			}
		})
	}
}

// An import adds suppressions, and lifts none: a reader here gets no more email, and an
// earlier suppression stays, except that a request counts more than bounces.
func TestAnImportOfSuppressionsLiftsNone(t *testing.T) {
	db := postgrestest.New(t)
	s := subscribers.NewStore(db, subscribers.NewRules(nil, nil, "UTC"), editions.ReaderEvents())
	ids := map[string]int64{}
	for _, name := range []string{"anna", "ben"} {
		signUp(t, s, name+"@example.org", noon, subscribers.Preferences{})
		ids[name] = find(t, s, name+"@example.org").ID
	}
	for email, reason := range map[string]subscribers.Reason{"bounced@example.org": "hard_bounce", "complained@example.org": "complaint", "soft@example.org": "soft_bounces"} {
		if err := s.Suppress(t.Context(), email, reason, "", noon); err != nil {
			t.Fatal(err)
		}
	}
	var hash string
	if err := db.Get(&hash, `SELECT encode(sha256('ben@example.org'), 'hex')`); err != nil {
		t.Fatal(err)
	}
	importSuppressions(t, s, "email,reason,hash\nAnna@example.org,asked,\n,erased,"+hash+"\nbounced@example.org,asked,\ncomplained@example.org,hard_bounce,\nsoft@example.org,hard_bounce,\nanna@example.org,staff,\n")
	for email, want := range map[string]subscribers.Reason{
		"anna@example.org": "asked", "ben@example.org": "erased", "bounced@example.org": "asked", "complained@example.org": "complaint", "soft@example.org": "soft_bounces",
	} {
		if got, err := s.Suppression(t.Context(), email); err != nil || got != want {
			t.Errorf("%s is suppressed as %q, want %q; %v", email, got, want, err)
		}
	}
	for _, id := range ids { // the sender finds the suppression by it
		var n int
		if err := db.Get(&n, `SELECT count(*) FROM suppressions WHERE subscriber_id = $1`, id); err != nil || n != 1 {
			t.Errorf("reader %d has %d suppressions, %v", id, n, err)
		}
	}
	var email sql.NullString
	if err := db.Get(&email, `SELECT email FROM suppressions WHERE reason = 'erased'`); err != nil || email.Valid {
		t.Errorf("the erased address is %q, %v", email.String, err)
	}
}

func TestFilesThatAreNoSuppressions(t *testing.T) {
	s := newStore(t)
	for name, tt := range map[string]struct {
		file, want string
		o          subscribers.SuppressionImport
	}{
		"empty":              {"", "the file is empty", subscribers.SuppressionImport{}},
		"no addresses":       {"name,city\nAnna,Baku\n", "names no column email", subscribers.SuppressionImport{}},
		"a spreadsheet":      {"PK\x03\x04rest", "save it as CSV", subscribers.SuppressionImport{}},
		"an unknown reason":  {"a@example.org", `"whim" is not allowed`, subscribers.SuppressionImport{Reason: "whim"}},
		"an unknown charset": {"a@example.org", "there is no encoding", subscribers.SuppressionImport{Encoding: "klingon"}},
		"a bad first line":   {"\"a", "the first line cannot be read", subscribers.SuppressionImport{}},
	} {
		o := tt.o
		if o.Reason == "" {
			o.Reason = subscribers.ByStaff
		}
		o.Notice, o.Wrong = func(string) {}, func(subscribers.RowError) {}
		if _, err := s.ImportSuppressions(t.Context(), strings.NewReader(tt.file), o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}
