package message

import (
	"bytes"
	"errors"
	"html"
	"io"
	netmail "net/mail"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-message"
	gomail "github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"
	"github.com/wneessen/go-mail"
	"pgregory.net/rapid"
)

// substituted fills in the placeholders of a decoded text.
func substituted(s string, p Personal, escape bool) string {
	var pairs []string
	for name, value := range map[string]string{
		"name": p.Name, "greeting": p.Greeting, "why": p.Why,
		"preferences_url": p.PreferencesURL, "unsubscribe_url": p.UnsubscribeURL, "view_url": p.ViewURL,
	} {
		if escape {
			value = html.EscapeString(value)
		}
		pairs = append(pairs, "{{corridor:"+name+"}}", withoutControls(value))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// withoutControls is a value as it is spliced: on one line.
func withoutControls(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

// shownName is a name as the To header shows it.
func shownName(name string) string {
	name = headerText(name)
	if runes := []rune(name); len(runes) > maxName {
		return string(runes[:maxName])
	}
	return name
}

// composeWhole is the message that go-mail writes for one recipient, without placeholders.
func composeWhole(h Letterhead, r Rendering, p Personal, to Recipient, id string, date time.Time) ([]byte, error) {
	m, err := wholeMessage(h, r, p, to, id, date)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = m.WriteTo(&b)
	return b.Bytes(), err
}

func wholeMessage(h Letterhead, r Rendering, p Personal, to Recipient, id string, date time.Time) (*mail.Msg, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(mail.EncodingQP), mail.WithCharset(mail.CharsetUTF8))
	if err := m.From(h.From); err != nil {
		return nil, err
	}
	if h.ReplyTo != "" {
		if err := m.ReplyTo(h.ReplyTo); err != nil {
			return nil, err
		}
	}
	address, err := netmail.ParseAddress(to.Address)
	if err != nil {
		return nil, err
	}
	address.Name = shownName(to.Name)
	if err := m.To(address.String()); err != nil {
		return nil, err
	}
	m.SetDateWithValue(date)
	m.SetMessageIDWithValue(strings.Trim(id, "<>"))
	SetSubject(m, r.Subject) // go-mail takes "=?" in a subject for an encoded word; see subject_test.go
	list, listID, kind := "all", h.ListID, "edition"
	if r.List != "" {
		list, listID = r.List, r.List+strings.TrimPrefix(h.ListID, "digest")
	}
	if r.Kind != "" {
		kind = r.Kind
	}
	m.SetGenHeaderPreformatted("List-Id", "<"+listID+">")
	if kind == "digest" {
		m.SetGenHeader("Auto-Submitted", "auto-generated")
	}
	m.SetGenHeaderPreformatted("List-Unsubscribe", "<"+p.OneClickURL+">")
	m.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	m.SetGenHeader("Feedback-ID", strconv.FormatInt(to.EditionID, 10)+":"+list+":"+kind+":"+h.FeedbackID)
	m.SetGenHeader("Precedence", "bulk")
	m.SetBodyString(mail.TypeTextPlain, substituted(r.Text, p, false))
	if to.Format != "text" {
		m.AddAlternativeString(mail.TypeTextHTML, substituted(r.HTML, p, true))
	}
	return m, nil
}

// messagePart is a decoded part.
type messagePart struct{ Type, Charset, Body string }

// readParts parses a message: the decoded visible headers, and the parts.
func readParts(raw []byte) (map[string]string, []messagePart, error) {
	r, err := gomail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		return nil, nil, err
	}
	headers := map[string]string{}
	for fields := r.Header.Fields(); fields.Next(); {
		value, err := fields.Text()
		if err != nil {
			return nil, nil, err
		}
		if _, twice := headers[fields.Key()]; twice {
			return nil, nil, errors.New("two headers " + fields.Key())
		}
		headers[fields.Key()] = value
	}
	kind, parameters, err := r.Header.ContentType()
	if err != nil {
		return nil, nil, err
	}
	headers["Content-Type"] = kind + " " + parameters["charset"]
	for _, key := range []string{"From", "To", "Reply-To"} {
		list, err := r.Header.AddressList(key)
		if err != nil {
			return nil, nil, err
		}
		for _, a := range list {
			headers[key] = a.Name + "|" + a.Address
		}
	}
	var parts []messagePart
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return headers, parts, nil
		}
		if err != nil {
			return nil, nil, err
		}
		body, err := io.ReadAll(p.Body)
		if err != nil {
			return nil, nil, err
		}
		h := message.Header{Header: p.Header.(*gomail.InlineHeader).Header.Header}
		kind, parameters, _ := h.ContentType()
		parts = append(parts, messagePart{kind, strings.ToLower(parameters["charset"]), strings.TrimRight(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n")})
	}
}

// wireFaults lists violations that a strict server or reader would reject.
func wireFaults(raw []byte) (faults []string) {
	if !bytes.HasSuffix(raw, []byte("\r\n")) {
		faults = append(faults, "the last line has no end")
	}
	head := true
	for line := range bytes.Lines(raw) {
		content, found := bytes.CutSuffix(line, []byte("\r\n"))
		if !found || bytes.ContainsAny(content, "\r\n\x00") {
			faults = append(faults, "a line end that is not CRLF: "+strconv.Quote(string(line)))
		}
		if !isASCII(string(content)) {
			faults = append(faults, "more than 7 bits: "+strconv.Quote(string(line)))
		}
		limit := 76
		if head && !bytes.Contains(content, []byte("=?")) {
			limit = 998
		}
		if bytes.HasPrefix(content, []byte(".")) {
			faults = append(faults, "a dot at a line's begin: "+string(content))
		}
		if len(content) > limit {
			faults = append(faults, "too long: "+string(content))
		}
		if len(content) == 0 {
			head = false
		}
		if !head && len(content) > 0 && (content[len(content)-1] == ' ' || content[len(content)-1] == '\t') {
			faults = append(faults, "a blank at a line's end: "+strconv.Quote(string(line)))
		}
	}
	return faults
}

// hostile generates text of people and of attackers.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", " ", strings.Repeat(".", 200), "Aigerim", "O'Brien", "Ağamalı, <b>Əli</b>", "x\r\nBcc: all@example.org", "a\x00b", ".", "..", "=20", "=", "end ",
			"{{corridor:why}}", "\u202eevil", "👩🏽‍🚀👩🏽‍🚀", "Қазақстан Республикасының Сыртқы істер министрлігі", "=?utf-8?q?no?=", "\tTab\t",
			strings.Repeat("long ", 60), strings.Repeat("ü", 300), "From me", "\"quoted\" \\ back", "a;b:c,d@e<f>(g)[h]",
		}),
		rapid.String(),
	)
}

