package templates_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"corridor/templates"
)

var site = templates.Site{Title: "Review & Co", SiteURL: "https://www.example.org", BaseURL: "https://example.org/news", Address: "1 Street", Language: "en"}

// views are complete views of every reader page.
var views = []templates.View{
	templates.ErrorView{Heading: "No", Text: "Not here.", Links: []templates.Link{{Label: "Start", URL: "/"}}},
	templates.HomeView{
		Title: "Review", Programs: []string{"A", "B"}, Regions: []string{"C"}, Form: form, Feeds: []templates.Link{{Label: "All", URL: "/feeds/all.atom"}},
		Latest: []templates.ArticleEntry{{Title: "<b>", URL: "https://www.example.org/1", Authors: []string{"X", "Y"}, Date: time.Unix(0, 0), Labels: []string{"A"}}, {Title: "Bare", URL: "/articles/1"}},
	},
	templates.SignedUpView{From: "news@example.org"},
	templates.ConfirmView{Email: "a@example.org", Summary: "One digest a day."},
	templates.ConfirmView{Email: "a@example.org", Confirmed: true, Links: links},
	templates.PreferencesView{Action: "/preferences/x", Email: "a@example.org", State: "active", Form: form, Meaning: "12 articles", Done: "Saved.", PauseError: "choose a day", Links: links},
	templates.PreferencesView{Action: "/preferences/x", State: "active", Form: form, PausedUntil: time.Unix(0, 0), Links: links},
	templates.PreferencesView{Action: "/preferences/x", State: "left", Form: form, Erase: true, Links: links},
	templates.UnsubscribeView{Action: "/unsubscribe/x", Email: "a@example.org", LessOften: true, Preferences: "/preferences/x"},
	templates.UnsubscribeView{Left: true},
	templates.EditionLinkView{Action: "/editions/7", Email: "a@", Errors: map[string]string{"email": "no address"}},
	templates.EditionLinkView{Sent: true, From: "news@example.org"},
	templates.ErasedView{},
	templates.ArticleView{
		Title: "T", Authors: []string{"A"}, Date: time.Unix(0, 0), Updated: time.Unix(9, 0), Labels: []templates.Link{{Label: "E", URL: "/feeds/x.atom"}},
		Minutes: 4, Language: "az", ImageURL: "https://www.example.org/a.jpg", ImageCredit: "C", Body: "<p>x</p>",
	},
}

var links = templates.ReaderLinks{Preferences: "/preferences/x", Unsubscribe: "/unsubscribe/x", Feed: "/feeds/readers/x"}

var form = templates.ReaderForm{
	Email: "a@localhost", Name: `"><script>`, Programs: []templates.Choice{{Value: "a", Label: "A", Checked: true}},
	Regions: []templates.Choice{{Value: "c", Label: "C"}}, Frequencies: []templates.Choice{{Value: "daily", Label: "Daily", Hint: "each day"}},
	Formats: []templates.Choice{{Value: "html", Label: "HTML"}}, Languages: []templates.Choice{{Value: "en", Label: "English"}},
	Zones: templates.Zones("Europe/Kiev"), Errors: map[string]string{"email": "no dot", "programs": "no such program"},
}

func TestEveryPageRenders(t *testing.T) {
	pages, err := templates.NewPages(site)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range views {
		var b bytes.Buffer
		err := pages.Render(&b, templates.Page{
			Title: "T", View: v, Canonical: "/",
			Alternates: []templates.Alternate{{Title: "All", Type: "application/atom+xml", URL: "/feeds/all.atom"}},
		})
		if err != nil {
			t.Errorf("%s: %v", v.PageName(), err)
			continue
		}
		page := b.String()
		for _, bad := range []string{"<script>", "<no value>", `href=""`, `action=""`, "ZgotmplZ"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: has %q", v.PageName(), bad)
			}
		}
		for _, good := range []string{"</html>", "Review &amp; Co", `type="application/atom+xml"`, `href="https://example.org/news/feeds/all.atom"`, `href="/news/static/style.css?v=`} {
			if !strings.Contains(page, good) {
				t.Errorf("%s: has no %q", v.PageName(), good)
			}
		}
	}
}

func TestZones(t *testing.T) {
	groups := templates.Zones("Europe/Kiev")
	if groups[0].Name != "Chosen" || !groups[0].Zones[0].Checked {
		t.Errorf("an older name is not offered: %+v", groups[0])
	}
	n := 0
	for _, g := range templates.Zones("Asia/Baku") {
		for _, z := range g.Zones {
			if _, err := time.LoadLocation(z.Value); err != nil {
				t.Error(err)
			}
			if z.Checked {
				n++
			}
		}
	}
	if n != 1 {
		t.Errorf("%d zones are chosen", n)
	}
}
