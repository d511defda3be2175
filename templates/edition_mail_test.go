package templates

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs; if it is meant to, run the test with -update:\n%s", file, diff)
	}
}

// sampleMail has the contents of real emails, and of hostile ones.
func sampleMail() EditionMail {
	return EditionMail{
		Language: "en", Title: "Caspian Policy Center", SiteURL: "https://www.example.org", Address: "1015 Example Street NW, Washington, DC",
		Subject:   "Caspian Policy Center daily: Kazakhstan and Azerbaijan Aim to Enhance Strategic Partnership and 5 more",
		Preheader: "Also: A Corridor of Wires: Why Green Power Crosses the Sea; Что дальше для Актау?",
		Dateline:  "Daily digest · 24 November 2026",
		Sections: []MailSection{
			{"Energy and Economy Program", []MailArticle{
				{
					Title: "Kazakhstan and Azerbaijan Aim to Enhance Strategic Partnership", URL: "https://www.example.org/research/kazakhstan-and-azerbaijan", Byline: "Toghrul Ali · 17 April 2023",
					Summary:  "On April 10, Azerbaijan’s President Ilham Aliyev made a state visit to Kazakhstan. The two sides signed a number of documents that deepen a partnership in transport, energy and trade.",
					ImageURL: "https://www.example.org/images/visit.jpg", ImageAlt: "Picture: Kazakhstan and Azerbaijan Aim to Enhance Strategic Partnership", ImageCredit: "President of the Republic of Azerbaijan",
				},
				{
					Title: "A Corridor of Wires: Why Green Power Crosses the Sea", URL: "https://www.example.org/research/wires?a=1&b=2", Byline: "Dante Schulz and Aigerim Toleukhanova · 22 November 2026",
					Summary: "A cable under the Caspian would carry wind and sun from Mangystau to Baku, and on.",
				},
			}},
			{"Security and Politics Program", []MailArticle{
				{Title: "Что дальше для Актау?", URL: "https://www.example.org/ru/aktau", Byline: "Ержан Қазыбек · 21 November 2026", Summary: "Порт растёт быстрее, чем железная дорога к нему."},
				{Title: "بحر قزوين: ماذا بعد؟", URL: "https://www.example.org/ar/caspian", Byline: "ليلى حسن", Summary: "ملخص قصير للمقال."},
			}},
			{"Also", []MailArticle{
				{Title: `<script>alert("x")</script> & {{corridor:unsubscribe_url}} "quoted"`, URL: "javascript:alert(1)", Summary: "Tom & Jerry <b>bold</b> 😀"},
			}},
		},
		Rest: []MailArticle{
			{Title: "One More", URL: "https://www.example.org/research/more", Byline: "Toghrul Ali", Summary: "It stands on the web page."},
		},
	}
}

func TestEditionMail(t *testing.T) {
	mails, err := NewMails()
	if err != nil {
		t.Fatal(err)
	}
	mail, err := mails.Edition(sampleMail())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "edition.html", mail.HTML)
	golden(t, "edition.txt", mail.Text)
	web, places := WebEdition(mail)
	golden(t, "edition-web.html", web)
	if len(places) != len(mail.HTMLPlaces) {
		t.Errorf("the page has %d placeholders, the mail %d", len(places), len(mail.HTMLPlaces))
	}
	for part, places := range map[string][]int64{mail.HTML: mail.HTMLPlaces, mail.Text: mail.TextPlaces} {
		n := 0
		for _, place := range places {
			if strings.HasPrefix(part[place:], "{{corridor:unsubscribe_url}}") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d places to unsubscribe", n)
		}
	}
	if strings.Contains(mail.HTML, "<script") || strings.Contains(mail.HTML, "javascript:") {
		t.Error("an article's markup is alive in the mail")
	}
	for line := range strings.Lines(mail.Text) {
		if utf8.RuneCountInString(line) > mailWidth+1 && !strings.HasPrefix(line, "http") {
			t.Errorf("a long line: %s", line)
		}
	}
}

func TestSpecialMail(t *testing.T) {
	mails, err := NewMails()
	if err != nil {
		t.Fatal(err)
	}
	view := sampleMail()
	view.Dateline, view.Sections[0].Heading, view.Rest = "Special edition · 24 November 2026", "", nil
	view.Sections = view.Sections[:1]
	view.Subject, view.Preheader = "A summit in Astana", "Dear friends"
	view.Intro = []string{"Leaders meet in Astana this week. We have collected what our analysts wrote on what is at stake, and what is not.", "We will be there, and report."}
	mail, err := mails.Edition(view)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "special.html", mail.HTML)
	golden(t, "special.txt", mail.Text)
}

func FuzzWrapText(f *testing.F) {
	f.Add("a few words that are to be wrapped at some place or other, \xff\x00 not every one of them short")
	f.Fuzz(func(t *testing.T, s string) {
		got := wrapText(s)
		if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(s), " ") {
			t.Fatalf("words are lost in %q", got)
		}
		for line := range strings.SplitSeq(got, "\n") {
			if utf8.RuneCountInString(line) > mailWidth && len(strings.Fields(line)) > 1 {
				t.Fatalf("line of %d: %q", utf8.RuneCountInString(line), line)
			}
		}
	})
}
