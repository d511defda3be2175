package message

import (
	"strings"

	"github.com/wneessen/go-mail"
)

// longestWord is how long a word of a subject may be that is not cut into encoded ones.
const longestWord = 60

// SetSubject gives m its subject. go-mail begins one that it encodes on a line of its
// own, so that some programs read it with a blank in front, and cannot break a word
// that is longer than a line may be.
func SetSubject(m *mail.Msg, subject string) {
	subject = headerText(subject)
	plain := isASCII(subject) && !strings.Contains(subject, "=?")
	for word := range strings.FieldsSeq(subject) {
		plain = plain && len(word) <= longestWord
	}
	if plain {
		m.Subject(subject)
		return
	}
	m.SetGenHeaderPreformatted(mail.HeaderSubject, string(appendPhrase(nil, subject, len("Subject: "))))
}
