package editions

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"corridor/mailer/message"
	"corridor/subscribers"
)

func (w *world) personaliser() *Personaliser {
	w.t.Helper()
	signer, err := subscribers.NewSigner([]subscribers.Key{{ID: 1, Secret: []byte("0123456789abcdef0123456789abcdef"), CreatedAt: monday}}, func() time.Time { return monday })
	if err != nil {
		w.t.Fatal(err)
	}
	p, err := w.store.NewPersonaliser(w.ctx, signer)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func TestPersonal(t *testing.T) {
	w := newWorld(t)
	p := w.personaliser()
	r := w.reader("r@example.com", Daily, "UTC", []string{"eep", "spp"}, []string{"central-asia", "gone"})
	set := w.number(`SELECT preference_set_id FROM subscribers WHERE id = $1`, r)
	got := p.Personal(message.Recipient{EditionID: 7, SubscriberID: r, VariantID: 3, PreferenceSetID: set, Name: "Aigerim\r\nBcc: x", LinkVersion: 1})
	if got.Greeting != "Dear Aigerim Bcc: x," {
		t.Errorf("greeting %q", got.Greeting)
	}
	if want := "You get this because you follow the Energy and Economy Program and the Security and Politics Program on Central Asia and gone."; got.Why != want {
		t.Errorf("why %q", got.Why)
	}
	if got.ViewURL != "https://news.example.org/editions/7/3" {
		t.Errorf("view %s", got.ViewURL)
	}
	for purpose, address := range map[string]string{subscribers.PurposePreferences: got.PreferencesURL, subscribers.PurposeUnsubscribe: got.UnsubscribeURL} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		token, err := p.signer.Verify(purpose, u.Path[strings.LastIndexByte(u.Path, '/')+1:])
		if err != nil || token.SubscriberID != r || token.EditionID != 7 {
			t.Errorf("%s: %+v, %v", address, token, err)
		}
	}
	everything := w.number(`SELECT preference_set_id FROM subscribers WHERE id = $1`, w.reader("all@example.com", Daily, "UTC", nil, nil))
	special, err := w.store.CreateSpecial(w.ctx, Special{Subject: "S", Intro: "I"}, monday)
	if err != nil {
		t.Fatal(err)
	}
	got = p.Personal(message.Recipient{EditionID: special, PreferenceSetID: everything})
	if want := "You get this special edition as a reader of Caspian Policy Center. You follow everything we publish."; got.Why != want || got.Greeting != "Dear reader," {
		t.Errorf("%q, %q", got.Why, got.Greeting)
	}
}

func BenchmarkPersonal(b *testing.B) {
	w := newWorld(b)
	p := w.personaliser()
	r := message.Recipient{EditionID: 1, SubscriberID: w.reader("r@example.com", Daily, "UTC", nil, nil), VariantID: 1, PreferenceSetID: 1, Name: "Aigerim", LinkVersion: 1}
	p.known[1] = about{Kind: "digest", Address: "0123456789abcdef0123456789abcdef"}
	for b.Loop() {
		p.Personal(r)
	}
}
