package subscribers_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"corridor/subscribers"
	"corridor/testkit"

	"github.com/google/go-cmp/cmp"
)

func importCSV(t testing.TB, s *subscribers.Store, file string, dry bool) (subscribers.Imported, []string) {
	t.Helper()
	var wrong []string
	got, err := s.Import(t.Context(), strings.NewReader(file), subscribers.ImportOptions{
		DryRun: dry, Now: noon, Wrong: func(e subscribers.RowError) { wrong = append(wrong, e.Error()) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return got, wrong
}

func export(t testing.TB, s *subscribers.Store) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := s.Export(t.Context(), &b, subscribers.Filter{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const goodRows = `email,name,programs,regions,frequency,time_zone,status
anna@example.org,"Anna ""A."" B",eep;spp,,daily,Asia/Baku,active
BOB@Example.ORG,,,central-asia,weekly,America/New_York,pending
carl@example.org,Carl,,,monthly,UTC,left
`

const goodExport = `email,name,programs,regions,frequency,time_zone,status
anna@example.org,"Anna ""A."" B",eep;spp,*,daily,Asia/Baku,active
BOB@example.org,,*,central-asia,weekly,America/New_York,pending
carl@example.org,Carl,*,*,monthly,UTC,left
`

func readCSV(t testing.TB, file string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// sevenColumns removes furtherColumns from an export.
func sevenColumns(t testing.TB, file string) string {
	t.Helper()
	var b strings.Builder
	w := csv.NewWriter(&b)
	for _, row := range readCSV(t, file) {
		_ = w.Write(row[:7])
	}
	w.Flush()
	return b.String()
}

func TestImportAndExportAreInverse(t *testing.T) {
	s := newStore(t)
	got, wrong := importCSV(t, s, goodRows, false)
	if got != (subscribers.Imported{Rows: 3, Added: 3}) || wrong != nil {
		t.Fatal(got, wrong)
	}
	first := export(t, s)
	if diff := cmp.Diff(goodExport, sevenColumns(t, first)); diff != "" {
		t.Fatal(diff)
	}
	again, _ := importCSV(t, s, export(t, s), false)
	if again != (subscribers.Imported{Rows: 3, Unchanged: 2, Left: 1}) {
		t.Fatal(again)
	}
	if r := find(t, s, "anna@example.org"); !r.ConfirmedAt.Equal(noon) {
		t.Fatalf("confirmed %v", r.ConfirmedAt)
	}
}

// Names arrive unchanged, also with characters that have a meaning in COPY.
func TestImportTakesNamesAsTheyAre(t *testing.T) {
	s := newStore(t)
	names := []string{`\N`, `\.`, `A\B \t \\ \101`, `O’Brien, "Ü" 😀`, `NULL`}
	file := "email,name\n"
	for i, name := range names {
		file += fmt.Sprintf("r%d@example.org,\"%s\"\n", i, strings.ReplaceAll(name, `"`, `""`))
	}
	if got, wrong := importCSV(t, s, file, false); got.Added != len(names) {
		t.Fatal(got, wrong)
	}
	for i, name := range names {
		if r := find(t, s, fmt.Sprintf("r%d@example.org", i)); r.Name != name {
			t.Errorf("%q arrives as %q", name, r.Name)
		}
	}
}

func TestWrongRowsAreReportedAndTheOthersImported(t *testing.T) {
	s := newStore(t)
	file := strings.ReplaceAll("\xef\xbb\xbf"+`Status, Email ,name,frequency,programs,time zone
active,anna@example.org,Anna,dayly,eep,UTC
active,nodomain,Anna,daily,nope,Mars/Base
active,"good@example.org","two
lines",daily,eep,UTC
,GOOD@example.org,,,,
maybe,late@example.org,x,,,
active,short@example.org
active,x"y@example.org,,,,
active,caf@example.org,Caf`+"\xe9"+`,,,
`, "\n", "\r\n")
	want := []string{
		`line 2, column 4 (frequency): "dayly" is not allowed; use one of instant, daily, weekly, monthly`,
		`line 3, column 2 (email): the address has no @; it should look like anna@example.org`,
		`line 3, column 5 (programs): there is no program "nope"; there are eep, spp`,
		`line 3, column 6 (time_zone): "Mars/Base" is not a time zone; it should look like Asia/Baku`,
		`line 6, column 2 (email): the same address is also in line 4; keep one of them`,
		`line 7, column 1 (status): "maybe" is not a status: use active, pending, left or suppressed`,
		`line 8, column 3 (name): the row has 2 fields, the first line has 6; put a field with a comma in quotation marks`,
		`line 9, column 2 (email): a quotation mark inside a field, at character 9; double it and put the field in quotation marks`,
		`line 10, column 3 (name): the text is not UTF-8 (perhaps windows-1252); name the encoding with --encoding`,
	}
	for _, dry := range []bool{true, false} {
		got, wrong := importCSV(t, s, file, dry)
		if diff := cmp.Diff(want, wrong); diff != "" {
			t.Errorf("dry run %v: %s", dry, diff)
		}
		if got != (subscribers.Imported{Rows: 8, Added: 1, Wrong: 7}) {
			t.Errorf("dry run %v: %+v", dry, got)
		}
		if n := strings.Count(export(t, s), "\n"); dry && n != 1 {
			t.Errorf("a dry run wrote %d readers", n-1)
		}
	}
	if r := find(t, s, "good@example.org"); r.Name != "two lines" || r.Preferences.Frequency != "daily" {
		t.Errorf("%+v", r)
	}
}

// An unclosed quotation mark would take in the rows after it, up to the next mark.
func TestAnUnclosedQuotationMarkCostsItsOwnRow(t *testing.T) {
	testkit.Heavy(t)
	const head = "email,name\n"
	rows := func(from, to int) string {
		var b strings.Builder
		for i := from; i < to; i++ {
			fmt.Fprintf(&b, "r%d@example.org,R\n", i)
		}
		return b.String()
	}
	const unclosed, inside = ": a quotation mark is not closed", ": a quotation mark inside a field, at character "
	for name, c := range map[string]struct {
		file  string
		added int
		wrong []string
	}{
		"nothing closes it":      {head + "a@example.org,\"A\n" + rows(0, 3), 3, []string{"line 2, column 2 (name)" + unclosed}},
		"the first field":        {head + "\"a@example.org,A\n" + rows(0, 3), 3, []string{"line 2, column 1 (email)" + unclosed}},
		"another mark follows":   {head + "a@example.org,\"A\n" + rows(0, 3) + "b@example.org,\"B, b\"\n", 4, []string{"line 2, column 2 (name)" + unclosed}},
		"two of them":            {head + "a@example.org,\"A\r\n" + rows(0, 3) + "b@example.org,\"B\n" + rows(3, 5), 5, []string{"line 2, column 2 (name)" + unclosed, "line 6, column 2 (name)" + unclosed}},
		"the last row":           {head + rows(0, 3) + "a@example.org,\"A", 3, []string{"line 5, column 2 (name)" + unclosed}},
		"an empty line before":   {head + rows(0, 2) + "\n\na@example.org,\"A\nbad,B\n" + rows(2, 4), 4, []string{"line 6, column 2 (name)" + unclosed, "line 7, column 1 (email): the address has no @; it should look like anna@example.org"}},
		"marks inside":           {head + "a@example.org,\"A\"x\nb@example.org,B\"b\n" + rows(0, 3), 3, []string{"line 2, column 2 (name)" + inside + "17; double it and put the field in quotation marks", "line 3, column 2 (name)" + inside + "16; double it and put the field in quotation marks"}},
		"more than a row may be": {head + "a@example.org,\"A\n" + rows(0, 70_000), 70_000, []string{"line 2, column 2 (name)" + unclosed}},
	} {
		t.Run(name, func(t *testing.T) {
			got, wrong := importCSV(t, newStore(t), c.file, true)
			if diff := cmp.Diff(c.wrong, wrong); diff != "" {
				t.Error(diff)
			}
			if n := len(c.wrong); got != (subscribers.Imported{Rows: c.added + n, Added: c.added, Wrong: n}) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestImportRevivesNobody(t *testing.T) {
	s := newStore(t)
	importCSV(t, s, goodRows, false)
	for _, reason := range subscribers.Reasons() {
		if err := s.Suppress(t.Context(), string(reason)+"@example.org", reason, "", noon); err != nil {
			t.Fatal(err)
		}
	}
	gone := find(t, s, "bob@example.org")
	if err := s.Erase(t.Context(), gone.ID, noon); err != nil {
		t.Fatal(err)
	}
	got, wrong := importCSV(t, s, "email,status\ncarl@example.org,active\nhard_bounce@example.org,active\ncomplaint@example.org,active\nstaff@example.org,active\nerased@example.org,active\nBob@example.org,active\n", false)
	if got != (subscribers.Imported{Rows: 6, Left: 1, Suppressed: 5}) || wrong != nil {
		t.Fatal(got, wrong)
	}
	if find(t, s, "carl@example.org").State != subscribers.Left || strings.Contains(export(t, s), "bob") {
		t.Fatal("somebody was revived")
	}
}

func TestImportChangesOnlyWhatItsColumnsSay(t *testing.T) {
	s := newStore(t)
	importCSV(t, s, goodRows, false)
	got, _ := importCSV(t, s, "email,frequency,status\nANNA@example.org,instant,pending\nbob@example.org,,active\n", false)
	if got != (subscribers.Imported{Rows: 2, Updated: 2}) {
		t.Fatal(got)
	}
	anna, bob := find(t, s, "anna@example.org"), find(t, s, "bob@example.org")
	if anna.State != subscribers.Active || anna.Preferences.Frequency != "instant" || len(anna.Preferences.Programs) != 2 || anna.Preferences.TimeZone != "Asia/Baku" {
		t.Errorf("%+v", anna)
	}
	if bob.State != subscribers.Active || !bob.ConfirmedAt.Equal(noon) || bob.Preferences.Regions[0] != "central-asia" {
		t.Errorf("%+v", bob)
	}
}

func TestDuplicatesFarApart(t *testing.T) {
	s := newStore(t)
	var b strings.Builder
	b.WriteString("email\n")
	for i := range 25_000 {
		fmt.Fprintf(&b, "reader%d@example.org\n", i%20_000)
	}
	got, wrong := importCSV(t, s, b.String(), false)
	if got != (subscribers.Imported{Rows: 25_000, Added: 20_000, Wrong: 5_000}) || wrong[0] != "line 20002, column 1 (email): the same address is also in line 2; keep one of them" {
		t.Fatal(got, wrong[:1])
	}
}

func TestFilesThatAreNoReaders(t *testing.T) {
	s := newStore(t)
	for file, says := range map[string]string{
		"":                                     "is empty",
		"name,programs\n":                      "no column email",
		"email,program\n":                      "did you mean programs",
		"\xff\xfee\x00m\x00":                   "no column email",
		"\xd0\xcf\x11\xe0\xa1":                 "spreadsheet",
		"PK\x03\x04":                           "spreadsheet",
		"email,email\n":                        "twice",
		"email\n" + strings.Repeat("x", 2<<20): "line 2: a row longer than 1 MiB",
	} {
		_, err := s.Import(t.Context(), strings.NewReader(file), subscribers.ImportOptions{Now: noon})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.20q: %v", file, err)
		}
	}
}

func TestErasureLeavesNothingButTheHash(t *testing.T) {
	s := newStore(t)
	importCSV(t, s, goodRows, false)
	anna := find(t, s, "anna@example.org")
	d, err := s.Dossier(t.Context(), anna.ID)
	if err != nil || d.Email != "anna@example.org" || !strings.Contains(string(d.Consent), `"import"`) {
		t.Fatal(d, err)
	}
	if err := s.Erase(t.Context(), anna.ID, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(export(t, s), "anna") {
		t.Fatal("still there")
	}
	if reason, err := s.Suppression(t.Context(), "ANNA@example.org"); reason != "erased" || err != nil {
		t.Fatal(reason, err)
	}
	if _, err := s.Dossier(t.Context(), anna.ID); err != subscribers.ErrNotFound {
		t.Fatal(err)
	}
}

func TestImportBesideSignUpsOfTheSameAddresses(t *testing.T) {
	testkit.Heavy(t)
	s := newStore(t)
	const n = 3000
	var b strings.Builder
	b.WriteString("email,status\n")
	for i := range n {
		fmt.Fprintf(&b, "reader%d@example.org,active\n", i)
	}
	done := make(chan error)
	go func() {
		for i := n - 1; i >= 0; i -= 10 {
			u := subscribers.SignUp{Email: fmt.Sprintf("reader%d@example.org", i), How: "form"}
			if err := s.Subscribe(context.Background(), u, noon, new(messages).write); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	got, wrong := importCSV(t, s, b.String(), false)
	if err := <-done; err != nil || got.Added+got.Updated != n || wrong != nil {
		t.Fatal(err, got, wrong)
	}
	if count := strings.Count(export(t, s), ",active,"); count != n {
		t.Errorf("%d of %d readers are active", count, n)
	}
}
