package message

import (
	"strings"

	"github.com/wneessen/go-mail"
)

// longestWord is the length of the longest word of a subject that is not split into encoded
// words.
const longestWord = 60

// SetSubject sets the subject of m. go-mail begins an encoded subject on a new line, which
// some programs show with a space in front, and cannot break a word that is longer than a
// line may be.
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
