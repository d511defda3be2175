package subscribers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/subscribers"
	"corridor/testkit"

	"github.com/google/go-cmp/cmp"
)

// importFile imports a file as the command does, and returns a line for each reader and
// each wrong row.
func importFile(t *testing.T, s *subscribers.Store, file string, content []byte, o subscribers.FileOptions) (lines []string, err error) {
	t.Helper()
	o.Name = file
	_, err = s.Import(t.Context(), strings.NewReader(string(content)), subscribers.ImportOptions{
		FileOptions: o, Now: noon, Wrong: func(e subscribers.RowError) { lines = append(lines, e.Error()) },
	})
	if err != nil {
		return nil, err
	}
	err = s.Each(t.Context(), subscribers.Filter{}, func(r subscribers.Subscriber) error {
		lines = append(lines, strings.TrimSpace(fmt.Sprint(r.Email, " ", r.State, " ", r.Suppressed, " ", r.Name)))
		return nil
	})
	return lines, err
}

// TestFilesOfOtherTools imports a file of each tool, recognised and named.
func TestFilesOfOtherTools(t *testing.T) {
	testkit.Heavy(t)
	for _, c := range []struct {
		file, from string
		named      bool // the file is refused without --from
		want       []string
	}{
		{"subscribed_email_audience_export_5f3a.csv", "mailchimp", false, []string{"anna@example.net active  Anna Aliyeva", "ben@example.net active  Ben"}},
		{"unsubscribed_email_audience_export_5f3a.csv", "mailchimp", false, []string{"carl@example.net left  Carl C", "dora@example.net left  Dora D"}},
		{"cleaned_email_audience_export_5f3a.csv", "mailchimp", false, []string{"emil@example.net left hard_bounce Emil E"}},
		{"nonsubscribed_email_audience_export_5f3a.csv", "mailchimp", false, []string{"fred@example.net left  Fred F"}},
		{"ghost.csv", "ghost", false, []string{"anna@example.net active  Anna Aliyeva", "ben@example.net left", "carl@example.net left  Carl"}},
		{"listmonk.csv", "listmonk", true, []string{"anna@example.net active  Anna", "ben@example.net left  Ben", "carl@example.net left staff Carl"}},
		{"substack.csv", "substack", false, []string{"anna@example.net active", "ben@example.net active", "carl@example.net left"}},
		{"mailpoet.csv", "mailpoet", false, []string{
			"anna@example.net active  Anna Aliyeva", "ben@example.net left  Ben", "carl@example.net left  Carl", "dora@example.net left hard_bounce Dora",
			"emil@example.net left  Emil", "fred@example.net pending  Fred", "greta@example.net left  Greta",
		}},
		{"buttondown.csv", "buttondown", false, []string{
			`line 9, column 8 (subscriber_type): "paused" is not a status: use active, pending, left or suppressed`,
			"anna@example.net active", "ben@example.net left", "carl@example.net left hard_bounce", "dora@example.net left complaint",
			"emil@example.net pending", "fred@example.net left staff", "greta@example.net active",
		}},
	} {
		content, err := os.ReadFile(filepath.Join("testdata/tools", c.file))
		if err != nil {
			t.Fatal(err)
		}
		for _, from := range []string{"", c.from} {
			got, err := importFile(t, storeOn(postgrestest.New(t)), c.file, content, subscribers.FileOptions{From: from})
			if c.named && from == "" {
				if err == nil || !strings.Contains(err.Error(), "--from "+c.from+" --as left") {
					t.Errorf("%s without --from: %q, %v", c.file, got, err)
				}
				continue
			}
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%s from %q: %v\n%s", c.file, from, err, diff)
			}
		}
	}
}

