package reading

import (
	"slices"
	"strings"
)

// inWords counts the phrases for each kind of page in titles and text.
func (e Case) inWords() map[Wall]points {
	found := map[Wall]points{}
	if e.words >= 2*bareWords {
		return found // no wall is that long
	}
	text, titles := foldText(e.text()), foldTitles(e.titles())
	for _, row := range wallWords.rows {
		p := found[row.wall]
		p.wall = row.wall
		if p.total < 2 { // a page in two languages says its title twice
			if title, weight := row.matchTitle(titles); weight > 0 {
				p.add(weight, "its title is %q", title)
			}
		}
		p.countPhrases(row.matchPhrases(text))
		if p.total > 0 {
			found[row.wall] = p
		}
	}
	for w, p := range found {
		if len(p.reasons) == 1 && e.words >= 60 {
			p.total = min(p.total, titleAlone)
			found[w] = p
		}
	}
	return found
}

// titleAlone is the most that one title or phrase weighs over a text of some length:
// articles are called "Page not found" as well.
const titleAlone = 2

// countPhrases adds the phrases of one language.
func (p *points) countPhrases(phrases []string) {
	p.phrases = max(p.phrases, len(phrases))
	for i, phrase := range phrases {
		switch {
		case i < 2:
			p.add(1.5, "it says %q", phrase)
		case i == 2:
			p.add(1, "it says %q", phrase)
		}
	}
}

// maxText is how many bytes are looked at of a page from which no text was read.
const maxText = 20_000

// text is the text that was read of the page, else its visible lines.
func (e Case) text() string {
	if e.words > 0 {
		return e.Reading.Title + "\n" + e.Reading.ContentText + "\n" + e.Reading.signs.noscript
	}
	text := strings.Join(e.Reading.signs.lines, "\n")
	return text[:min(len(text), maxText)] + "\n" + e.Reading.signs.noscript
}

// titles are the page's words for itself.
func (e Case) titles() []string {
	var titles []string
	for _, t := range append([]string{e.Reading.Title, e.Reading.signs.title}, e.Reading.signs.headings...) {
		if t != "" {
			titles = append(titles, t)
		}
	}
	return titles
}

func (e Case) redirected() bool { return e.Final != "" && e.Final != e.Asked }

// leadsTo returns the part of the final address that is one of parts, when a redirect
// led there.
func (e Case) leadsTo(parts map[string]bool) string {
	if part := addressPart(e.Final, parts); e.redirected() && part != addressPart(e.Asked, parts) {
		return part
	}
	return ""
}

func (e Case) asNotFound(words map[Wall]points) points {
	p := words[notFound]
	p.wall = notFound
	if e.Reading.signs.hasClass("error404", "error-404", "page-404", "page-not-found", "not-found", "404") {
		p.add(4, "the page is marked as an error page")
	}
	if part := e.leadsTo(notFoundParts); part != "" {
		p.place(part)
	}
	return p
}

func (e Case) asLogin(words map[Wall]points) points {
	p := words[login]
	p.wall = login
	if e.Reading.signs.password && e.words < bareWords {
		p.add(2.5, "it asks for a password")
	}
	if part := e.leadsTo(loginParts); part != "" {
		p.place(part)
	}
	if part := addressPart(e.Reading.signs.canonical, loginParts); part != "" && addressPart(e.Asked, loginParts) == "" {
		p.add(2, "the page calls “%s” its own address", part)
	}
	return p
}

func (e Case) asConsent(words map[Wall]points) points {
	p := words[consent]
	p.wall = consent
	if part := e.leadsTo(consentParts); part != "" {
		p.place(part)
	}
	return p
}

func (e Case) asChallenge(words map[Wall]points) points {
	p := words[challenge]
	p.wall = challenge
	short := e.words < 200
	switch {
	case e.HTTP.Challenge != "":
		p.add(6, "%s challenges the visitor", e.HTTP.Challenge)
	case e.Reading.signs.challenge != "" && short:
		p.add(4, "%s challenges the visitor", e.Reading.signs.challenge)
	case e.Reading.signs.captcha && short:
		p.add(1.5, "it asks the visitor to solve a puzzle")
	}
	if part := e.leadsTo(challengeParts); part != "" {
		p.place(part)
	}
	return p
}

func (e Case) asMaintenance(words map[Wall]points) points {
	p := words[maintenance]
	p.wall = maintenance
	if e.HTTP.RetryAfter {
		p.add(2.5, "the server asks to come back later")
	}
	if e.Reading.signs.hasClass("maintenance", "maintenance-mode", "under-construction", "coming-soon", "seedprod") {
		p.add(2.5, "the page is marked as one for maintenance")
	}
	if part := e.leadsTo(maintenanceParts); part != "" {
		p.place(part)
	}
	return p
}

func (e Case) asParked(words map[Wall]points) points {
	p := words[parked]
	p.wall = parked
	if e.Reading.signs.parking != "" && e.words < 200 {
		p.add(4, "it loads %s", e.Reading.signs.parking)
	}
	return p
}

