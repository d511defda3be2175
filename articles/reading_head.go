package articles

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// head is what stands around the headline and below the text: who, when, whose picture,
// under which labels.
type head struct {
	lines
	weak   []string // names that stand beside a date, without a word that they are the authors'
	labels []string
	report string // text of a link to a document that is the piece itself
}

var (
	readingTime = regexp.MustCompile(`(?i)^(\d+|one|two|three|five|ten)[\s-]*(to \d+ )?(min(ute)?s?|мин\.?)\.?( read(ing)?( time)?)?$|^(estimated )?reading time\b.*|^\d[\d,.]* (views?|shares?|likes?|words?|claps?)$`)
	pieceWords  = regexp.MustCompile(`(?i)^\W*(share|print|email|save|listen|follow|tweet|facebook|twitter|linkedin|whatsapp|telegram|copy link|download( pdf)?|pdf|read( the)?( full)? report|bookmark|subscribe|advertisement)\W*$`)
)

// scope is the smallest element around the headline that has most of the page's prose.
func (p *piece) scope() *html.Node {
	if p.headline == nil {
		return p.body
	}
	total := score(p.body, nil)
	for n := p.headline.Parent; n != nil && n != p.body; n = n.Parent {
		if score(n, nil)*100 >= total*60 {
			return n
		}
	}
	return p.body
}

// readHead reads the lines around the headline and those below the text, and clears
// what is not the text. It returns the element that everything stands in.
func (p *piece) readHead(title string, site string) (head, *html.Node) {
	var h head
	scope := p.scope()
	p.readAbove(&h, scope)
	runs := runsOf(scope)
	first, last := proseRange(runs, p.headline, &h)
	seen, opening := 0, ""
	if first < len(runs) {
		opening = runs[first].text
	}
	for i, r := range runs {
		isTitle := p.headline != nil && contains(p.headline, r.block) || strings.EqualFold(r.text, title) || site != "" && strings.EqualFold(r.text, site)
		switch {
		case isTitle && i < max(first, 1):
			r.clear()
		case i < first && h.readNames(runs[:first], i):
			r.clear()
		case i < first:
			h.readLine(r, followedByProse(runs, i, first))
		case i > last:
			h.readTail(r)
		case reportWords.MatchString(r.text) && r.links*10 > len(r.text)*8:
			h.report = firstText(h.report, r.text)
			r.clear()
		case asideLine.MatchString(r.text) && r.links*10 > len(r.text)*4:
			r.clear()
		default:
			if seen < 1200 && (seen == 0 || len(r.text) <= maxByline) {
				h.readLineInText(r, seen)
			}
			seen += len(r.text)
		}
	}
	if h.published.IsZero() {
		h.published = openingDate(opening)
	}
	return h, scope
}

// proseRange are the first and last runs of prose below the headline; without any, all
// runs stand before the first.
func proseRange(runs []run, headline *html.Node, h *head) (first, last int) {
	first, last = len(runs), len(runs)
	start := 0
	if headline != nil {
		for i, r := range runs {
			if contains(headline, r.block) {
				start = i + 1
			}
		}
	}
	var probe lines
	for i := start; i < len(runs); i++ {
		r := runs[i]
		if !r.isProse() || r.isCaption() || first == len(runs) && (r.isStandfirst() || inHeader(r, headline) || probe.take(r.text)) {
			continue
		}
		if first == len(runs) {
			first = i
		}
		last = i
	}
	return first, last
}

// inHeader tells whether a run stands in the same header element as the headline.
func inHeader(r run, headline *html.Node) bool {
	header := within(r.block, atom.Header)
	return header != nil && headline != nil && contains(header, headline)
}

func followedByProse(runs []run, i, first int) bool {
	return i+1 == first && i+1 < len(runs)
}

