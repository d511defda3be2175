package reading

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

var (
	separators = regexp.MustCompile(`\s*(?:,|;|\||·|•|&|/|\band\b|\bund\b|\bwith\b|\bи\b)\s*`)
	aside      = regexp.MustCompile(`\s*[(\[][^)\]]*[)\]]`)
	coAuthor   = regexp.MustCompile(`(?i)^\s*co-?authors?\s*[:：]?\s+`)
	clockTail  = regexp.MustCompile(`(?i)\s+at \d{1,2}[:.]\d{2}(\s?[ap]\.?m\.?)?$`)
	suffixes   = regexp.MustCompile(`(?i)^(jr|sr|ii|iii|iv|ph\.?d|m\.?d|esq|dr|prof|msc|m\.?a|mba)\.?$`)
)

// lineFacts are the facts in the short lines around the headline.
type lineFacts struct {
	authors   []string
	published time.Time
	sureness  Sureness // of published
	updated   time.Time
	credit    string
}

// setPublished takes a date unless one was found before.
func (l *lineFacts) setPublished(t time.Time, s Sureness) {
	if l.published.IsZero() && !t.IsZero() {
		l.published, l.sureness = t, s
	}
}

// maxByline is the longest line that is taken for one, maxAuthors how many names are taken.
const (
	maxByline  = 200
	maxAuthors = 100
)

// take reads one line; it reports whether the line was one of ours.
func (l *lineFacts) take(text string) bool {
	if len(text) > maxByline {
		return false
	}
	if m := authorLead.FindStringSubmatch(text); m != nil && len(text) < 160 {
		value := m[len(m)-1]
		l.setPublished(dateTail(&value), SureText)
		names := SplitAuthors(value)
		if len(l.authors) == 0 {
			l.authors = names
		}
		return len(names) > 0
	}
	if m := byLead.FindStringSubmatch(text); m != nil && len(text) < 120 && !strings.ContainsAny(text[len(text)-1:], ".!?") {
		value := m[len(m)-1]
		l.setPublished(dateTail(&value), SureText)
		if names := SplitAuthors(value); len(names) > 0 && plausibleNames(names) {
			if len(l.authors) == 0 {
				l.authors = names
			}
			return true
		}
	}
	if l.takeCredit(text) {
		return true
	}
	return l.takeDate(text)
}

func (l *lineFacts) takeCredit(text string) bool {
	m := creditLead.FindStringSubmatch(text)
	if m == nil && len(text) < 120 {
		m = creditOf.FindStringSubmatch(text)
	}
	if m != nil && l.credit == "" {
		l.credit = strings.TrimSpace(m[len(m)-1])
	}
	return m != nil
}

func (l *lineFacts) takeDate(text string) bool {
	if tooLongForDate(text, 20) || !hasDigit(text) {
		return false
	}
	if rest := editWords.ReplaceAllString(text, ""); rest != text {
		if t := parseDate(rest); !t.IsZero() {
			l.updated = firstTime(l.updated, t)
			return true
		}
	}
	sureness := SureText
	rest := dateWords.ReplaceAllString(text, "")
	if rest != text {
		sureness = SureLabel
	}
	t := parseDate(rest)
	if t.IsZero() {
		if i := strings.IndexAny(text, "|·•"); i > 0 { // "Apr 17, 2023 | 5 min read"
			t = parseDate(text[:i])
		}
	}
	if t.IsZero() {
		t = dateline(text)
	}
	if t.IsZero() {
		return false
	}
	l.setPublished(t, sureness)
	return true
}

// dateTail takes a date off the end of a byline ("Jane Roe | April 17, 2023").
func dateTail(value *string) time.Time {
	if !hasDigit(*value) {
		return time.Time{}
	}
	*value = clockTail.ReplaceAllString(*value, "")
	for _, sep := range []string{" | ", " • ", " · ", " – ", " — ", " - ", " on ", ", "} {
		for i := strings.Index(*value, sep); i > 0; {
			if t := parseDate((*value)[i+len(sep):]); !t.IsZero() {
				*value = (*value)[:i]
				return t
			}
			next := strings.Index((*value)[i+len(sep):], sep)
			if next < 0 {
				break
			}
			i += len(sep) + next
		}
	}
	return time.Time{}
}

// SplitAuthors reads "A B, C D and E F" as three names.
func SplitAuthors(text string) []string {
	if len(text) > 8*maxByline {
		return nil
	}
	text = oneLine(PlainText(text))
	if m := authorLead.FindStringSubmatch(text); m != nil {
		text = m[len(m)-1]
	} else if m := byLead.FindStringSubmatch(text); m != nil {
		text = m[len(m)-1]
	}
	if strings.Contains(text, "://") {
		return nil // a profile
	}
	var names []string
	for _, name := range separators.Split(aside.ReplaceAllString(text, ""), -1) {
		name = trimName(name)
		if suffixes.MatchString(name) && len(names) > 0 {
			names[len(names)-1] += ", " + name
			continue
		}
		isRole := len(names) > 0 && roles.MatchString(name) // of the author before
		if isName(name) && !isRole && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// trimName takes off a name the words and marks that do not belong to it.
func trimName(name string) string {
	name = followTail.ReplaceAllString(name, "")
	name = strings.Trim(coAuthor.ReplaceAllString(name, ""), " ,:;-–—|\t")
	if !keepsDot.MatchString(name) {
		name = strings.TrimRight(name, ". ")
	}
	return name
}

func isName(text string) bool {
	return text != "" && len(text) <= 80 && !notAuthor.MatchString(text) && strings.IndexFunc(text, unicode.IsLetter) >= 0
}

// keepsDot are names that end in a dot of their own.
var keepsDot = regexp.MustCompile(`(?i)\b([js]r|ph\.?d|m\.?d|esq|\p{Lu})\.$`)

// plausibleNames tells names from a sentence that begins with "By".
func plausibleNames(names []string) bool {
	for _, name := range names {
		words := strings.Fields(name)
		if len(words) > 6 {
			return false
		}
		capital := 0
		for _, w := range words {
			if r := []rune(w)[0]; unicode.IsUpper(r) || !unicode.IsLower(r) {
				capital++
			}
		}
		if capital*3 < len(words)*2 {
			return false
		}
	}
	return true
}

// creditIn is the credit that a caption gives, at its end or alone; empty when there is no credit.
func creditIn(caption string) string {
	if m := creditLead.FindStringSubmatch(caption); m != nil {
		return strings.TrimSpace(m[len(m)-1])
	}
	for _, form := range []*expression{creditOf, inCaption, inCaptionBy} {
		if m := form.FindStringSubmatch(" " + caption); m != nil {
			return strings.Trim(m[len(m)-1], " .")
		}
	}
	return ""
}
