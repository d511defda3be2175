package smtp

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
)

// reply is a server's reply, RFC 5321 section 4.2.
type reply struct {
	code     int
	enhanced string // RFC 3463; may be empty
	text     string
}

const (
	maxReplyLines = 100
	maxReplyText  = 2000
)

var errGarbage = errors.New("the server's answer is not an SMTP reply")

// readReply reads one reply of any number of lines. It returns [errGarbage] for anything
// else; other errors are the connection's.
func readReply(r *bufio.Reader) (reply, error) {
	var got reply
	var text strings.Builder
	for n := 0; ; n++ {
		if n == maxReplyLines {
			return got, fmt.Errorf("%w: it does not end", errGarbage)
		}
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return got, fmt.Errorf("%w: a line is too long", errGarbage)
		}
		if err != nil {
			return got, err
		}
		code, more, words, ok := replyLine(line)
		if !ok || n > 0 && code != got.code {
			return got, fmt.Errorf("%w: %q", errGarbage, clip(strings.TrimRight(string(line), "\r\n"), 80))
		}
		got.code = code
		enhanced, words := splitEnhanced(code, words)
		if enhanced != "" {
			got.enhanced = enhanced
		}
		if text.Len() > 0 {
			text.WriteByte(' ')
		}
		if text.Len() < maxReplyText {
			text.WriteString(words)
		}
		if !more {
			got.text = clip(text.String(), maxReplyText)
			return got, nil
		}
	}
}

// replyLine splits "250-text" or "250 text".
func replyLine(line []byte) (code int, more bool, text string, ok bool) {
	s := strings.TrimRight(string(line), "\r\n")
	if len(s) < 3 || len(s) > 3 && s[3] != ' ' && s[3] != '-' {
		return 0, false, "", false
	}
	for i := range 3 {
		if s[i] < '0' || s[i] > '9' {
			return 0, false, "", false
		}
		code = code*10 + int(s[i]-'0')
	}
	if code < 200 || code > 599 {
		return 0, false, "", false
	}
	if len(s) == 3 {
		return code, false, "", true
	}
	return code, s[3] == '-', s[4:], true
}

// splitEnhanced separates an enhanced code (RFC 2034) from the beginning of a reply's text.
// A code whose class contradicts the reply's is not one.
func splitEnhanced(code int, text string) (enhanced, rest string) {
	first, rest, _ := strings.Cut(text, " ")
	parts := strings.Split(first, ".")
	if len(parts) != 3 || len(parts[0]) != 1 || int(parts[0][0]-'0') != code/100 {
		return "", text
	}
	for _, p := range parts {
		if len(p) == 0 || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return "", text
		}
	}
	return first, rest
}

// clip cuts the text of a reply at most bytes. A character that is cut, or was no UTF-8, is
// replaced and not removed, as the reply is shown as evidence.
func clip(s string, most int) string {
	if len(s) > most {
		s = s[:most]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