// readAbove takes labels, and perhaps date and byline, from what stands right above the
// headline, and removes all that stands above it.
func (p *piece) readAbove(h *head, scope *html.Node) {
	if p.headline == nil {
		return
	}
	for n := p.headline; n != nil && n != p.body; n = n.Parent {
		inScope := n != scope && contains(scope, n)
		taken := 0
		for above := n.PrevSibling; above != nil; {
			next := above.PrevSibling
			if inScope && above.Type == html.ElementNode && taken < 4 && textLength(above) > 0 {
				taken++
				if _, links := linkLength(above); textLength(above) < 300 && links < 9 {
					for _, r := range runsOf(above) {
						h.readLine(r, false)
					}
				}
			}
			if firstElement(above, atom.Img) == nil && above.DataAtom != atom.Img {
				remove(above)
			} else {
				for _, r := range runsOf(above) {
					r.clear()
				}
			}
			above = next
		}
	}
}

// readLine reads a line before the text. What is no line of ours and no heading of the
// text's own goes too: labels, buttons, a subtitle.
func (h *head) readLine(r run, beforeProse bool) {
	if r.isCaption() {
		h.credit = firstText(h.credit, r.credit())
		r.clear()
		return
	}
	if len(h.weak) == 0 && len(r.text) <= maxByline {
		h.weak = r.people()
	}
	if len(r.parts()) > 1 && len(r.text) <= maxByline {
		if h.readParts(r) {
			r.clear()
			return
		}
	} else if h.take(r.text) {
		r.clear()
		return
	}
	if reportWords.MatchString(r.text) && r.links > 0 {
		h.report = firstText(h.report, r.text)
	}
	if len(r.text) <= maxByline {
		h.labels = append(h.labels, r.text)
	}
	heading := r.block != nil && headingLevel(r.block) > 1
	sentence := endsSentence(r.text) || len(r.text) > 60
	if heading && beforeProse && r.links == 0 || sentence && !heading && !r.isStandfirst() && within(r.block, atom.Header) == nil && r.links*2 < len(r.text) && !pieceWords.MatchString(r.text) && !isMeta(r.block) {
		return
	}
	r.clear()
}

// authorLabel is a line that announces the names below it.
var authorLabel = regexp.MustCompile(`(?i)^(authors?|by|written by|byline)\s*[:：]?$`)

// readNames reads the i-th line where it is nothing but names: below a line that
// announces them, or beside a date. It tells whether it is.
func (h *head) readNames(runs []run, i int) bool {
	r := runs[i]
	people := splitAuthors(r.text)
	if len(people) == 0 || !arePeople(people) || len(r.text) > maxByline || r.isCaption() || r.isStandfirst() || isLabelled(names(r.block)) {
		return false
	}
	for k := i - 1; k >= 0; k-- { // a list of names stands below one label
		if authorLabel.MatchString(runs[k].text) {
			h.authors = append(h.authors, people...)
			return true
		}
		if others := splitAuthors(runs[k].text); len(others) == 0 || !arePeople(others) {
			break
		}
	}
	isDate := func(k int) bool {
		return k >= 0 && k < len(runs) && hasDigit(runs[k].text) && !parseDate(dateWords.ReplaceAllString(runs[k].text, "")).IsZero()
	}
	if len(h.weak) == 0 && r.links == 0 && headingLevel(r.block) == 0 && (isDate(i+1) || isDate(i-1)) {
		h.weak = people
		return true
	}
	return false
}

// isMeta tells whether a line stands in an element for bylines and the like.
func isMeta(n *html.Node) bool {
	for depth := 0; n != nil && depth < 3; n, depth = n.Parent, depth+1 {
		for _, word := range names(n) {
			switch word {
			case "meta", "byline", "author", "authors", "date", "info", "published", "pubdate":
				return true
			}
		}
	}
	return false
}

