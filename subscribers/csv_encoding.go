package subscribers

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxHead is the number of bytes of a file from which its encoding is recognised.
const maxHead = 1 << 20

// decode returns the text of a file in UTF-8 with line feeds at the ends of lines, without a
// byte order mark. name is an encoding as in the WHATWG standard; empty: it is recognised.
// guess is the name of an encoding that was recognised only by the letters.
func decode(r io.Reader, name string) (text *bufio.Reader, guess string, err error) {
	buffered := bufio.NewReaderSize(r, maxHead)
	head, err := buffered.Peek(maxHead)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")) {
		return nil, "", errors.New("the file is a spreadsheet or an archive; save it as CSV")
	}
	enc, guess := recognise(head)
	if name != "" {
		if enc, err = htmlindex.Get(name); err != nil {
			return nil, "", optionErrorf("there is no encoding %q; use utf-8, utf-16, windows-1252, windows-1251 or another name of the WHATWG standard", clip(name, 40))
		}
		guess = ""
	}
	text = buffered
	if enc != nil {
		text = bufio.NewReaderSize(transform.NewReader(buffered, xunicode.BOMOverride(enc.NewDecoder())), 64<<10)
	}
	if mark, _ := text.Peek(3); string(mark) == "\ufeff" {
		_, _ = text.Discard(3)
	}
	if start, _ := text.Peek(64 << 10); bytes.ContainsRune(start, '\r') && !bytes.ContainsRune(start, '\n') {
		text = bufio.NewReaderSize(transform.NewReader(text, returnsToFeeds{}), 64<<10)
	}
	return text, guess, nil
}

// recognise returns the encoding of a file that begins with head, or nil for UTF-8.
func recognise(head []byte) (enc encoding.Encoding, guess string) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return nil, ""
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM), ""
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM), ""
	case len(head) > 3 && head[0] != 0 && head[1] == 0 && head[3] == 0:
		return xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM), ""
	case len(head) > 3 && head[0] == 0 && head[1] != 0 && head[2] == 0:
		return xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM), ""
	case isUTF8(head):
		return nil, ""
	}
	// Letters of windows-1251 are words of bytes above 0xbf. In windows-1252 such a byte is
	// usually a single letter between letters of ASCII.
	high, beside := 0, 0
	for i := 1; i < len(head); i++ {
		if head[i] >= 0xc0 {
			high++
			if head[i-1] >= 0xc0 {
				beside++
			}
		}
	}
	if 2*beside > high {
		return charmap.Windows1251, "windows-1251"
	}
	return charmap.Windows1252, "windows-1252"
}

// isUTF8 reports whether head is valid UTF-8. Its last character may be cut off.
func isUTF8(head []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(head); cut++ {
		if utf8.Valid(head[:len(head)-cut]) {
			return cut == 0 || len(head) == maxHead
		}
	}
	return false
}

// returnsToFeeds replaces each carriage return by a line feed, for files of old Macintosh
// programs.
type returnsToFeeds struct{ transform.NopResetter }

func (returnsToFeeds) Transform(dst, src []byte, _ bool) (nDst, nSrc int, err error) {
	n := copy(dst, src)
	for i, b := range dst[:n] {
		if b == '\r' {
			dst[i] = '\n'
		}
	}
	if n < len(src) {
		err = transform.ErrShortDst
	}
	return n, n, err
}
