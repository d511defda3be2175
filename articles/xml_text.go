package articles

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// xmlDeclaration finds the encoding that an XML document declares.
var xmlDeclaration = regexp.MustCompile(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)

// xmlText returns an XML document as UTF-8 that encoding/xml accepts: in the encoding of
// its byte order mark, else of the Content-Type, else of its declaration (RFC 7303,
// section 3). Characters that XML does not allow become spaces.
func xmlText(contentType string, body []byte) []byte {
	label := ""
	if m := xmlDeclaration.FindSubmatch(body[:min(len(body), 1024)]); m != nil {
		label = string(m[1])
	}
	if _, name, certain := charset.DetermineEncoding(body[:min(len(body), 1024)], contentType); certain {
		label = name
	}
	if r, err := charset.NewReaderLabel(label, bytes.NewReader(body)); label != "" && err == nil {
		if decoded, err := io.ReadAll(r); err == nil {
			body = decoded
		}
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	return bytes.Map(func(r rune) rune {
		if r == utf8.RuneError || r < 0x20 && !strings.ContainsRune("\t\n\r", r) || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, body)
}

// cutText returns the first n characters of a text, with "…" when it is longer.
func cutText(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n]) + "…"
}
