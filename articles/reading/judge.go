package reading

import (
	"fmt"
	"math"
	"strings"
)

// Verdict is the judge's decision on a page that was read.
type Verdict string

// The verdicts. Only an article is stored.
const (
	IsArticle  Verdict = "article"
	NotArticle Verdict = "not_article"
	Doubtful   Verdict = "doubtful"
)

// Wall is a kind of page that answers in the place of an article.
type Wall string

// The kinds of pages that are no article.
const (
	notFound    Wall = "a “not found” page"
	login       Wall = "a login page"
	consent     Wall = "a cookie or consent page"
	challenge   Wall = "a bot challenge"
	maintenance Wall = "a maintenance page"
	parked      Wall = "the page of a parked domain"
	scripts     Wall = "an empty page that needs JavaScript"
	paywall     Wall = "the beginning of an article behind a paywall"
	listing     Wall = "a listing of articles"
	event       Wall = "the announcement of an event"
	video       Wall = "a page for a video"
	frontPage   Wall = "the front page or a section"
	elsewhere   Wall = "a page that leads elsewhere"
	shared      Wall = "a text that stands at several addresses"
	replaced    Wall = "another text than the article that is known"
)

// Case is the evidence on one page.
type Case struct {
	Reading  Reading // of the page; its text is empty when reading failed
	Asked    string  // the address that was asked for
	Final    string  // the address that answered, after redirects
	Listed   string  // the title that the source gives the article, if any
	HTTP     HTTPFacts
	SharedBy string // another address with the same text, if any
	Stray    bool   // the site answers with the same text to an address that it cannot know

	words int // of the reading, counted by Judge

	knownWords int
	known      string  // text of the known article; empty: the article is new
	knownWall  bool    // the known text is itself no article
	kept       float64 // share of the known text that the reading still has, 0 to 1
}

// CompareWith tells the judge of the article that is known at the page's address: its
// title, its text and the count of its words.
func (e *Case) CompareWith(title, text string, words int) {
	e.known, e.knownWords = text, max(words, CountWords(text))
	e.kept = Overlap(text, e.Reading.ContentText, 4)
	e.knownWall = IsWallText(title, text, words)
}

// IsWallText reports whether a text that was stored as an article is, by itself, a page that is none.
func IsWallText(title, text string, words int) bool {
	return Judge(Case{Reading: Reading{Title: title, ContentText: text, Words: words, signs: &signs{}}}).Verdict != IsArticle
}

// IsBare reports whether the page has no date and no author, does not call itself an
// article, and has a text of fewer than 300 words.
func (e Case) IsBare() bool {
	e.words = e.Reading.Words
	return e.isBare()
}

// IsStub reports whether the text is so short that a paywall may have cut it.
func (e Case) IsStub() bool { return e.Reading.Words < stubWords }

// HTTPFacts are facts from the header of the answer.
type HTTPFacts struct {
	RetryAfter bool   // Retry-After is set
	NoIndex    bool   // X-Robots-Tag asks search engines not to list the page
	Challenge  string // the vendor of a bot challenge that the header names, if any
}

// Judgement is a verdict and its grounds.
type Judgement struct {
	Verdict    Verdict
	Wall       Wall // empty: no kind of page but an article is likely
	Reasons    []string
	Confidence float64 // of the verdict, 0.5 to 1
	Kept       float64 // share of the known text that the page still has, 0 to 1; 0: no text is known

	placed bool // the address that answered is ground enough
}

// IsMissing reports whether the page says that a known article does not exist any more.
func (j Judgement) IsMissing() bool {
	return j.Wall == notFound && j.Verdict == NotArticle && j.Kept < keptShare && j.Confidence >= 0.8
}

// IsReplacement reports whether the page has another text than the known article.
func (j Judgement) IsReplacement() bool { return j.Wall == replaced }

// Scores from which a page is doubtful or no article. A score adds the weights of
// signs for one kind of page and of the signs that speak for or against an article.
const (
	doubtfulScore   = 4
	notArticleScore = 5
)

// keptShare is the share of a known text below which a doubtful reading does not replace it.
const keptShare = 0.15

