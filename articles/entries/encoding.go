package entries

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// sniffed is how much of a document is looked at to find its encoding.
const sniffed = 4096

// declared finds the encoding that an XML document declares.
var declared = regexp.MustCompile(`^\s*<\?xml[^>]*?\sencoding\s*=\s*["']\s*([A-Za-z0-9._:-]+)\s*["']`)

// Decode returns a document as UTF-8 without its byte order mark, in the encoding of the
// mark, else of the Content-Type, else of its XML declaration (RFC 7303, section 3). A
// label that the bytes disprove is not believed: UTF-8 that is none, and another encoding
// for bytes that are UTF-8. Characters that XML does not allow are dropped.
func Decode(contentType string, body []byte) string {
	if e := encodingOf(contentType, body); e != nil {
		if decoded, err := e.NewDecoder().Bytes(body); err == nil {
			body = decoded
		}
	}
	return clean(body)
}

// clean drops the byte order mark, and replaces characters that XML does not allow.
func clean(body []byte) string {
	text := string(bytes.TrimPrefix(body, []byte("\ufeff")))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return r
		case r == utf8.RuneError || r == '\v' || r == '\f':
			return ' '
		case r < ' ' || r == 0xFFFE || r == 0xFFFF:
			return -1
		}
		return r
	}, text)
}

// encodingOf returns the encoding of a document; nil stands for UTF-8. body is all of it, or
// a beginning that ends with a character.
func encodingOf(contentType string, body []byte) encoding.Encoding {
	head := body[:min(len(body), sniffed)]
	if e, marked := markOf(head); marked {
		return e
	}
	labels := []string{labelOf(contentType)}
	if m := declared.FindSubmatch(head); m != nil {
		labels = append(labels, string(m[1]))
	}
	valid, plain := utf8.Valid(body), isASCII(body)
	for _, label := range labels {
		e, name := charset.Lookup(label)
		switch {
		case e == nil || strings.HasPrefix(name, "utf-16"): // the bytes of UTF-16 would have shown
		case name == "utf-8" && valid:
			return nil
		case name != "utf-8" && (!valid || plain):
			return e
		}
	}
	if valid || isBrokenUTF8(body) {
		return nil
	}
	return charmap.Windows1252
}

// isBrokenUTF8 tells UTF-8 with a few broken characters from another encoding.
func isBrokenUTF8(body []byte) bool {
	whole, broken := 0, 0
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			whole++
		}
		body = body[size:]
	}
	return broken*10 < whole
}

// markOf reads a byte order mark, or UTF-16 by the zeros beside its first letter.
func markOf(head []byte) (e encoding.Encoding, marked bool) {
	little := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	big := unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return nil, true
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return little, true
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return big, true
	case len(head) > 3 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), true
	case len(head) > 3 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), true
	}
	return nil, false
}

// labelOf is the charset of a Content-Type, also of one that is not well formed.
func labelOf(contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		return params["charset"]
	}
	_, label, _ := strings.Cut(strings.ToLower(contentType), "charset=")
	return strings.Trim(strings.TrimSpace(strings.SplitN(label, ";", 2)[0]), `"'`)
}

func isASCII(b []byte) bool {
	return bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
