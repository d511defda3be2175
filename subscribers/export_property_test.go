package subscribers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/subscribers"
	"corridor/testkit"

	"pgregory.net/rapid"
)

// TestExportIsTheIdentityProperty gives random readers random histories in one
// installation, and moves all of them to another after each step.
func TestExportIsTheIdentityProperty(t *testing.T) {
	testkit.Heavy(t)
	here, there := storeOn(postgrestest.New(t)), storeOn(postgrestest.New(t))
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 3).Draw(r, "readers") {
			n++
			randomReader(t, r, here, n)
		}
		file := export(t, here)
		got, wrong := importCSV(t, there, file, false)
		if got.Updated+got.Wrong > 0 || len(wrong) > 0 {
			r.Fatalf("%+v %q", got, wrong)
		}
		if again := export(t, there); again != file {
			r.Fatalf("there are\n%s\nhere\n%s", again, file)
		}
	})
}

func randomReader(t *testing.T, r *rapid.T, s *subscribers.Store, n int) {
	t.Helper()
	ctx, yes := t.Context(), rapid.Bool()
	email := fmt.Sprintf("%sReader%d@example.org", rapid.SampledFrom([]string{"", "=", "+1.", "-", "a'b."}).Draw(r, "local part"), n)
	slugs := func(of ...string) []string {
		return rapid.SliceOfDistinct(rapid.SampledFrom(of), rapid.ID).Draw(r, "slugs")
	}
	p := subscribers.Preferences{
		Programs: slugs("energy", "trade"), Regions: slugs("central-asia", "caucasus"), Frequency: rapid.SampledFrom(subscribers.Frequencies).Draw(r, "frequency"),
		Format: rapid.SampledFrom(subscribers.Formats).Draw(r, "format"), Language: rapid.SampledFrom([]string{"", "ru", "zh-Hant"}).Draw(r, "language"),
		TimeZone: rapid.SampledFrom([]string{"UTC", "Asia/Baku", "America/New_York"}).Draw(r, "zone"),
	}
	name := rapid.StringMatching(`[=+\-@' ;",a-zА-я＝]{0,12}`).Draw(r, "name")
	at := func(label string) time.Time {
		return noon.Add(time.Duration(rapid.Int64Range(0, 1e13).Draw(r, label)) * time.Microsecond)
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(email, err)
		}
	}
	if yes.Draw(r, "moved in") {
		_, wrong := importCSV(t, s, "email,had_until\n"+email+","+at("had").Format(time.RFC3339Nano)+"\n", false)
		if len(wrong) > 0 {
			t.Fatal(wrong)
		}
	} else if yes.Draw(r, "signs up") {
		signUp(t, s, email, at("signed up"), p)
		if yes.Draw(r, "forgotten") {
			check(s.Suppress(ctx, email, subscribers.HardBounce, "5.1.1", at("bounced")))
		}
		return
	} else {
		_, err := s.Add(ctx, email, name, p, at("added"))
		check(err)
	}
	id := find(t, s, email).ID
	if yes.Draw(r, "pauses") {
		check(s.Pause(ctx, id, at("until")))
	}
	if yes.Draw(r, "leaves") {
		check(s.Leave(ctx, id, at("left")))
	}
	if yes.Draw(r, "suppressed") {
		reason := rapid.SampledFrom(subscribers.Reasons()).Draw(r, "reason")
		detail := rapid.SampledFrom([]string{"", "asked; =by phone", "550 5.1.1 <a@b> \"no\"", strings.Repeat("long ", 30)}).Draw(r, "detail")
		check(s.Suppress(ctx, email, reason, detail, at("suppressed")))
	}
	if rapid.IntRange(0, 9).Draw(r, "erased") == 0 {
		check(s.Erase(ctx, id, at("erased")))
	}
}
