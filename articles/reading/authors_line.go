package reading

import (
	"strings"
	"unicode"
)

// lead tells how surely the words before a name announce an author.
type lead int

const (
	noLead     lead = iota
	shortLead       // "by": the name has a capital
	surelyLead      // "posted by", "author:": the name may be an account's
)

// behindLead returns the part of a line behind the words that announce authors, and how
// surely they do: "Anna Hart, May 4" of "Posted by Anna Hart, May 4". Without such words
// it is empty.
func behindLead(text string) (value string, l lead) {
	forms := []*expression{authorLead, hanLead, hanReporter, reporterTail}
	if strings.IndexFunc(text, isEastAsian) < 0 {
		forms = forms[:1]
	}
	for _, form := range forms {
		if m := form.FindStringSubmatch(text); m != nil {
			return m[len(m)-1], surelyLead
		}
	}
	m := byLead.FindStringSubmatch(text)
	if m == nil {
		return "", noLead
	}
	value = m[len(m)-1]
	if strings.Contains(strings.TrimSpace(text[:len(text)-len(value)]), " ") {
		return value, surelyLead
	}
	if isSmall([]rune(value)[0]) {
		return "", noLead
	}
	return value, shortLead
}

func isEastAsian(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hangul) }

// takeAuthors reads the authors, and the date beside them, from one line. It reports
// whether the line names authors.
func (l *lineFacts) takeAuthors(text string) bool {
	if len(text) >= 160 {
		return false
	}
	value, how := behindLead(text)
	if how == noLead {
		return l.takeBehindDate(text)
	}
	if isSentence := len(text) >= 120 || strings.ContainsAny(text[len(text)-1:], "!?") || endsSentence(text) && !keepsDot.MatchString(text); how == shortLead && isSentence {
		return false
	}
	names, rest := namesBefore(value)
	if len(names) == 0 || how == shortLead && !plausibleNames(names) || how == surelyLead && !areNames(names) {
		return false
	}
	l.setAuthors(names)
	l.takeDateIn(rest)
	return true
}

// takeBehindDate reads a line in which the authors stand behind the date: "Posted on May 4,
// 2026 by Anna Hart".
func (l *lineFacts) takeBehindDate(text string) bool {
	if !hasDigit(text) {
		return false
	}
	m := behindDate.FindStringSubmatch(text)
	if m == nil || endsSentence(text) && !keepsDot.MatchString(text) {
		return false
	}
	names, _ := namesBefore(m[2])
	if len(names) == 0 || !areNames(names) {
		return false
	}
	if !l.takeDateIn(m[1]) {
		return false
	}
	l.setAuthors(names)
	return true
}

// takeDateIn takes a date with words before it: "Verfasst am 3. Mai".
func (l *lineFacts) takeDateIn(text string) bool {
	for {
		if text = strings.Trim(text, " ,|·•»–—-"); l.takeDate(text) {
			return true
		}
		word := strings.IndexByte(text, ' ')
		if word < 0 || word >= strings.IndexFunc(text, unicode.IsDigit) {
			return false
		}
		text = text[word+1:]
	}
}

func (l *lineFacts) setAuthors(names []string) {
	if len(l.authors) == 0 {
		l.authors = names
	}
}

// areNames tells names of people and of accounts from other words: an account has one word,
// in small letters perhaps.
func areNames(names []string) bool {
	for _, name := range names {
		if len(strings.Fields(name)) > 1 && !plausibleNames([]string{name}) {
			return false
		}
	}
	return true
}