// Judge says whether a page is an article.
func Judge(e Case) Judgement {
	j := e.judge()
	j.Kept = e.kept
	return j
}

func (e Case) judge() Judgement {
	e.words = e.Reading.Words
	best, bestScore := points{}, math.Inf(-1)
	for _, p := range e.accusations() {
		if p.total == 0 {
			continue
		}
		if score := p.total + e.defence(p); score > bestScore {
			best, bestScore = p, score
		}
	}
	j := Judgement{Verdict: IsArticle, Wall: best.wall, Reasons: best.reasons, placed: best.placed, Confidence: confidence(doubtfulScore - bestScore)}
	switch {
	case bestScore >= notArticleScore:
		j.Verdict, j.Confidence = NotArticle, confidence(bestScore-doubtfulScore)
	case bestScore >= doubtfulScore:
		j.Verdict, j.Confidence = Doubtful, 0.5
	}
	return e.compareWithKnown(j, best)
}

// compareWithKnown weighs the verdict by the share of the known text that is left. A page that
// keeps most of it is the article, in spite of all other signs.
func (e Case) compareWithKnown(j Judgement, best points) Judgement {
	switch {
	case e.known == "" || e.knownWall:
		return j
	case e.kept >= 0.5 && j.Wall != paywall && !j.placed && j.Verdict != IsArticle:
		return Judgement{Verdict: IsArticle, Confidence: 0.9}
	case e.kept >= keptShare || j.Verdict != IsArticle:
		return j
	case e.isBare():
		return e.replacement("has no date and no author")
	case e.words*2 < e.knownWords:
		return e.replacement("is much shorter")
	case best.total >= 3:
		return e.replacement(strings.Join(best.reasons, "; "))
	}
	return j
}

// replacement is the verdict on a text in the place of a known one.
func (e Case) replacement(why string) Judgement {
	return Judgement{Verdict: Doubtful, Wall: replaced, Confidence: 0.6, Reasons: []string{fmt.Sprintf("keeps %.0f %% of the known text, and %s", 100*e.kept, why)}}
}

// Reason says in one line why a page is not stored.
func (j Judgement) Reason() string {
	text := "looks like " + string(j.Wall)
	if j.Verdict == Doubtful {
		text = "may be " + string(j.Wall)
	}
	for i, r := range j.Reasons {
		switch {
		case i == 0:
			text += ": " + r
		case i < 3:
			text += "; " + r
		}
	}
	return text
}

// confidence maps a distance between scores to 0.5…1.
func confidence(distance float64) float64 { return 1 / (1 + math.Exp(-distance)) }

// points are the signs for one kind of page.
type points struct {
	wall    Wall
	total   float64
	phrases int  // how many phrases of one language were found, at most
	placed  bool // the address that answered is ground enough
	reasons []string
}

// place adds that the address leads to one that is known by its part.
func (p *points) place(part string) {
	p.add(5, "the address leads to “%s”", part)
	p.placed = true
}

func (p *points) add(weight float64, format string, args ...any) {
	p.total += weight
	p.reasons = append(p.reasons, fmt.Sprintf(format, args...))
}

// accusations are the signs for each kind of page that is no article.
func (e Case) accusations() []points {
	words := e.inWords()
	return []points{
		e.asNotFound(words), e.asLogin(words), e.asConsent(words), e.asChallenge(words), e.asMaintenance(words), e.asParked(words),
		e.asScripts(words), e.asPaywall(words), e.asListing(words), e.asEvent(words), e.asVideo(words), e.asFrontPage(), e.asElsewhere(), e.asShared(),
	}
}

// hasFacts reports whether the page says its date or author, or calls itself an article.
func (e Case) hasFacts() bool {
	return !e.Reading.Published.IsZero() || len(e.Reading.Authors) > 0 || e.Reading.signs.article
}

// bareWords is the length below which a text without date and author may be a wall.
const bareWords = 300

// isBare reports whether nothing on the page but its text says that it is an article.
func (e Case) isBare() bool { return !e.hasFacts() && e.words < bareWords }
