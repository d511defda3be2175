package message

import (
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestTheSenderOfFeedbackIsShortAndStable(t *testing.T) {
	for domain, want := range map[string]string{
		"example.org": "exampl-x6v4g5bs", "Example.ORG": "exampl-x6v4g5bs", "cpc.example.org": "", "a.de": "", "xn--bcher-kva.example": "", "bücher.example": "", "": "",
	} {
		got := FeedbackSender(domain)
		if !regexp.MustCompile(`^[a-z0-9-]{5,15}$`).MatchString(got) || want != "" && got != want {
			t.Errorf("the sender of %q is %q, want %q", domain, got, want)
		}
	}
	if FeedbackSender("a.example.org") == FeedbackSender("b.example.org") {
		t.Error("two domains have one sender")
	}
}

// readHeaders returns the headers of a rendering's email with the headers of complaints.
func readHeaders(t *testing.T, s *Signer, r Rendering) (raw []byte, headers mail.Header) {
	t.Helper()
	letterhead := testLetterhead
	letterhead.Headers = NewHeaders(ComplaintHeaders("fbl@example.org")...)
	template, err := Compose(letterhead, r, "html")
	if err != nil {
		t.Fatal(err)
	}
	raw, err = template.Splice(nil, testPersonal(testRecipient()), testRecipient(), "<12.3456.mac@example.org>", time.Now(), s)
	if err != nil {
		t.Fatal(err)
	}
	read, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return raw, read.Header
}

func TestHeadersNameListAndKindOfAnEdition(t *testing.T) {
	for _, test := range []struct{ kind, list, wantList, wantFeedback, wantAuto string }{
		{"digest", "", "<digest.example.org>", "12:all:digest:", "auto-generated"},
		{"special", "", "<digest.example.org>", "12:all:special:", ""},
		{"special", "eep.programs", "<eep.programs.example.org>", "12:eep.programs:special:", ""},
		{"", "", "<digest.example.org>", "12:all:edition:", ""}, // rendered by an older version
	} {
		r := digest()
		r.Kind, r.List = test.kind, test.list
		_, h := readHeaders(t, bothKeys(t), r)
		if got := h.Get("List-Id"); got != test.wantList {
			t.Errorf("%+v: List-Id is %s", test, got)
		}
		if got, want := h.Get("Feedback-ID"), test.wantFeedback+FeedbackSender("example.org"); got != want {
			t.Errorf("%+v: Feedback-ID is %s, want %s", test, got, want)
		}
		if got := h.Get("Auto-Submitted"); got != test.wantAuto {
			t.Errorf("%+v: Auto-Submitted is %q", test, got)
		}
		if h.Get("CFBL-Address") != "fbl@example.org; report=arf" || h.Get("CFBL-Feedback-ID") != "12.3456.mac" {
			t.Errorf("%+v: complaints go to %q about %q", test, h.Get("CFBL-Address"), h.Get("CFBL-Feedback-ID"))
		}
	}
}

// Complaints and feedback are believed only when they are signed, and a field that a mail
// server adds breaks no signature.
func TestSignaturesCoverFeedback(t *testing.T) {
	s := bothKeys(t)
	raw, _ := readHeaders(t, s, digest())
	_, all := verified(t, s, raw)
	covered := strings.ToLower(strings.Join(all[0].HeaderKeys, " "))
	for _, name := range signedIfPresent {
		if !strings.Contains(covered, strings.ToLower(name)) {
			t.Errorf("%s is not covered by %q", name, covered)
		}
		changed := strings.Replace(string(raw), "\n"+name+": ", "\n"+name+": x", 1)
		if holding, _ := verified(t, s, []byte(changed)); holding != 0 {
			t.Errorf("%d signatures hold with another %s", holding, name)
		}
		if holding, _ := verified(t, s, append([]byte(name+": added\r\n"), raw...)); holding != 2 {
			t.Errorf("%d signatures hold with one more %s on top", holding, name)
		}
	}
	single, err := s.Sign([]byte("From: news@example.org\r\nSubject: x\r\n\r\nhello\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range signedIfPresent {
		if holding, _ := verified(t, s, append([]byte(name+": added\r\n"), single...)); holding != 2 {
			t.Errorf("%d signatures hold after a server added %s", holding, name)
		}
	}
}
