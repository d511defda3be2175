package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"corridor/testkit"
)

// picked returns the ticked boxes and options of a page, as name=value.
func picked(body string) []string {
	var list []string
	for _, m := range regexp.MustCompile(`name="(choice|programs|regions)" value="([^"]*)" checked`).FindAllStringSubmatch(body, -1) {
		list = append(list, m[1]+"="+m[2])
	}
	return list
}

func (st *site) sets(email string) string {
	p := st.find(email).Preferences
	return strings.Join(p.Programs, ";") + "/" + strings.Join(p.Regions, ";")
}

func TestNothingTickedIsNotEverything(t *testing.T) {
	testkit.Heavy(t)
	for _, c := range []struct {
		name, before string // the reader's programs/regions
		form         string
		status       int
		after        string
		shown        []string // the ticked boxes of a page with status 422
	}{
		{"all boxes unticked", "eep/central-asia", "choice=these", 422, "eep/central-asia", []string{"choice=these"}},
		{"all boxes unticked, on a page of before the question", "eep/central-asia", "choices=yes", 422, "eep/central-asia", []string{"choice=these"}},
		{"all boxes unticked, by a program that sends blanks", "eep/", "choice=these&programs=&regions=+", 422, "eep/", []string{"choice=these"}},
		{"everything", "eep/central-asia", "choice=all", 200, "/", nil},
		{"everything, with hidden ticks", "eep/central-asia", "choice=all&programs=eep", 200, "/", nil},
		{"one dimension", "eep/central-asia", "choice=these&programs=spp", 200, "spp/", nil},
		{"the other dimension", "eep/central-asia", "choice=these&regions=south-caucasus", 200, "/south-caucasus", nil},
		{"a reader of everything stays one", "/", "choice=all", 200, "/", nil},
		{"a reader of everything, on a page of before the question", "/", "choices=yes", 200, "/", nil},
		{"a reader of everything who wants these and ticks none", "/", "choice=these", 422, "/", []string{"choice=these"}},
		{"only the frequency is sent", "eep/central-asia", "frequency=daily", 200, "eep/central-asia", nil},
		{"only programs are sent", "eep/central-asia", "programs=spp", 200, "spp/central-asia", nil},
		{"no such answer", "eep/", "choice=some&programs=spp", 422, "eep/", []string{"choice=these", "programs=spp"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newSite(t)
			form := url.Values{"email": {"a@example.org"}}
			before, regions, _ := strings.Cut(c.before, "/")
			form["programs"], form["regions"] = strings.Fields(before), strings.Fields(regions)
			st.post("/subscribe", form)
			change, err := url.ParseQuery(c.form)
			if err != nil {
				t.Fatal(err)
			}
			status, body := st.post(st.link("preferences", "a@example.org"), change)
			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			if got := st.sets("a@example.org"); got != c.after {
				t.Errorf("chosen is %q, want %q", got, c.after)
			}
			if c.status == 422 && (!slices.Equal(picked(body), c.shown) || !strings.Contains(body, `id="choice-error"`)) {
				t.Errorf("the page shows %v, with a reason: %v", picked(body), strings.Contains(body, `id="choice-error"`))
			}
		})
	}
}

func TestAFormThatIsTooLargeIsNotSaved(t *testing.T) {
	st := newSite(t)
	st.post("/subscribe", url.Values{"email": {"a@example.org"}, "programs": {"eep"}})
	large := url.Values{"choice": {"all"}, "name": {strings.Repeat("a", maxForm)}}
	for _, path := range []string{st.link("preferences", "a@example.org"), "/subscribe"} {
		if status, body := st.post(path, large); status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if got := st.sets("a@example.org"); got != "eep/" {
		t.Errorf("chosen is %q", got)
	}
	leave := st.link("unsubscribe", "a@example.org")
	if _, _ = st.post(leave, large); st.find("a@example.org").State != "left" {
		t.Error("a large request to leave did not count")
	}
}

func TestSignUpAsksForAChoice(t *testing.T) {
	for _, c := range []struct {
		name, form string
		status     int
		after      string
		shown      []string
	}{
		{"these, and none ticked", "choice=these&name=Anna", 422, "", []string{"choice=these"}},
		{"everything", "choice=all", 200, "/", nil},
		{"a form elsewhere without the question", "", 200, "/", nil},
		{"a form elsewhere with boxes alone", "programs=eep", 200, "eep/", nil},
		{"these", "choice=these&regions=central-asia", 200, "/central-asia", nil},
		{"no such answer", "choice=none", 422, "", []string{"choice=all"}},
		{"another field is wrong", "choice=these&programs=eep&time_zone=Nowhere", 422, "", []string{"choice=these", "programs=eep"}},
		{"everything, and another field is wrong", "choice=all&time_zone=Nowhere", 422, "", []string{"choice=all"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newSite(t)
			form, err := url.ParseQuery(c.form + "&email=a@example.org")
			if err != nil {
				t.Fatal(err)
			}
			status, body := st.post("/subscribe", form)
			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			if c.status == 200 {
				if got := st.sets("a@example.org"); got != c.after {
					t.Errorf("chosen is %q, want %q", got, c.after)
				}
				return
			}
			if _, err := st.Subscribers.Find(t.Context(), "a@example.org"); err == nil {
				t.Error("the reader is stored")
			}
			if !slices.Equal(picked(body), c.shown) || !strings.Contains(body, `value="a@example.org"`) {
				t.Errorf("the page shows %v", picked(body))
			}
		})
	}
	st := newSite(t)
	for body, want := range map[string]int{
		`{"email":"a@example.org","choice":"these"}`:                       http.StatusUnprocessableEntity,
		`{"email":"a@example.org","choice":"these","programs":[]}`:         http.StatusUnprocessableEntity,
		`{"email":"a@example.org","choice":"these","programs":["eep"]}`:    http.StatusAccepted,
		`{"email":"b@example.org","choice":"all"}`:                         http.StatusAccepted,
		`{"email":"c@example.org","programs":[],"regions":[]}`:             http.StatusAccepted,
		`{"email":"d@example.org","choice":"both","regions":["atlantis"]}`: http.StatusUnprocessableEntity,
	} {
		status, answer := st.send("POST", "/subscribe", body, "Content-Type", "application/json")
		if status != want || status == 422 && !regexp.MustCompile(`"field": ?"choice"`).MatchString(answer) {
			t.Errorf("%s is answered with %d %s", body, status, answer)
		}
	}
}
