package message

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Splice appends the message for one recipient to dst: CRLF line ends, 7-bit, not yet
// dot-stuffed. messageID includes its angle brackets. With a nil signer the message is not
// signed.
func (t *Template) Splice(dst []byte, p Personal, to Recipient, messageID string, date time.Time, s *Signer) ([]byte, error) {
	for _, value := range [...]string{to.Address, messageID, p.OneClickURL, p.LeaveAddress} {
		if !fitsHeader(value) {
			return dst, fmt.Errorf("message: %q is not allowed in a header", value)
		}
	}
	start := len(dst)
	dst = append(dst, "Date: "...)
	dst = date.AppendFormat(dst, time.RFC1123Z)
	dst = append(dst, "\r\nMessage-ID: "...)
	dst = append(dst, messageID...)
	dst = append(dst, "\r\nTo: "...)
	dst = appendMailbox(dst, to.Name, to.Address)
	// RFC 2369 and RFC 8058: unsubscribing with one click.
	dst = append(dst, "\r\nList-Unsubscribe: "...)
	dst = appendLeaveURI(dst, p.LeaveAddress)
	dst = append(dst, '<')
	dst = append(dst, p.OneClickURL...)
	dst = append(dst, ">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"...)
	if t.feedback != "" {
		dst = append(dst, "Feedback-ID: "...)
		dst = strconv.AppendInt(dst, to.EditionID, 10)
		dst = append(dst, ':')
		dst = append(dst, t.feedback...)
		dst = append(dst, "\r\n"...)
	}
	dst = t.headers.Append(dst, messageID)
	dst = append(dst, t.head...)
	dst = append(dst, "\r\n"...)
	for i := range t.body {
		chunk := &t.body[i]
		dst = append(dst, chunk.literal...)
		if chunk.place != noPlaceholder {
			value := p.value(chunk.place)
			if chunk.html {
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

// appendLeaveURI appends the mailto URI (RFC 6068) that unsubscribes, with the comma and the
// line break before the next URI. Clients use the first URI that they support.
func appendLeaveURI(dst []byte, address string) []byte {
	if address == "" {
		return dst
	}
	dst = append(dst, "<mailto:"...)
	dst = append(dst, strings.ReplaceAll(address, "=", "%3D")...)
	return append(dst, "?subject=unsubscribe>,\r\n "...)
}

func (p Personal) value(of placeholder) string {
	switch of {
	case namePlace:
		return p.Name
	case greetingPlace:
		return p.Greeting
	case whyPlace:
		return p.Why
	case preferencesPlace:
		return p.PreferencesURL
	case unsubscribePlace:
		return p.UnsubscribeURL
	case viewPlace:
		return p.ViewURL
	}
	return ""
}

const hexDigits = "0123456789ABCDEF"

// appendQuoted appends a value in quoted-printable lines of at most 76 characters, the last
// ended by a soft break. dst must end at the beginning of a line. Control characters become
// spaces.
func appendQuoted(dst []byte, value string) []byte {
	if value == "" {
		return dst
	}
	column := 0
	for i := range len(value) {
		if column > 72 { // room for =XX and the soft break
			dst, column = append(dst, "=\r\n"...), 0
		}
		c := value[i]
		switch {
		// A dot at the beginning of a line is encoded, so that messages need no
		// dot-stuffing.
		case c == '.' && column == 0:
			dst = append(dst, "=2E"...)
			column += 3
		case c < ' ' || c == 0x7f:
			c = ' ' // line ends and other control characters
			fallthrough
		// A space never ends a line, because the soft break follows.
		case c == ' ' || c > ' ' && c < 0x7f && c != '=':
			dst = append(dst, c)
			column++
		default:
			dst = append(dst, '=', hexDigits[c>>4], hexDigits[c&15])
			column += 3
		}
	}
	return append(dst, "=\r\n"...)
}

// maxName is the number of characters of a name that are shown.
const maxName = 100

// wordOpen and wordClose enclose an encoded word, RFC 2047 section 2.
const wordOpen, wordClose = "=?utf-8?q?", "?="

// appendMailbox appends an address with its display name (RFC 5322 section 3.4) to a line
// that begins with "To: ". No line except the address's exceeds 76 characters.
func appendMailbox(dst []byte, name, address string) []byte {
	name = headerText(name)
	if utf8.RuneCountInString(name) > maxName {
		name = string([]rune(name)[:maxName])
	}
	switch {
	case name == "":
		return append(dst, address...)
	case isASCII(name) && len(name) <= 60:
		dst = append(dst, '"')
		for i := range len(name) {
			if name[i] == '"' || name[i] == '\\' {
				dst = append(dst, '\\')
			}
			dst = append(dst, name[i])
		}
		dst = append(dst, '"')
	default:
		dst = appendPhrase(dst, name, len("To: "))
	}
	dst = append(dst, "\r\n <"...)
	dst = append(dst, address...)
	return append(dst, '>')
}

// appendPhrase appends a name as encoded words, one on each line, to a line with column
// characters. It encodes all ASCII that RFC 2047 section 5 does not allow in a phrase,
// because some readers split addresses before they decode, and must not find a comma or a
// bracket.
func appendPhrase(dst []byte, name string, column int) []byte {
	dst = append(dst, wordOpen...)
	left := 76 - column - len(wordOpen) - len(wordClose)
	for i, r := range name {
		plain := r == ' ' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		size := utf8.RuneLen(r)
		takes := 3 * size
		if plain {
			takes = 1
		}
		if left < takes { // a character is never split
			dst = append(dst, wordClose+"\r\n "+wordOpen...)
			left = 75 - len(wordOpen) - len(wordClose)
		}
		left -= takes
		switch {
		case r == ' ':
			dst = append(dst, '_')
		case plain:
			dst = append(dst, byte(r))
		default:
			for _, c := range []byte(name[i : i+size]) {
				dst = append(dst, '=', hexDigits[c>>4], hexDigits[c&15])
			}
		}
	}
	return append(dst, wordClose...)
}

// fitsHeader reports whether s can be part of a header: it is short and has no line end or
// other control character.
func fitsHeader(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return len(s) < 900 // lines have at most 998 characters, RFC 5322 section 2.1.1
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// headerText makes s valid for a header: UTF-8 on one line.
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
