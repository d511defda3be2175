package smtp

import "fmt"

// maxEnvelopeID is the length of the longest identifier of an envelope, RFC 3461 section
// 4.4.
const maxEnvelopeID = 100

// xtext encodes text for a parameter, RFC 3461 section 4.
func xtext(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || c == '+' || c == '=' {
			out = fmt.Appendf(out, "+%02X", c)
		} else {
			out = append(out, c)
		}
	}
	return string(out)
}
