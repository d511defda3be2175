package templates

import "testing"

func TestLetter(t *testing.T) {
	letters, err := NewLetters()
	if err != nil {
		t.Fatal(err)
	}
	h, text, err := letters.Render(Letter{
		Language: "en", Title: "Caspian & Co", SiteURL: "https://www.example.org", Address: "1015 Example Street NW, Washington, DC",
		Subject: "Please confirm your subscription", Preheader: "Confirm your subscription.", Heading: "Confirm your subscription",
		Text:   []string{"Somebody, probably you, asked us to send mails to this address: one digest a week, with everything new."},
		Button: "Confirm", URL: "https://news.example.org/confirm/AAECAwQFBgcICQoLDA0ODw",
		After: []string{"It was not you? Then do nothing, and you will hear no more."},
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "letter.html", h)
	golden(t, "letter.txt", text)
}