// readParts takes date and names out of a line such as "April 30 · 7 min · Jane Roe".
// It tells whether the line was one of ours.
func (h *head) readParts(r run) bool {
	parts := r.parts()
	beside := false
	var rest []string
	for _, part := range parts {
		part = strings.TrimSpace(part)
		switch {
		case readingTime.MatchString(part):
			beside = true
		case len(parts) > 1 && h.take(part):
			beside = true
		default:
			rest = append(rest, part)
		}
	}
	if !beside {
		return false
	}
	if len(h.weak) == 0 {
		for _, part := range rest {
			if names := splitAuthors(part); len(names) > 0 && arePeople(names) {
				h.weak = append(h.weak, names...)
			}
		}
	}
	for _, part := range rest { // "Program: Energy"
		if _, value, said := strings.Cut(part, ":"); said {
			part = value
		}
		h.labels = append(h.labels, part)
	}
	return true
}

// readLineInText takes a byline, date or credit that stands within the first paragraphs,
// below a subtitle that looks like one.
func (h *head) readLineInText(r run, seen int) {
	if len(r.text) > maxByline || r.isProse() && seen > 0 && !endsNamed(r.text) {
		return
	}
	if r.isCaption() {
		if credit := r.credit(); h.credit == "" && credit != "" && seen < 400 {
			h.credit = credit
		}
		return
	}
	var found lines
	if !found.take(r.text) || !found.isNewTo(h.lines) {
		return
	}
	h.take(r.text)
	r.clear()
}

func endsNamed(text string) bool { return !endsSentence(text) }

func (l lines) isNewTo(known lines) bool {
	return len(l.authors) > 0 && len(known.authors) == 0 || !l.published.IsZero() && known.published.IsZero() || l.credit != "" && known.credit == ""
}

// readTail reads a line below the text and clears it unless it is more text.
func (h *head) readTail(r run) {
	var found lines
	if len(r.text) <= maxByline && found.take(r.text) && (len(found.authors) > 0 || found.credit != "" || hasDateWord(r.text)) {
		if found.isNewTo(h.lines) {
			h.take(r.text)
		}
		r.clear()
		return
	}
	if reportWords.MatchString(r.text) && r.links > 0 {
		h.report = firstText(h.report, r.text)
	}
	heading := r.block != nil && headingLevel(r.block) > 0
	inList := within(r.block, atom.Table, atom.Figure) != nil || within(r.block, atom.Li) != nil && r.links == 0
	switch {
	case strings.IndexFunc(r.text, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) < 0,
		heading, pieceWords.MatchString(r.text), r.links*10 > len(r.text)*6, !endsSentence(r.text) && len(r.text) < 40 && !inList:
		r.clear()
	}
}

func hasDateWord(text string) bool {
	return dateWords.MatchString(text) || editWords.MatchString(text)
}

// arePeople tells names of people, which have two words or more, each with a capital.
func arePeople(names []string) bool {
	for _, name := range names {
		words := strings.Fields(name)
		if len(words) < 2 || len(words) > 5 {
			return false
		}
		for _, w := range words {
			first := []rune(w)[0]
			if !unicode.IsUpper(first) && !slices.Contains([]string{"de", "van", "von", "der", "bin", "al", "el", "la", "di", "da"}, w) || notPerson[strings.ToLower(strings.Trim(w, ".,"))] {
				return false
			}
		}
	}
	return true
}

// notPerson are words of labels that look like names.
var notPerson = map[string]bool{
	"program": true, "programme": true, "region": true, "asia": true, "caucasus": true, "research": true, "analysis": true, "commentary": true, "policy": true, "brief": true,
	"report": true, "reports": true, "press": true, "release": true, "releases": true, "news": true, "article": true, "articles": true, "blog": true, "opinion": true, "center": true, "centre": true,
	"institute": true, "energy": true, "economy": true, "security": true, "politics": true, "events": true, "washington": true, "updated": true, "published": true, "read": true, "the": true, "issue": true, "volume": true,
	"affairs": true, "foreign": true, "international": true, "briefs": true, "insight": true, "insights": true, "trade": true, "defense": true, "defence": true, "culture": true, "history": true, "technology": true,
	"environment": true, "climate": true, "society": true, "business": true, "markets": true, "finance": true, "central": true, "middle": true, "corridor": true, "caspian": true, "sea": true, "papers": true, "studies": true,
}
