package reading

import (
	"regexp"
	"strings"
	"time"
)

var clockTail = regexp.MustCompile(`(?i)\s+at \d{1,2}[:.]\d{2}(\s?[ap]\.?m\.?)?$`)

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
	if l.takeAuthors(text) {
		return true
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
