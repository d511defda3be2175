package subscribers_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/subscribers"
	"corridor/testkit"

	"github.com/google/go-cmp/cmp"
)

// TestExportIntoAnEmptyInstallationIsTheIdentity exports readers in every combination of
// states.
func TestExportIntoAnEmptyInstallationIsTheIdentity(t *testing.T) {
	testkit.Heavy(t)
	db := postgrestest.New(t)
	s := storeOn(db)
	names := []string{
		"", "Anna", `=1+cmd|' /C calc'!A0`, "'=x", "''+1", "+49 30", "-x", "@SUM(A1)", "a;=1+1;b", "a;'@b", "＝1", "O'Neil", `"quoted", ok`, " ' -x", "'", "';'", "Ünal İ",
	}
	for i, name := range names {
		p := subscribers.Preferences{Frequency: subscribers.Frequencies[i%4], Format: subscribers.Formats[i%2], TimeZone: "Asia/Baku", Language: []string{"", "ru"}[i%2]}
		if i%3 > 0 {
			p.Programs = []string{"energy"}
		}
		if i%2 > 0 {
			p.Regions = []string{"caucasus", "central-asia"}
		}
		r, err := s.Add(t.Context(), fmt.Sprintf("A%d@example.org", i), name, p, noon.Add(time.Duration(i)*1234567*time.Microsecond))
		if err != nil {
			t.Fatal(err)
		}
		if i%5 == 1 {
			err = s.Pause(t.Context(), r.ID, noon.AddDate(20, 0, 0))
		}
		if err == nil && i%5 == 2 {
			err = s.Leave(t.Context(), r.ID, noon.Add(time.Hour))
		}
		if reasons := append([]subscribers.Reason{"", ""}, subscribers.Reasons()...); err == nil && reasons[i%len(reasons)] != "" {
			err = s.Suppress(t.Context(), r.Email, reasons[i%len(reasons)], "asked; =by phone", noon.Add(2*time.Hour))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	signUp(t, s, "pending@example.org", noon, subscribers.Preferences{})
	signUp(t, s, "=pending.suppressed@example.org", noon, subscribers.Preferences{})
	if err := s.Suppress(t.Context(), "=pending.suppressed@example.org", "hard_bounce", "", noon); err != nil {
		t.Fatal(err)
	}
	file := export(t, s)
	other := storeOn(postgrestest.New(t))
	got, wrong := importCSV(t, other, file, false)
	if len(wrong) > 0 || got.Added != len(names)+2 {
		t.Fatalf("%+v %q", got, wrong)
	}
	if diff := cmp.Diff(file, export(t, other)); diff != "" {
		t.Error(diff)
	}
	for i, name := range names {
		a, b := find(t, s, fmt.Sprintf("a%d@example.org", i)), find(t, other, fmt.Sprintf("a%d@example.org", i))
		a.ID, a.PreferenceSetID, a.ChosenAt = b.ID, b.PreferenceSetID, b.ChosenAt
		if diff := cmp.Diff(a, b); diff != "" || b.Name != strings.Join(strings.Fields(name), " ") {
			t.Errorf("%q: %s", name, diff)
		}
	}
	// A second import into the same installation changes nothing.
	again, wrong := importCSV(t, other, file, false)
	if again.Added+again.Updated+again.Wrong > 0 || len(wrong) > 0 || export(t, other) != file {
		t.Errorf("a second import: %+v %q", again, wrong)
	}
}

// TestNoCellOfAnExportIsAFormula checks the begin of each cell, also when a spreadsheet
// splits cells at semicolons.
func TestNoCellOfAnExportIsAFormula(t *testing.T) {
	s := newStore(t)
	for i, name := range []string{"=1+cmd|' /C calc'!A0", "+1", "-1", "@x", "x;=1", "  =1", "＝1", "＋1", "－1", "＠1", "';=1", `x;"=1`, `"=1`} {
		if _, err := s.Add(t.Context(), fmt.Sprintf("=a%d@example.org", i), name, subscribers.Preferences{}, noon); err != nil {
			t.Fatal(err)
		}
	}
	for i, row := range readCSV(t, export(t, s)) {
		for _, cell := range row {
			for part := range strings.SplitSeq(cell, ";") {
				if part = strings.TrimLeft(part, " \""); part != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(part)[0]) {
					t.Errorf("row %d holds %q", i, cell)
				}
			}
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (p *choices) String() string {
	return strings.Join(p.Programs, ";") + "/" + strings.Join(p.Regions, ";")
}

type choices struct{ Programs, Regions []string }

// TestAColumnThatIsMissingChangesNothing imports a list, and then a list with two columns.
func TestAColumnThatIsMissingChangesNothing(t *testing.T) {
	testkit.Heavy(t)
	const base = "testdata/csv-one-dimension/"
	for _, c := range []struct{ file, anna, cleo, nina string }{
		{read(t, base+"onlyprograms.csv") + "nina@example.net,trade\n", "trade/central-asia", "energy;trade/", "trade/"},
		{"email,regions\nanna@example.net,caucasus\nnina@example.net,caucasus\n", "energy/caucasus", "energy;trade/", "/caucasus"},
		{"email,programs,regions\nanna@example.net,,caucasus\ncleo@example.net,,\nnina@example.net,,\n", "energy/caucasus", "energy;trade/", "/"},
		{"email,programs,regions\nanna@example.net,*,\ncleo@example.net,trade,*\nnina@example.net,*,caucasus\n", "/central-asia", "trade/", "/caucasus"},
		{"email,programs,regions\nanna@example.net,*,*\ncleo@example.net,energy;*,\nnina@example.net,;,\n", "/", "/", "/"},
		{"email,name,frequency,time_zone,status\nanna@example.net,,,,\ncleo@example.net,,,,\nnina@example.net,,,,\n", "energy/central-asia", "energy;trade/", "/"},
	} {
		s := storeOn(postgrestest.New(t))
		importCSV(t, s, read(t, base+"base.csv"), false)
		before := find(t, s, "anna@example.net")
		if got, wrong := importCSV(t, s, c.file, false); len(wrong) > 0 || got.Added != 1 {
			t.Fatalf("%q: %+v %q", c.file, got, wrong)
		}
		for email, want := range map[string]string{"anna@example.net": c.anna, "cleo@example.net": c.cleo, "nina@example.net": c.nina} {
			p := find(t, s, email).Preferences
			if got := (&choices{p.Programs, p.Regions}).String(); got != want {
				t.Errorf("%q: %s has %s, want %s", c.file, email, got, want)
			}
		}
		after := find(t, s, "anna@example.net")
		if after.Name != before.Name || after.Preferences.Frequency != before.Preferences.Frequency || after.Preferences.TimeZone != before.Preferences.TimeZone || after.State != before.State {
			t.Errorf("%q: anna is %+v", c.file, after)
		}
		if again, _ := importCSV(t, s, c.file, false); again.Updated+again.Added+again.Wrong > 0 {
			t.Errorf("%q: a second import: %+v", c.file, again)
		}
	}
}

// TestOptOutsOfOtherToolsNeverBecomeActive imports a reader with an opt-out in a column,
// once as a new and once as a known reader.
func TestOptOutsOfOtherToolsNeverBecomeActive(t *testing.T) {
	testkit.Heavy(t)
	type out struct {
		state  subscribers.State
		reason subscribers.Reason
	}
	left, bounced, complained, staff := out{subscribers.Left, ""}, out{subscribers.Left, "hard_bounce"}, out{subscribers.Left, "complaint"}, out{subscribers.Left, "staff"}
	refused, active, pending := out{"", "refused"}, out{subscribers.Active, ""}, out{subscribers.Pending, ""}
	s := storeOn(postgrestest.New(t))
	for i, c := range []struct {
		column, cell string
		want         out
	}{
		{"unsubscribed_at", "2021-05-04T10:00:00Z", left},
		{"unsubscribed_at", "", active},
		{"Unsubscribed At", "04.05.2021", left},
		{"UNSUB_TIME", "2021-05-04 10:00:00", left},
		{"subscribed_to_emails", "false", left},
		{"subscribed_to_emails", "true", active},
		{"subscribed_to_emails", "", refused},
		{"subscribed_to_emails", "perhaps", refused},
		{"status", "unsubscribed", left},
		{"status", "cleaned", bounced},
		{"status", "Bounced", bounced},
		{"status", "complained", complained},
		{"status", "Marked as spam", complained},
		{"status", "blocklisted", staff},
		{"status", "suppressed", staff},
		{"status", "enabled", active},
		{"status", "transactional", refused},
		{"status", "non-subscribed", left},
		{"subscribed", "no", left},
		{"subscribed", "yes", active},
		{"Subscribed", "0", left},
		{"is_subscribed", "n", left},
		{"opt_in", "false", left},
		{"opted_in", "TRUE", active},
		{"opted_out", "yes", left},
		{"opted_out", "1", left},
		{"opted_out", "0", active},
		{"opted out", "2020-01-01", left},
		{"HasOptedOutOfEmail", "true", left},
		{"Unsubscribed from all email", "true", left},
		{"email_disabled", "true", left},
		{"email_disabled", "false", active},
		{"global_unsubscribe", "Y", left},
		{"Subscription Status", "unsubscribed", left},
		{"subscription_status", "subscribed", active},
		{"email_status", "hard bounced", bounced},
		{"subscription_status", "unconfirmed", pending},
		{"list_status", "odd", refused},
		{"bounced", "true", bounced},
		{"bounced_at", "2021-05-04", bounced},
		{"CLEAN_TIME", "2021-05-04 10:00:00", bounced},
		{"spam_complaint", "1", complained},
		{"bounced", "0", active},
		{"accepts_marketing", "no", left},
		{"accepts_marketing", "yes", active},
		{"consent", "no", left},
		{"consent", "yes", active},
		{"suppressed", "true", staff},
		{"suppressed", "complaint", complained},
		{"suppressed", "hm", refused},
		{"left_at", "2021-05-04", left},
		{"blacklisted", "x", left},
		{"do_not_contact", "true", left},
		{"bounce_count", "3", refused},
		{"bounce_count", "0", active},
		{"unsubscribe_reason", "too many", refused},
		{"notes", "Unsubscribed", refused},
		{"subscriber_type", "unsubscribed", left},
		{"tags", "unsubscribed", refused},
		{"notes", "met in Baku", active},
		{"note", "", active},
		{"type", "regular", active},
		{"type", "removed", refused},
		{"type", "undeliverable", refused},
		{"type", "Blocked", refused},
		{"type", "unactivated", refused},
		{"undeliverability_reason", "mailbox gone", refused},
		{"active_subscription", "false", active},
		{"plan", "cancelled", active},
		{"plan", "cancelado", active},
		{"note", "trabajador", active},
		{"Abgemeldet am", "2023-01-02", refused},
		{"Abgemeldet am", "", active},
		{"Отписан", "да", refused},
		{"Désinscrit", "oui", refused},
		{"Desabonne\u0301 le", "2023-01-02", refused},
		{"Abbestellt", "ja", refused},
		{"Abbestellt", "nein", active},
		{"Fecha de baja", "2023-01-02", refused},
		{"Baja", "sí", left},
		{"left_on", "2023-01-02", left},
		{"Globaler Status", "Abgemeldet", refused},
		{"Globaler Status", "Abonniert", active},
		{"Listenstatus", "Unbestätigt", refused},
		{"État global", "Désabonné", refused},
		{"Estado", "Dado de baja", refused},
		{"Статус", "отписался", refused},
		{"Статус", "подписан", active},
		{"Durum", "Abonelikten çıktı", refused},
		{"Newsletter", "nein", refused},
		{"Newsletter", "ja", active},
		{"Abonniert", "Nein", refused},
		{"Рассылка", "нет", refused},
		{"subscribed", "ja", active},
		{"subscribed", "нет", left},
		{"Email notifications", "off", refused},
		{"Marketing", "never", refused},
		{"confirmed", "0", refused},
		{"confirmed", "1", active},
		{"Email Suppressions", "[]", active},
		{"Email Suppressions", `"[""UNSUBSCRIBE""]"`, refused},
		{"tags", `"""vip"",""unsubscribed"""`, refused},
		{"tags", `"""vip"",""energy"""`, active},
		{"mail_ok", "no", refused},
		{"mail_ok", "yes", active},
		{"Newsletter", "No", refused},
		{"Newsletter", "Weekly Brief", active},
		{"wants_mail", "false", refused},
		{"GDPR", "withdrawn", refused},
		{"GDPR", "", active},
	} {
		for _, known := range []bool{false, true} {
			email := fmt.Sprintf("ben%d.%v@example.org", i, known)
			if known {
				if _, err := s.Add(t.Context(), strings.ToUpper(email), "", subscribers.Preferences{}, noon); err != nil {
					t.Fatal(err)
				}
			}
			got, wrong := importCSV(t, s, fmt.Sprintf("email,%s\n%s,%s\n", c.column, email, c.cell), false)
			r, err := s.Find(t.Context(), email)
			if c.want == pending && known {
				c.want = active // a row does not take a confirmation back
			}
			if c.want == refused {
				if got.Wrong != 1 || len(wrong) != 1 || !known && err == nil || known && (r.State != subscribers.Active || r.Suppressed != "") {
					t.Errorf("%s=%q, known %v: %+v %q %+v", c.column, c.cell, known, got, wrong, r)
				}
				continue
			}
			if err != nil || r.State != c.want.state || r.Suppressed != c.want.reason || len(wrong) > 0 {
				t.Errorf("%s=%q, known %v: %s %q, %q, %v; want %v", c.column, c.cell, known, r.State, r.Suppressed, wrong, err, c.want)
			}
		}
	}
}

// TestARowNeverTakesAnOptOutBack imports rows that say "active" in every possible way.
func TestARowNeverTakesAnOptOutBack(t *testing.T) {
	s := storeOn(postgrestest.New(t))
	list := func(rows ...string) string {
		return "email,status,subscribed,confirmed_at,created_at,unsubscribed_at\n" + strings.Join(rows, "\n") + "\n"
	}
	importCSV(t, s, list("left@example.org,left,yes,,,", "bounced@example.org,bounced,yes,,,", "both@example.org,active,yes,,,2020-01-01",
		"twice@example.org,active,yes,,,", "TWICE@example.org,unsubscribed,yes,,,", "spam@example.org,active,yes,,,", "spam@example.org,complained,yes,,,"), false)
	want := map[string]string{"left": "left ", "bounced": "left hard_bounce", "both": "left ", "twice": "left ", "spam": "left complaint"}
	for range 2 {
		for name, state := range want {
			r := find(t, s, name+"@example.org")
			if got := string(r.State) + " " + string(r.Suppressed); got != state {
				t.Errorf("%s is %q, want %q", name, got, state)
			}
		}
		var rows []string
		for name := range want {
			rows = append(rows, name+"@example.org,active,yes,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,")
		}
		slices.Sort(rows)
		importCSV(t, s, list(rows...), false)
	}
	// A complaint by a reader that has left is stored too.
	importCSV(t, s, "email,status\nleft@example.org,complained\n", false)
	if r := find(t, s, "left@example.org"); r.Suppressed != "complaint" {
		t.Errorf("%+v", r)
	}
}
