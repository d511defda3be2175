package smtp

// meaning returns the meaning of words, or "" if no rule matches.
func (b *ruleBook) meaning(enhanced string, words []string) Meaning {
	if m := b.first.meaning(enhanced, words); m != "" {
		return m
	}
	if b.mailboxIsGone(words) {
		return NoMailbox
	}
	return b.last.meaning(enhanced, words)
}

// mailboxIsGone reports whether the words are about a mailbox and its absence: "user
// unknown", "no such recipient here". A name may stand between, as in "user jane unknown".
func (b *ruleBook) mailboxIsGone(words []string) bool {
	return !b.isDoubtful(words) && (b.follows(words, &b.nouns, &b.states, 1) || b.follows(words, &b.before, &b.nouns, 0))
}

// isDoubtful reports whether the words offer another reason, as in "unknown or not allowed".
func (b *ruleBook) isDoubtful(words []string) bool {
	for i, w := range words {
		if !orWords.match(w) {
			continue
		}
		next := i + 1
		for end := next; end > 0; end = b.between.at(words, next) {
			next = end
		}
		if max(b.nouns.at(words, next), b.states.at(words, next), b.before.at(words, next)) < 0 {
			return true
		}
	}
	return false
}

// orWords begin an alternative, in the languages of the table.
var orWords = choices{"or", "o", "ou", "oder", "lub", "или"}

// follows reports whether one of second follows one of first in a sentence. At most names
// words that are not in the table may stand between.
func (b *ruleBook) follows(words []string, first, second *phrases, names int) (found bool) {
	for i := range words {
		first.each(words, i, func(_, end int) { found = found || b.reaches(words[end:], second, names) })
		if found {
			return true
		}
	}
	return false
}

// reaches reports whether one of second begins in the words' first sentence, behind words of
// the table and at most names others.
func (b *ruleBook) reaches(words []string, second *phrases, names int) bool {
	for i := 0; ; {
		if second.at(words, i) >= 0 {
			return true
		}
		if i >= len(words) || words[i] == "." {
			return false
		}
		end := max(b.between.at(words, i), b.nouns.at(words, i), b.before.at(words, i))
		if end < 0 {
			if names--; names < 0 {
				return false
			}
			end = i + 1
		}
		i = end
	}
}

// agrees reports whether the words do not contradict a code that suppresses: they name its
// subject, or say nothing.
func (b *ruleBook) agrees(meaning Meaning, words []string) bool {
	subject := &b.nouns
	if meaning == NoDomain {
		subject = &b.domains
	}
	return len(words) <= 1 || subject.in(words)
}
