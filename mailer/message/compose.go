package message

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"mime/quotedprintable"
	"strings"

	"github.com/wneessen/go-mail"
)

// Template is a rendering as a message without the headers of its recipient and the values
// of the placeholders. Compose makes it with go-mail, and Splice completes it for each
// recipient. It is immutable and safe for concurrent use.
type Template struct {
	head     []byte // common headers, each with its CRLF
	body     []chunk
	feedback string // suffix of the Feedback-ID
	headers  Headers
	size     int
}

// chunk is encoded bytes, and the placeholder that follows them.
type chunk struct {
	literal []byte
	place   placeholder
	html    bool // the placeholder is in the HTML part
}

// Size estimates the template's memory in bytes.
func (t *Template) Size() int { return t.size }

// These words stand for the bodies in the message that go-mail writes. They are ASCII on
// lines without other text.
const textPlace, htmlPlace = "corridor-text-goes-here", "corridor-html-goes-here"

// Compose makes a rendering's template. format is "html", text and HTML as alternatives
// (multipart/alternative), or "text", plain text only.
func Compose(h Letterhead, r Rendering, format string) (*Template, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(mail.EncodingQP), mail.WithCharset(mail.CharsetUTF8))
	if err := m.From(h.From); err != nil {
		return nil, fmt.Errorf("message: publication.from: %w", err)
	}
	if h.ReplyTo != "" {
		if err := m.ReplyTo(h.ReplyTo); err != nil {
			return nil, fmt.Errorf("message: publication.reply_to: %w", err)
		}
	}
	SetSubject(m, r.Subject)
	if h.ListID != "" {
		m.SetGenHeaderPreformatted("List-Id", "<"+listID(h, r)+">")
	}
	// No vacation replies: RFC 3834 section 5 for emails that no person wrote, and the
	// custom of mailing lists for all.
	m.SetGenHeader("Precedence", "bulk")
	if r.Kind == "digest" {
		m.SetGenHeader("Auto-Submitted", "auto-generated")
	}
	m.SetBodyString(mail.TypeTextPlain, textPlace)
	if format != "text" {
		m.AddAlternativeString(mail.TypeTextHTML, htmlPlace)
		unique := make([]byte, 12)
		_, _ = rand.Read(unique)
		m.SetBoundary("corridor-" + hex.EncodeToString(unique))
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("message: composing: %w", err)
	}
	head, body, found := bytes.Cut(b.Bytes(), []byte("\r\n\r\n"))
	if !found {
		return nil, fmt.Errorf("message: the composed message has no body")
	}
	t := &Template{head: sharedHeaders(head), feedback: feedback(h, r), headers: h.Headers}
	if err := t.fill(body, r, format); err != nil {
		return nil, err
	}
	t.size = len(t.head)
	for _, p := range t.body {
		t.size += len(p.literal) + 48
	}
	return t, nil
}

// sharedHeaders removes the headers that differ between recipients.
func sharedHeaders(head []byte) []byte {
	var kept []byte
	keep := false
	for line := range bytes.Lines(append(bytes.Clone(head), "\r\n"...)) {
		if line[0] != ' ' && line[0] != '\t' { // else it continues the header before
			name, _, _ := strings.Cut(strings.ToLower(string(line)), ":")
			switch name {
			case "date", "message-id", "to", "user-agent", "x-mailer":
				keep = false
			default:
				keep = true
			}
		}
		if keep {
			kept = append(kept, line...)
		}
	}
	return kept
}

// fill inserts the rendering's bodies, quoted-printable, at their places.
func (t *Template) fill(body []byte, r Rendering, format string) error {
	before, after, found := bytes.Cut(body, []byte(textPlace))
	if !found {
		return fmt.Errorf("message: the composed message has no place for the text")
	}
	t.literal(before)
	if err := t.encode(r.Text, r.TextPlaces, false); err != nil {
		return err
	}
	if format != "text" {
		if before, after, found = bytes.Cut(after, []byte(htmlPlace)); !found {
			return fmt.Errorf("message: the composed message has no place for the HTML")
		}
		t.literal(before)
		if err := t.encode(r.HTML, r.HTMLPlaces, true); err != nil {
			return err
		}
	}
	t.literal(after)
	return nil
}

// encode appends a part in quoted-printable, with placeholders between soft line breaks.
func (t *Template) encode(part string, places []int64, html bool) error {
	segments, err := Segments(part, places)
	if err != nil {
		return err
	}
	for _, s := range segments {
		encoded, err := quoted(s.Text)
		if err != nil {
			return fmt.Errorf("message: encoding: %w", err)
		}
		encoded = withoutDots(encoded)
		if s.Name == "" {
			t.literal(encoded)
			continue
		}
		if len(encoded) > 0 && encoded[len(encoded)-1] != '\n' {
			encoded = append(encoded, "=\r\n"...)
		}
		t.body = append(t.body, chunk{encoded, placeholders[s.Name], html})
	}
	return nil
}

// withoutDots encodes dots at the start of a line, so that messages need no dot-stuffing
// (RFC 5321 section 4.5.2). It breaks a line softly that becomes too long.
func withoutDots(encoded []byte) []byte {
	if !bytes.HasPrefix(encoded, []byte(".")) && !bytes.Contains(encoded, []byte("\n.")) {
		return encoded
	}
	var out []byte
	for line := range bytes.Lines(encoded) {
		for len(line) > 0 && line[0] == '.' {
			out = append(out, "=2E"...)
			line = line[1:]
			if len(bytes.TrimRight(line, "\r\n")) <= 72 { // leaves one column for a soft break
				break
			}
			out = append(out, "=\r\n"...)
		}
		out = append(out, line...)
	}
	return out
}

// quoted encodes s in quoted-printable, RFC 2045 section 6.7. Line ends become CRLF.
func quoted(s string) ([]byte, error) {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// literal appends bytes to the last chunk, or to a new one if the last ends in a
// placeholder.
func (t *Template) literal(b []byte) {
	if n := len(t.body); n > 0 && t.body[n-1].place == noPlaceholder {
		t.body[n-1].literal = append(t.body[n-1].literal, b...)
		return
	}
	t.body = append(t.body, chunk{literal: bytes.Clone(b)})
}
