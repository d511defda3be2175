package mailer

import (
	"html"
	"mime"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Splice appends the message for one recipient to dst: CRLF line ends, 7-bit, not yet
// dot-stuffed. messageID has its angle brackets. A nil signer leaves it unsigned.
func (t *Template) Splice(dst []byte, p Personal, to Recipient, messageID string, date time.Time, s *Signer) ([]byte, error) {
	start := len(dst)
	dst = append(dst, "Date: "...)
	dst = date.AppendFormat(dst, time.RFC1123Z)
	dst = append(dst, "\r\nMessage-ID: "...)
	dst = append(dst, messageID...)
	dst = append(dst, "\r\nTo: "...)
	dst = appendMailbox(dst, to.Name, to.Address)
	// RFC 2369 and RFC 8058: one click, without a visit.
	dst = append(dst, "\r\nList-Unsubscribe: <"...)
	dst = append(dst, p.OneClickURL...)
	dst = append(dst, ">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"...)
	if t.feedback != "" {
		dst = append(dst, "Feedback-ID: "...)
		dst = strconv.AppendInt(dst, to.EditionID, 10)
		dst = append(dst, ':')
		dst = append(dst, t.feedback...)
		dst = append(dst, "\r\n"...)
	}
	dst = append(dst, t.head...)
	dst = append(dst, "\r\n"...)
	for i := range t.body {
		piece := &t.body[i]
		dst = append(dst, piece.literal...)
		if piece.mark != noMark {
			value := p.value(piece.mark)
			if piece.html {
				value = html.EscapeString(value)
			}
			dst = appendQuoted(dst, value)
		}
	}
	if len(dst) < 2 || dst[len(dst)-1] != '\n' {
		dst = append(dst, "\r\n"...)
	}
	if s == nil {
		return dst, nil
	}
	return s.sign(dst, start)
}

func (p Personal) value(m mark) string {
	switch m {
	case markName:
		return p.Name
	case markGreeting:
		return p.Greeting
	case markWhy:
		return p.Why
	case markPreferences:
		return p.PreferencesURL
	case markUnsubscribe:
		return p.UnsubscribeURL
	case markView:
		return p.ViewURL
	}
	return ""
}

// appendQuoted appends a value in quoted-printable lines of at most 76 characters,
// the last ended by a soft break. dst must be at the beginning of a line.
func appendQuoted(dst []byte, value string) []byte {
	if value == "" {
		return dst
	}
	const hex = "0123456789ABCDEF"
	column := 0
	for i := range len(value) {
		if column > 72 { // room for =XX and the soft break
			dst, column = append(dst, "=\r\n"...), 0
		}
		c := value[i]
		switch {
		case c == '\r' || c == '\n' || c == 0:
			c = ' '
			fallthrough
		// A dot or "From" at the beginning of a line is left to dot-stuffing; a space
		// never ends a line, because the soft break follows.
		case c == ' ' || c > ' ' && c < 0x7f && c != '=':
			dst = append(dst, c)
			column++
		default:
			dst = append(dst, '=', hex[c>>4], hex[c&15])
			column += 3
		}
	}
	return append(dst, "=\r\n"...)
}

// maxName is how many characters of a name are shown.
const maxName = 100

// appendMailbox appends an address with its owner's name, RFC 5322 section 3.4; what
// is not ASCII as encoded words, RFC 2047, a line each.
func appendMailbox(dst []byte, name, address string) []byte {
	name = headerText(name)
	if utf8.RuneCountInString(name) > maxName {
		name = string([]rune(name)[:maxName])
	}
	switch {
	case name == "":
		return append(dst, address...)
	case isASCII(name):
		dst = append(dst, '"')
		for i := range len(name) {
			if name[i] == '"' || name[i] == '\\' {
				dst = append(dst, '\\')
			}
			dst = append(dst, name[i])
		}
		dst = append(dst, '"')
	default:
		words := mime.QEncoding.Encode("utf-8", name)
		dst = append(dst, strings.ReplaceAll(words, "?= =?", "?=\r\n =?")...)
	}
	dst = append(dst, "\r\n <"...)
	dst = append(dst, address...)
	return append(dst, '>')
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// headerText makes s fit for a header: valid UTF-8 on one line.
func headerText(s string) string {
	clean := true
	for _, r := range s {
		if r == utf8.RuneError || unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			clean = false
			break
		}
	}
	if clean {
		return strings.TrimSpace(s)
	}
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
