package reading

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// maxAbout is how many lines under a heading for a box about the author are read.
const maxAbout = 4

var (
	aboutHeading = expressions(`(?i)^(?:%s)\s*:?$`, aboutHeadings)
	aboutOpening = openingsOf(aboutHeadings)
)

// aboutSentence is the beginning of a sentence about an author: "Anna Hart is a fellow …".
var aboutSentence = regexp.MustCompile(`^(.{3,60}?)(?:,| (?:is|was|are|serves|works|ist|war|arbeitet|est|es|è|é|является|работает|—|–) )`)

// aboutAuthors returns the names in the first box about the author, which a heading or a
// line such as "About the author" opens. It goes before such boxes are cut.
func (t *tree) aboutAuthors(body *html.Node) byline {
	for n := range t.descend(body) {
		if size := t.text(n); size == 0 || size > 60 || t.sizeOf(n).elements > 3 || !isBlock(n) {
			continue
		}
		if heading := t.shortText(n); !aboutOpening.match(heading) || !aboutHeading.MatchString(heading) {
			continue
		}
		around := n.Parent
		if around == nil || around == body || t.text(around) > 20*maxByline {
			return byline{}
		}
		b := byline{weight: 2, rule: "a box about the author", element: pathOf(around)}
		b.names = namesBelow(t.runsOf(around), t.shortText(n))
		return b
	}
	return byline{}
}

// namesBelow returns the names in the lines right below a heading: alone, or at the
// beginning of sentences.
func namesBelow(runs []run, heading string) (names []string) {
	for i, r := range runs {
		if r.text != heading {
			continue
		}
		for _, below := range runs[i+1 : min(len(runs), i+1+maxAbout)] {
			text := below.text
			if m := aboutSentence.FindStringSubmatch(text); m != nil {
				text = m[1]
			}
			if people := SplitAuthors(text); len(people) > 0 && arePeople(people) && !strings.ContainsAny(text, ".!?") {
				for _, name := range people {
					if !includes(names, []string{name}) {
						names = append(names, name)
					}
				}
			}
		}
		break
	}
	return names
}
