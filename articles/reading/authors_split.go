package reading

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// SplitAuthors reads "By A B, C D and E F" as three names. Titles of honour, posts, dates
// and credits of pictures are left out, and so are organisations beside a person.
func SplitAuthors(text string) []string {
	if len(text) > 8*maxByline {
		return nil
	}
	text = oneLine(PlainText(text))
	if strings.Contains(text, "://") {
		return nil // a profile
	}
	if value, _ := behindLead(text); value != "" {
		text = value
	}
	names, _ := namesBefore(text)
	return names
}

// machineNames reads the names that a page tells machines, which may be inverted: "Roe, Jane".
func machineNames(text string) []string {
	if m := inverted.FindStringSubmatch(oneLine(text)); m != nil {
		text = m[2] + " " + m[1]
	} else if !strings.Contains(text, " ") && strings.ContainsAny(text, "-_/") {
		return nil // part of an address
	}
	return SplitAuthors(text)
}

// inverted is a name as libraries write it: "Roe, Jane".
var inverted = regexp.MustCompile(`^((?:\p{Ll}+ )?\p{Lu}[\p{L}'’-]+),\s+(\p{Lu}(?:\.|[\p{L}'’-]+)(?: (?:\p{Lu}\.?|de|van|von|der|da|di|del|la|le|ten))*)$`)

