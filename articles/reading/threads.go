package reading

import (
	"regexp"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func isRepliesHeading(text string) bool {
	return repliesPhrases[Fold(text)] || repliesHeading.MatchString(text)
}

func isRelatedHeading(text string) bool {
	return relatedPhrases[Fold(text)] || relatedHeading.MatchString(text)
}

// isTeaserList tells a list of announcements of other articles that may hold more text
// than the article: short ones, behind a text of some length.
func (p *articlePage) isTeaserList(n *html.Node) bool {
	const shortTeaser = 350
	if p.headline == nil || p.contains(n, p.headline) || !p.isCardList(n) {
		return false
	}
	cards := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && p.text(c) > 0 {
			cards++
		}
	}
	return cards >= 3 && p.text(n) <= cards*shortTeaser && p.isAfter(n, p.headline) && p.proseBefore(n) >= anArticle/2
}

// messageHead is the first line of a reader's comment or of a message in a forum: it has a
// time, a date, or how long ago it was.
var messageHead = regexp.MustCompile(`(?i)\b\d{1,2}[:.]\d{2}\b|\b(19|20)\d\d\b|\b\d{1,2}\s+(min|hours?|days?|weeks?|months?|years?|stunden?|tagen?|jours?|heures?)\b|#\d+$|\b(says?|said|wrote|sagt|meint|schrieb|dit|пишет)\b`)

// isThread tells comments and messages of a forum below a text: several elements of one
// kind, each with a line that has a time above or below its text.
func (p *articlePage) isThread(n *html.Node) bool {
	const messages, longestHead = 3, 120
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Ul, atom.Ol, atom.Dl:
	default:
		return false
	}
	if p.headline == nil || p.contains(n, p.headline) || !p.areAlike(n) || p.asked > maxRefused || !p.isAfter(n, p.headline) || p.proseBefore(n) < fewLetters {
		return false
	}
	p.asked++
	seen, dated := 0, 0
	for c := n.FirstChild; c != nil && seen < 2*messages; c = c.NextSibling {
		if c.Type != html.ElementNode || p.prose(c) == 0 || p.text(c) > 8*shortText {
			continue
		}
		seen++
		runs := p.runsOf(c)
		for _, r := range []run{runs[0], runs[len(runs)-1]} {
			if len(r.text) <= longestHead && messageHead.MatchString(r.text) {
				dated++
				break
			}
		}
	}
	return seen >= messages && dated == seen
}
