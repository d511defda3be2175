package smtp

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// wordsOf returns the words of a reply's text in lower case. "@" stands for an address, "ip"
// for an IPv4 address, and "." for the end of a sentence. Links, host names, codes and text in
// square brackets are left out, because a mailbox at spamfilter.example.com is not a refusal
// for spam. The reason in Google's links remains, as "p=reason".
func wordsOf(text string) []string {
	text = strings.ToLower(strings.ReplaceAll(text, "’", "'"))
	text = linkWords.ReplaceAllStringFunc(text, func(link string) string {
		if reason := linkReason.FindString(link); reason != "" {
			return " " + reason[1:] + " "
		}
		return " "
	})
	text = addresses.ReplaceAllString(text, " @ ")
	text = brackets.ReplaceAllString(text, " ")
	text = insideCode.ReplaceAllString(text, " ")
	text = ipAddresses.ReplaceAllString(text, " ip ")
	text = hostNames.ReplaceAllStringFunc(text, func(name string) string {
		if strings.HasPrefix(name, "resolver.") { // names of reasons in Exchange
			return strings.ReplaceAll(name, ".", " ")
		}
		return " " + listNames.FindString(name) + " "
	})
	return joinWords(splitWords(contractions.Replace(text)))
}

var (
	linkWords   = regexp.MustCompile(`<?https?://\S+`)
	linkReason  = regexp.MustCompile(`[?&]p=(\w+)`)
	addresses   = regexp.MustCompile(`<?[^\s<>"'(]+@([^\s<>"',:;.()]+(\.[^\s<>"',:;.()]+)*)?>?`)
	brackets    = regexp.MustCompile(`(\w+=)?\[[^\]]*\]`)
	ipAddresses = regexp.MustCompile(`\b\d{1,3}(\.\d{1,3}){3}\b`)
	hostNames   = regexp.MustCompile(`[\w-]+((\.[\w-]+){2,}|\.(com|net|org|info|[a-z]{2})\b)`)

	// listNames are blocklists that replies name by host name.
	listNames = regexp.MustCompile(`spamhaus|spamcop|sorbs|barracuda|uceprotect|surbl|invaluement|abuseat|mailspike|psbl|njabl|cloudmark`)

	contractions = strings.NewReplacer("\u0307", "", "cannot", "can not", "can't", "can not", "n't", " not", "e-mail", "email", "mail box", "mailbox", "mail-box", "mailbox", "n'exist", "not exist", "-", " ")
)

// splitWords splits a text into words. Each character of Chinese and Japanese is a word.
func splitWords(text string) (words []string) {
	begin := -1
	flush := func(end int) {
		if begin >= 0 {
			words = append(words, strings.Trim(text[begin:end], "'"))
			begin = -1
		}
	}
	for i, r := range text {
		switch {
		case isIdeogram(r):
			flush(i)
			words = append(words, string(r))
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r), r == '\'', r == '_', r == '=':
			if begin < 0 {
				begin = i
			}
		default:
			flush(i)
			if r == '@' {
				words = append(words, "@")
			}
			if strings.ContainsRune(".;!?", r) {
				words = append(words, ".")
			}
		}
	}
	flush(len(text))
	return words
}

// mostWords is the number of words of a reply that are read.
const mostWords = 150

// joinWords deletes empty words and replaces the wordings of the table.
func joinWords(words []string) []string {
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	if len(words) > mostWords {
		words = words[:mostWords]
	}
	for _, r := range theRules.rewordings {
		for i := 0; i < len(words); i++ {
			if end := r.words.at(words, i); end > i {
				words = slices.Replace(words, i, end, r.instead...)
			}
		}
	}
	return words
}

// mostBetween is the number of words that a gap of a phrase may cover.
const mostBetween = 4

// phrase is a sequence of words in a reply; see phraseOf.
type phrase []choices

// choices are the words that a phrase allows at one place. Nil is a gap.
type choices []string

// phraseOf reads a phrase. "a|b" matches either word, "word~" every word that begins so, and
// "…" up to mostBetween words of the same sentence.
func phraseOf(source string) (p phrase) {
	for _, field := range strings.Fields(source) {
		switch {
		case field == "…":
			p = append(p, nil)
		case isIdeogram([]rune(field)[0]) && !strings.Contains(field, "|"):
			for _, r := range field {
				p = append(p, choices{string(r)})
			}
		default:
			p = append(p, strings.Split(field, "|"))
		}
	}
	return p
}

// isIdeogram reports whether a character is a word by itself.
func isIdeogram(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }

// match reports whether one of the choices is this word.
func (c choices) match(word string) bool {
	for _, choice := range c {
		if stem, ok := strings.CutSuffix(choice, "~"); choice == word || ok && strings.HasPrefix(word, stem) {
			return true
		}
	}
	return false
}

// at returns the index behind the phrase if it begins at the i-th word, else -1.
func (p phrase) at(words []string, i int) int {
	for n, c := range p {
		if c == nil {
			return p[n+1:].after(words, i, mostBetween)
		}
		if i >= len(words) || !c.match(words[i]) {
			return -1
		}
		i++
	}
	return i
}

// after is at for a phrase that begins at most n words later in the sentence.
func (p phrase) after(words []string, i, n int) int {
	for ; ; i, n = i+1, n-1 {
		if end := p.at(words, i); end >= 0 {
			return end
		}
		if n == 0 || i >= len(words) || words[i] == "." {
			return -1
		}
	}
}

// phrases are many phrases, indexed by their first words.
type phrases struct {
	list  []phrase
	words map[string][]int // complete first words -> indexes of phrases
	stems []int            // indexes of phrases whose first word may be longer
}

// add adds a phrase and returns its index.
func (s *phrases) add(p phrase) int {
	if s.words == nil {
		s.words = map[string][]int{}
	}
	n := len(s.list)
	s.list = append(s.list, p)
	if len(p) == 0 {
		return n
	}
	if slices.ContainsFunc(p[0], func(c string) bool { return strings.HasSuffix(c, "~") }) {
		s.stems = append(s.stems, n)
		return n
	}
	for _, c := range p[0] {
		s.words[c] = append(s.words[c], n)
	}
	return n
}

// each calls found with the index of every phrase that begins at the i-th word, and with the
// index behind it.
func (s *phrases) each(words []string, i int, found func(n, end int)) {
	if i >= len(words) {
		return
	}
	for _, some := range [][]int{s.words[words[i]], s.stems} {
		for _, n := range some {
			if end := s.list[n].at(words, i); end >= 0 {
				found(n, end)
			}
		}
	}
}

// at returns the index behind the longest phrase that begins at the i-th word, else -1.
func (s *phrases) at(words []string, i int) int {
	longest := -1
	s.each(words, i, func(_, end int) { longest = max(longest, end) })
	return longest
}

// in reports whether the words contain a phrase.
func (s *phrases) in(words []string) bool {
	for i := range words {
		if s.at(words, i) >= 0 {
			return true
		}
	}
	return false
}
