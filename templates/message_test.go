package templates

import "testing"

func TestMessage(t *testing.T) {
	messages, err := NewMessages()
	if err != nil {
		t.Fatal(err)
	}
	h, text, err := messages.Render(Message{
		Language: "en", Title: "Caspian & Co", SiteURL: "https://www.example.org", Address: "1015 Example Street NW, Washington, DC",
		Subject: "Please confirm your subscription", Preheader: "Confirm your subscription.", Heading: "Confirm your subscription",
		Text:   []string{"Somebody, probably you, asked us to send mails to this address: one digest a week, with everything new."},
		Button: "Confirm", URL: "https://news.example.org/confirm/AAECAwQFBgcICQoLDA0ODw",
		After: []string{"It was not you? Then do nothing, and you will hear no more."},
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "message.html", h)
	golden(t, "message.txt", text)
}