// asScripts finds pages that need a script to make their text; scripts are not run.
func (e Case) asScripts(words map[Wall]points) points {
	p := words[scripts]
	p.wall = scripts
	if e.Reading.signs.mount && e.words < 30 {
		p.add(4, "hardly any text stands in the page itself")
	}
	return p
}

// stubWords is the length from which a text is more than a paywall's sample.
const stubWords = 250

// asPaywall finds texts that end with an offer to go on reading for money.
func (e Case) asPaywall(map[Wall]points) points {
	p := points{wall: paywall}
	if e.words >= stubWords {
		return p
	}
	titles := e.titles()
	for _, line := range e.Reading.signs.lines {
		if slices.Contains(titles, line) {
			continue
		}
		if offer := paywallOffer(line); offer != "" {
			p.add(offerWeight(e.words), "it says %q", offer)
			break
		}
	}
	if p.total > 0 && e.Reading.signs.paywall {
		p.add(1.5, "an element is called a paywall")
	}
	if e.Reading.signs.notFree {
		p.add(2, "it says that it is not free to read")
	}
	if p.total > 0 && e.known != "" && e.kept < 0.5 {
		p.add(2, "most of the known text is gone")
	}
	return p
}

// offerWeight is the weight of an offer below a text. A longer text may be a short article
// on a site that asks for support.
func offerWeight(words int) float64 {
	if words < 120 {
		return 4.5
	}
	return 3.5
}

// paywallOffer returns the offer that a line begins with. A sentence of an article may
// quote one, but lines of an offer are short and begin with it.
func paywallOffer(line string) string {
	if len(line) > 400 {
		return ""
	}
	words := foldWords(line)
	for _, row := range wallWords.rows {
		if row.wall != paywall {
			continue
		}
		for _, phrase := range row.phrases {
			if phrase.begins(words) {
				return phrase.text
			}
		}
	}
	return ""
}

// asEvent finds announcements: they say when and where, and ask the visitor to come.
func (e Case) asEvent(words map[Wall]points) points {
	p := words[event]
	p.wall = event
	if e.Reading.signs.event {
		p.add(3.5, "the page calls itself an event")
	}
	if part := partOf(e.Final, eventParts); part != "" && !e.hasFacts() {
		p.add(2, "its address has the part “%s”", part)
	}
	return p
}

// videoWords is the length from which a text beside a video is an article.
const videoWords = 150

// asVideo finds pages with a player and little text.
func (e Case) asVideo(words map[Wall]points) points {
	if e.words >= videoWords {
		return points{wall: video}
	}
	p := words[video]
	p.wall = video
	if e.Reading.signs.video {
		p.add(4, "the page calls itself a video")
	}
	if part := partOf(e.Final, videoParts); part != "" && !e.hasFacts() {
		p.add(2, "its address has the part “%s”", part)
	}
	return p
}

func (e Case) asListing(words map[Wall]points) points {
	p := words[listing]
	p.wall = listing
	if e.Reading.signs.listing != "" {
		p.add(3, "the page calls itself %s", e.Reading.signs.listing)
	}
	if part := listingPart(e.Final); part != "" && !e.hasFacts() {
		p.add(2, "its address has the part “%s”", part)
	}
	switch n := e.Reading.signs.headlines; {
	case n >= 8:
		p.add(5.5, "it lists %d headings that link to other pages", n)
	case n >= 5:
		p.add(4, "it lists %d headings that link to other pages", n)
	}
	return p
}

// saysArticle reports whether a page that an address leads to is an article by its own word.
func (e Case) saysArticle() bool {
	return e.Reading.signs.article || !e.Reading.Published.IsZero() && len(e.Reading.Authors) > 0
}

// asFrontPage finds addresses that lead to the front page or to the section above.
func (e Case) asFrontPage() points {
	p := points{wall: frontPage}
	switch {
	case e.redirected() && IsFrontPage(e.Final) && !IsFrontPage(e.Asked):
		p.add(6, "the address leads to the front page")
		p.placed = true
	case isRoot(e.Asked) && !e.redirected() && !e.hasFacts():
		p.add(6, "its address is the site's own")
	case e.redirected() && isSectionOf(e.Final, e.Asked) && !e.saysArticle() && e.kept < 0.5:
		p.add(6, "the address leads to the section above it")
	}
	return p
}

func (e Case) asElsewhere() points {
	p := points{wall: elsewhere}
	if at := dealerOf(e.Final); e.redirected() && at != "" {
		p.add(6, "the address leads to %s", at)
		p.placed = true
	}
	if e.Reading.signs.refresh != "" && e.Reading.signs.refresh != e.Final && e.words < 60 && !e.hasFacts() {
		p.add(6, "it sends the visitor on at once")
	}
	return p
}

func (e Case) asShared() points {
	p := points{wall: shared}
	if e.SharedBy != "" && e.isBare() {
		p.add(6, "%s has the same text, and neither has a date or an author", e.SharedBy)
	}
	if e.SharedBy != "" && !e.isBare() {
		p.add(doubtfulScore, "%s has the same text, and it is not an article there", e.SharedBy)
	}
	if e.Stray && e.isBare() {
		p.add(6, "the site answers so to any address")
	}
	return p
}