// TestTimesOfOtherToolsAreKept checks the times and the zone of a Mailchimp export.
func TestTimesOfOtherToolsAreKept(t *testing.T) {
	s := storeOn(postgrestest.New(t))
	for _, file := range []string{"subscribed_email_audience_export_5f3a.csv", "unsubscribed_email_audience_export_5f3a.csv"} {
		content, err := os.ReadFile(filepath.Join("testdata/tools", file))
		if err == nil {
			_, err = importFile(t, s, file, content, subscribers.FileOptions{})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	d, err := s.Dossier(t.Context(), find(t, s, "anna@example.net").ID)
	if err != nil || !strings.Contains(string(d.Consent), `"mailchimp"`) {
		t.Errorf("the evidence of consent is %s, %v", d.Consent, err)
	}
	anna, ben, carl := find(t, s, "anna@example.net"), find(t, s, "ben@example.net"), find(t, s, "carl@example.net")
	if !anna.CreatedAt.Equal(time.Date(2024, 3, 14, 9, 12, 31, 0, time.UTC)) || !anna.ConfirmedAt.Equal(time.Date(2024, 3, 14, 9, 14, 0, 0, time.UTC)) || anna.Preferences.TimeZone != "Asia/Baku" {
		t.Errorf("%+v", anna)
	}
	if !ben.CreatedAt.Equal(ben.ConfirmedAt) || ben.Preferences.TimeZone != "UTC" {
		t.Errorf("%+v", ben)
	}
	if !carl.LeftAt.Equal(time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)) {
		t.Errorf("%+v", carl)
	}
}

// TestColumnsThatStaffMap imports files of unknown tools.
func TestColumnsThatStaffMap(t *testing.T) {
	testkit.Heavy(t)
	for _, c := range []struct {
		file    string
		options subscribers.FileOptions
		want    []string // or what the error says
	}{
		{"E-Mail,Vorname,Nachname\na@example.org,Änna,Ö\n", subscribers.FileOptions{Columns: map[string]string{"vorname": "first_name", "Nachname": "last_name"}}, []string{"a@example.org active  Änna Ö"}},
		{"Adresse,Themen,Abgemeldet am\na@example.org,energy,\nb@example.org,trade,2021-01-01\n", subscribers.FileOptions{Columns: map[string]string{"Adresse": "email", "Themen": "programs", "Abgemeldet am": "left_at"}}, []string{"a@example.org active", "b@example.org left"}},
		{"email;Tags\na@example.org;energy, trade\n", subscribers.FileOptions{Columns: map[string]string{"Tags": "programs"}}, []string{"a@example.org active"}},
		{"Email Address,LEID,OPTIN_TIME\na@example.org,1,1/2/2020 10:00\n", subscribers.FileOptions{}, []string{
			`line 2, column 3 (OPTIN_TIME): "1/2/2020 10:00" is not a time; it should look like 2026-03-02T12:00:00Z; --map 'OPTIN_TIME=-' leaves the column out`,
		}},
		{"Email Address,LEID,OPTIN_TIME\na@example.org,1,1/2/2020 10:00\n", subscribers.FileOptions{Columns: map[string]string{"OPTIN_TIME": "-"}}, []string{"a@example.org active"}},
		{"email,mail_ok\na@example.org,no\n", subscribers.FileOptions{Columns: map[string]string{"mail_ok": "-"}}, []string{"a@example.org active"}},
		{"email\na@example.org\n", subscribers.FileOptions{As: "unsubscribed"}, []string{"a@example.org left"}},
		{"email,status\na@example.org,active\nb@example.org,complained\n", subscribers.FileOptions{As: "bounced"}, []string{"a@example.org left hard_bounce", "b@example.org left complaint"}},
		{"email\na@example.org\n", subscribers.FileOptions{As: "pending"}, []string{"a@example.org pending"}},
		{"email\na@example.org\n", subscribers.FileOptions{As: "perhaps"}, []string{"is not a status"}},
		{"email\na@example.org\n", subscribers.FileOptions{From: "pigeon"}, []string{"there is no tool"}},
		{"email\na@example.org\n", subscribers.FileOptions{Encoding: "pigeon"}, []string{"there is no encoding"}},
		{"email\na@example.org\n", subscribers.FileOptions{Columns: map[string]string{"x": "email"}}, []string{"no column \"x\" to map"}},
		{"email\na@example.org\n", subscribers.FileOptions{Columns: map[string]string{"email": "address"}}, []string{"no column \"address\" here"}},
		{"email,E-Mail\na@example.org,b@example.org\n", subscribers.FileOptions{}, []string{"are both email"}},
		{"x\na@example.org\n", subscribers.FileOptions{}, []string{"--map THEIRS=email"}},
	} {
		got, err := importFile(t, storeOn(postgrestest.New(t)), "list.csv", []byte(c.file), c.options)
		if err != nil {
			got = nil
			if strings.Contains(err.Error(), c.want[0]) {
				continue
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q with %+v: %q, %v; want %q", c.file, c.options, got, err, c.want)
		}
	}
}
