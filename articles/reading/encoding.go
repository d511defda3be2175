package reading

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// UTF8 decodes a document. The evidence for its encoding counts in this order: a byte
// order mark; bytes that are valid UTF-8, which hardly any text in another encoding is;
// the charset of the Content-Type header, the XML declaration and the meta elements, as
// far as the text then looks like one; the statistics of the bytes. Bytes without a
// meaning become U+FFFD.
func UTF8(body []byte, contentType string) []byte {
	if e, mark := byteOrder(body); e != nil {
		return decodeAs(e, body[mark:])
	}
	escaped := bytes.IndexByte(body, 0x1b) >= 0 // as ISO-2022-JP does, which otherwise looks like ASCII
	if !escaped && utf8.Valid(body) {
		return body
	}
	labels := declared(body, contentType)
	if escaped && len(labels) > 0 && labels[0] == "iso-2022-jp" {
		e, _ := htmlindex.Get(labels[0])
		return decodeAs(e, body)
	}
	if isNearlyUTF8(body) {
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	sample := sampleOf(body)
	for _, label := range labels {
		e, err := htmlindex.Get(label)
		if err == nil && label != "utf-8" && oddities(decodeAs(e, sample)) <= maxOddities {
			return decodeAs(e, body)
		}
	}
	return decodeAs(guess(sample, languageIn(body), labels), body)
}

// byteOrder returns the Unicode encoding that the first bytes show, and the length of the
// byte order mark; nil if they show none. A document in UTF-16 without a mark begins with
// a tag.
func byteOrder(body []byte) (e encoding.Encoding, mark int) {
	little, big := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return unicode.UTF8, 3
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return little, 2
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return big, 2
	case bytes.HasPrefix(body, []byte("<\x00")):
		return little, 0
	case bytes.HasPrefix(body, []byte("\x00<")):
		return big, 0
	}
	return nil, 0
}

func decodeAs(e encoding.Encoding, body []byte) []byte {
	decoded, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return decoded
}

// maxPrescan is how far into a page a meta element with its encoding is looked for. The
// HTML standard asks for 1,024 bytes; pages with a script before it are found as well.
const maxPrescan = 256 << 10

var xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']`)

// declared returns the encodings that the header and the document declare, surest first,
// by the names of the Encoding standard.
func declared(body []byte, contentType string) []string {
	var names []string
	add := func(label string, inside bool) {
		e, err := htmlindex.Get(strings.TrimSpace(label))
		if err != nil {
			return
		}
		if name, err := htmlindex.Name(e); err == nil && !(inside && strings.HasPrefix(name, "utf-16")) { // the label could not be read
			names = append(names, name)
		}
	}
	if _, parameters, err := mime.ParseMediaType(contentType); err == nil {
		add(parameters["charset"], false)
	} else if _, label, found := strings.Cut(strings.ToLower(contentType), "charset="); found {
		add(strings.Trim(label, ` "';`), false)
	}
	if m := xmlEncoding.FindSubmatch(body[:min(len(body), 400)]); m != nil {
		add(string(m[1]), true)
	}
	add(metaEncoding(body[:min(len(body), maxPrescan)]), true)
	return names
}

// metaEncoding returns the label that the first meta element with an encoding gives.
func metaEncoding(body []byte) string {
	z := html.NewTokenizer(bytes.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			if string(name) == "body" {
				return ""
			}
			if label := charsetOf(z, more); string(name) == "meta" && label != "" {
				return label
			}
		}
	}
}

// charsetOf returns the encoding in the attributes of a meta element: charset, or
// content with http-equiv.
func charsetOf(z *html.Tokenizer, more bool) string {
	var label, content string
	isType := false
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "charset":
			label = string(value)
		case "content":
			content = string(value)
		case "http-equiv":
			isType = strings.EqualFold(string(value), "content-type")
		}
	}
	if _, after, found := strings.Cut(strings.ToLower(content), "charset="); isType && found && label == "" {
		label, _, _ = strings.Cut(strings.Trim(after, ` "'`), ";")
	}
	return label
}

// isNearlyUTF8 tells UTF-8 with a broken byte here and there from another encoding.
func isNearlyUTF8(body []byte) bool {
	good, bad := 0, 0
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		body = body[size:]
	}
	return bad == 0 || good > 20*bad
}