// placeholderText generates a rendering's body: words, lines of any length, and placeholders
// anywhere.
func placeholderText() *rapid.Generator[string] {
	names := []string{"name", "greeting", "why", "preferences_url", "unsubscribe_url", "view_url"}
	piece := rapid.OneOf(
		rapid.Map(rapid.SampledFrom(names), func(m string) string { return "{{corridor:" + m + "}}" }),
		rapid.SampledFrom([]string{"\n", "\n", ".\n.", "\r\n", " ", "  ", "\t\n", "From the Caspian\n", "<a href=\"", "\">x</a>", "{{corridor:other}}", "{{corridor:", "}}", strings.Repeat("x", 75), strings.Repeat(".", 80), "." + strings.Repeat("x", 73), "." + strings.Repeat("x", 74), ".." + strings.Repeat("x", 73), strings.Repeat("é", 40), "—", "=\n"}),
		rapid.StringMatching(`[ -~Ж-я]{0,100}`),
	)
	return rapid.Map(rapid.SliceOfN(piece, 0, 20), func(p []string) string { return strings.Join(p, "") })
}

// A spliced message is equal, part by part, to the message that go-mail composes for that
// recipient.
func TestSplicedIsWhatGoMailComposesWhole(t *testing.T) {
	signer, err := NewSigner("example.org", DKIMKey{Selector: "e1", File: writeKey(t, "ed25519")})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		r := Rendering{
			Kind: rapid.SampledFrom([]string{"", "digest", "special"}).Draw(t, "kind"), List: rapid.SampledFrom([]string{"", "eep.programs"}).Draw(t, "list"),
			Subject: headerText(hostile().Draw(t, "subject")), Text: placeholderText().Draw(t, "text"), HTML: placeholderText().Draw(t, "html"),
		}
		to := Recipient{
			EditionID: rapid.Int64Range(1, 1<<60).Draw(t, "edition"), SubscriberID: 7, Name: hostile().Draw(t, "name"),
			Address: rapid.SampledFrom([]string{"a@example.net", "\"a b\"@example.net", strings.Repeat("a", 64) + "@" + strings.Repeat("bcdefgh.", 20) + "org"}).Draw(t, "address"),
			Format:  rapid.SampledFrom([]string{"html", "text"}).Draw(t, "format"),
		}
		p := Personal{
			Name: to.Name, Greeting: hostile().Draw(t, "greeting"), Why: hostile().Draw(t, "why"),
			PreferencesURL: "https://news.example.org/preferences/a-b_c?x=1&y=2", UnsubscribeURL: "https://news.example.org/unsubscribe/" + strings.Repeat("t", 90),
			OneClickURL: "https://news.example.org/unsubscribe/" + strings.Repeat("t", 90), ViewURL: "https://news.example.org/editions/1?v=2",
		}
		if !isASCII(to.Name) { // net/mail, and so go-mail, cannot parse such a backslash
			to.Name = strings.ReplaceAll(to.Name, "\\", "/")
		}
		date := time.Date(2026, 3, 29, 2, 30, 0, 0, time.FixedZone("", 5*3600))
		const id = "<12.7.0123456789abcdef@example.org>"
		template, err := Compose(testLetterhead, r, to.Format)
		if err != nil {
			t.Fatal(err)
		}
		prefix := []byte("kept")
		spliced, err := template.Splice(prefix, p, to, id, date, nil)
		if err != nil {
			t.Fatal(err)
		}
		spliced, found := bytes.CutPrefix(spliced, prefix)
		if !found {
			t.Fatal("what stood in dst is gone")
		}
		if faults := wireFaults(spliced); len(faults) > 0 {
			t.Fatalf("%s\n%s", strings.Join(faults, "\n"), spliced)
		}
		withSignature, err := template.Splice(nil, p, to, id, date, signer)
		if err != nil || !bytes.HasSuffix(withSignature, spliced) {
			t.Fatalf("signed it is another message: %v\n%s", err, withSignature)
		}
		if holding, _ := verified(t, signer, withSignature); holding != 1 {
			t.Fatalf("the signature does not hold:\n%s", withSignature)
		}
		whole, err := composeWhole(testLetterhead, r, p, to, id, date)
		if err != nil {
			t.Fatal(err)
		}
		gotHeaders, gotParts, err := readParts(spliced)
		if err != nil {
			t.Fatalf("%v\n%s", err, spliced)
		}
		wantHeaders, wantParts, err := readParts(whole)
		if err != nil {
			t.Fatalf("go-mail's: %v\n%s", err, whole)
		}
		if diff := cmp.Diff(wantHeaders, gotHeaders); diff != "" {
			t.Fatalf("headers (-whole +spliced):\n%s\n%s", diff, spliced)
		}
		if diff := cmp.Diff(wantParts, gotParts); diff != "" {
			t.Fatalf("parts (-whole +spliced):\n%s\n%s", diff, spliced)
		}
	})
}