// Separators of names. A weak one is also part of names ("Ortega y Gasset"): it separates
// two names of two words or more.
var (
	separators = regexp.MustCompile(`\s*[,;|·•、，؛،；]\s*|\s+/\s+`)
	aside      = regexp.MustCompile(`\s*[(\[（][^)\]）]*[)\]）]`)
	contact    = regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.-]+|@\S*`)
	attached   = regexp.MustCompile(`^(\p{Arabic}+ \p{Arabic}+(?: \p{Arabic}+)?) و(\p{Arabic}{2,} \p{Arabic}+.*)$`)
	hanNames   = regexp.MustCompile(`^\p{Han}{2,4}(?: \p{Han}{2,4})+$`)
	coAuthor   = regexp.MustCompile(`(?i)^\s*co-?authors?\s*[:：]?\s+`)
)

// piece is a part of a byline between separators.
type piece struct {
	text      string
	conjoined bool // an "and" stands before it, or a separator that is no comma
}

// piecesOf divides a byline at its separators.
func piecesOf(text string) []piece {
	var pieces []piece
	add := func(text string, conjoined bool) {
		if at := conjunction.FindStringIndex(" " + text); at != nil && at[0] == 0 { // "A, and B"
			conjoined = true
		}
		for i, part := range splitAt(text, conjunction) {
			for j, name := range splitAt(part, weakConjunction) {
				pieces = append(pieces, piece{name, conjoined || i > 0 || j > 0})
			}
		}
	}
	begin, conjoined := 0, true
	for _, at := range separators.FindAllStringIndex(text, -1) {
		add(text[begin:at[0]], conjoined)
		begin, conjoined = at[1], !strings.ContainsAny(text[at[0]:at[1]], ",，،")
	}
	add(text[begin:], conjoined)
	return pieces
}

// splitAt divides a text at a word for "and", unless a part of one word says that the
// word belongs to the name, as in "Simon & Schuster".
func splitAt(text string, word *expression) []string {
	text = " " + text
	parts := word.Split(text, -1)
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
	}
	isWord := func(part string) bool { return part != "" && !strings.Contains(part, " ") }
	if len(parts) > 1 && parts[0] != "" && (word == weakConjunction || isOrganisation(text)) && slices.ContainsFunc(parts, isWord) {
		return []string{strings.TrimSpace(text)}
	}
	return slices.DeleteFunc(parts, func(part string) bool { return part == "" })
}

// namesBefore reads the names at the beginning of a byline, and returns the rest: a date, say.
func namesBefore(text string) (names []string, rest string) {
	text, rest = beforeTail(text)
	text = aside.ReplaceAllString(contact.ReplaceAllString(text, ""), "")
	if m := attached.FindStringSubmatch(text); m != nil {
		text = m[1] + "، " + m[2]
	}
	if hanNames.MatchString(text) {
		text = strings.ReplaceAll(text, " ", "、")
	}
	l := nameList{}
	pieces := piecesOf(text)
	for i, p := range pieces {
		next := ""
		if i+1 < len(pieces) && !pieces[i+1].conjoined {
			next = pieces[i+1].text
		}
		l.take(p, next)
	}
	return withoutOrganisations(l.names), rest
}

// nameList gathers the names of a byline.
type nameList struct {
	names  []string
	inPost bool // words of the post of the name before were left out
}

// take adds a piece if it is a name; next is the piece behind the comma after it.
func (l *nameList) take(p piece, next string) {
	name := trimName(p.text)
	if len(l.names) > 0 {
		switch last := l.names[len(l.names)-1]; {
		case generations.MatchString(name):
			l.names[len(l.names)-1] += ", " + name
			return
		case !p.conjoined && isBehindName(name, last), roles.MatchString(name):
			l.inPost = true
			return
		case l.inPost && !(p.conjoined || roles.MatchString(next)) || l.inPost && !arePeople([]string{name}):
			return
		}
	}
	if parts := strings.Split(name, "/"); len(parts) > 1 { // "Hans Meier/dpa"
		for _, part := range parts {
			l.add(trimName(part))
		}
		return
	}
	l.add(name)
}

func (l *nameList) add(name string) {
	if isName(name) && !slices.ContainsFunc(l.names, func(known string) bool { return strings.EqualFold(known, name) }) {
		l.names = append(l.names, name)
	}
}

// isBehindName tells words behind the comma after a name that are no other name: a place,
// or a post in small letters.
func isBehindName(text, name string) bool {
	first := []rune(text + " ")[0]
	upper := []rune(name)[0]
	if !unicode.IsUpper(upper) {
		return false
	}
	return unicode.IsLower(first) || unicode.IsUpper(first) && len(strings.Fields(text)) == 1 && len(strings.Fields(name)) > 1
}

// withoutOrganisations leaves organisations out where a person is named.
func withoutOrganisations(names []string) []string {
	if !slices.ContainsFunc(names, func(name string) bool { return !isOrganisation(name) && arePeople([]string{name}) }) {
		return names
	}
	return slices.DeleteFunc(names, isOrganisation)
}

func isOrganisation(name string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) }), func(word string) bool {
		return organisations[word]
	})
}

// beforeTail divides a byline into the names and what follows them: a date, a place, a
// section, the credit of a picture.
func beforeTail(text string) (names, rest string) {
	end := len(text)
	for _, tail := range []*expression{nameTail, nameEnd, numberEnd} {
		if at := tail.FindStringIndex(text[:end]); at != nil && at[0] > 0 && !(tail == nameEnd && isOrganisation(text[:at[0]])) {
			end = at[0]
		}
	}
	words := strings.Fields(text[:end])
	for i, word := range words {
		if i > 0 && isNumber(word) {
			for i > 1 && isMonth(words[i-1]) {
				i--
			}
			names = strings.Join(words[:i], " ")
			return names, strings.TrimPrefix(oneLine(text), names)
		}
	}
	return strings.TrimSpace(text[:end]), text[end:]
}

// isNumber tells a word of a date or a time from a name with a digit.
func isNumber(word string) bool {
	word = strings.TrimLeft(word, "([")
	return word != "" && unicode.IsDigit([]rune(word)[0])
}

// isMonth tells the names of months and of days of the week.
func isMonth(word string) bool {
	w := allCalendarWords()
	word = foldDate(strings.Trim(word, ".,"))
	return w.months[word] > 0 || w.persian[word] > 0 || w.islamic[word] > 0 || w.weekdays[word]
}

// trimName takes off a name the titles, words and marks that do not belong to it.
func trimName(name string) string {
	name = followTail.ReplaceAllString(name, "")
	name = strings.Trim(coAuthor.ReplaceAllString(name, ""), " ,:;-–—|\t*\"“”„«»")
	name = honours.ReplaceAllString(name, "")
	for rest := name; ; name = rest {
		if rest = degrees.ReplaceAllString(name, ""); rest == name {
			break
		}
	}
	if !keepsDot.MatchString(name) {
		name = strings.TrimRight(name, ". ")
	}
	return strings.TrimSpace(name)
}

func isName(text string) bool {
	return text != "" && len(text) <= 80 && !notAuthor.MatchString(text) && strings.IndexFunc(text, unicode.IsLetter) >= 0
}

// keepsDot are names that end in a dot of their own.
var (
	keepsDot    = regexp.MustCompile(`(?i:\b[js]r)\.$|(?:^|[\s.])\p{Lu}\.$`)
	generations = regexp.MustCompile(`(?i)^(jr|sr|ii|iii|iv)\.?$`)
)

// isSmall tells small letters. Georgian names have no others.
func isSmall(r rune) bool { return unicode.IsLower(r) && !unicode.Is(unicode.Georgian, r) }

// plausibleNames tells names from a sentence that begins with "By".
func plausibleNames(names []string) bool {
	for _, name := range names {
		words := strings.Fields(name)
		if len(words) > 6 {
			return false
		}
		capital := 0
		for _, w := range words {
			if !isSmall([]rune(w)[0]) {
				capital++
			}
		}
		if capital*3 < len(words)*2 {
			return false
		}
	}
	return true
}

// arePeople tells names of people, which have two words or more, each with a capital
// where the script has capitals.
func arePeople(names []string) bool {
	for _, name := range names {
		words := strings.Fields(name)
		if len(words) < 2 || len(words) > 5 {
			return false
		}
		for _, w := range words {
			if first := []rune(w)[0]; !unicode.IsUpper(first) && !particles[w] || notPerson[strings.ToLower(strings.Trim(w, ".,"))] {
				return false
			}
		}
	}
	return true
}