// Every name results in one mailbox and is read as it was given.
func TestNamesInTheToHeader(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := hostile().Draw(t, "name")
		line := append([]byte("To: "), appendMailbox(nil, name, "a@example.net")...)
		if faults := wireFaults(append(line, "\r\n"...)); len(faults) > 0 {
			t.Fatal(faults)
		}
		list, err := netmail.ParseAddressList(strings.ReplaceAll(string(line[len("To: "):]), "\r\n", ""))
		if err != nil || len(list) != 1 || list[0].Address != "a@example.net" || list[0].Name != shownName(name) {
			t.Fatalf("%q reads as %v, %v", line, list, err)
		}
	})
}

func TestSpliceRefusesToBeginALine(t *testing.T) {
	template, err := Compose(testLetterhead, digest(), "html")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*Recipient, *Personal, *string){
		func(to *Recipient, _ *Personal, _ *string) { to.Address = "a@example.net>\r\nBcc: <b@example.net" },
		func(_ *Recipient, p *Personal, _ *string) { p.OneClickURL += "\n" },
		func(_ *Recipient, _ *Personal, id *string) { *id += "\r" },
		func(to *Recipient, _ *Personal, _ *string) { to.Address = strings.Repeat("a", 990) + "@example.net" },
	} {
		to, id := testRecipient(), "<1@example.org>"
		p := testPersonal(to)
		change(&to, &p, &id)
		if raw, err := template.Splice(nil, p, to, id, time.Now(), nil); err == nil {
			t.Errorf("spliced:\n%s", raw[:300])
		}
	}
}

func TestTemplateOfOneRenderingIsShared(t *testing.T) {
	template, err := Compose(testLetterhead, digest(), "html")
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan []byte, 8)
	for range cap(results) {
		go func() {
			to := testRecipient()
			raw, _ := template.Splice(nil, testPersonal(to), to, "<1@example.org>", time.Unix(1e9, 0), nil)
			results <- raw
		}()
	}
	first := <-results
	for range cap(results) - 1 {
		if !slices.Equal(first, <-results) {
			t.Error("two goroutines got different messages for one reader")
		}
	}
	if !utf8.Valid(first) || template.Size() < len(first)/2 {
		t.Errorf("a template of %d bytes makes messages of %d", template.Size(), len(first))
	}
}
