package reading

import (
	"time"
)

// dateEvidence is a date that one place of a page says.
type dateEvidence struct {
	at       time.Time
	weight   int // how much the place counts, from 1 to 100
	sureness Sureness
	rule     dateRule
	element  string // the place
}

// dateRule is the kind of place that a date was read from. Places of one kind repeat each
// other; places of two kinds confirm each other.
type dateRule string

const (
	ruleLinked  dateRule = "JSON-LD"
	ruleMeta    dateRule = "meta element"
	ruleAddress dateRule = "address"
	ruleTime    dateRule = "marked time"
	ruleLine    dateRule = "line at the headline"
	ruleLabel   dateRule = "labelled line"
	ruleText    dateRule = "text"
	ruleTitle   dateRule = "title"
	ruleScript  dateRule = "script"
	ruleComment dateRule = "comment in the markup"
	ruleEdit    dateRule = "date of an edit"
	rulePicture dateRule = "address of a picture"
)

// dateWeights say how often each kind of place gives the day of publication, in percent,
// where nothing else of the page speaks for it or against it.
const (
	weightLinked   = 92 // JSON-LD of the article
	weightMeta     = 90 // a meta element that names the publication
	weightAddress  = 90 // a day in the page's address
	weightNumber   = 50 // a day in it that may as well be a number of the page
	weightItem     = 86 // itemprop=datePublished, class=published and the like, in the article
	weightLabel    = 80 // a line such as "Published on"
	weightTime     = 74 // another marked time in the article
	weightLine     = 70 // a date at the headline
	weightDateMeta = 66 // a meta element that names a date
	weightOpening  = 62 // at the beginning of a text of the press
	weightClass    = 56 // an element with a class for dates
	weightTitle    = 52 // in the title element
	weightScript   = 50 // a value in a script
	weightTop      = 40 // an element for dates above the headline, and apart from it
	weightRelative = 40 // most that a date counts that depends on the time of reading
	weightComment  = 36
	weightPicture  = 30
	weightEdit     = 24 // the date of an edit
	weightShort    = 22 // a short line elsewhere
	weightText     = 8  // a sentence
	weightLeast    = 12 // less than this dates no article
	weightConfirms = 12 // most that another kind of place adds
	weightMonth    = 10 // added by the month in the address
	weightEdited   = 5  // taken from a day that is that of an edit as well
)

// dateCourt weighs the evidence for the day of publication.
type dateCourt struct {
	hints    dateHints
	evidence []dateEvidence
}

// maxEvidence is how many dates of a page are weighed.
const maxEvidence = 400

// add adds a date that a place says, once its order is settled.
func (c *dateCourt) add(at time.Time, e dateEvidence) {
	if isRelative(at) {
		e.weight, e.sureness = min(e.weight, weightRelative), min(e.sureness, SureText)
	}
	if e.at = c.hints.settle(at); !e.at.IsZero() && len(c.evidence) < maxEvidence {
		c.evidence = append(c.evidence, e)
	}
}

// verdict is the evidence with the most weight for its day: its own, and a part of the
// heaviest of each other kind for the same day. Of the evidence for that day the heaviest
// that gives the time is taken. It is the zero value without evidence.
func (c *dateCourt) verdict() dateEvidence {
	var best dateEvidence
	most := 0
	for _, e := range c.evidence {
		if score := c.score(e); score > most || score == most && e.at.Before(best.at) {
			best, most = e, score
		}
	}
	if most == 0 {
		return best
	}
	exact := best
	for _, e := range c.evidence {
		if !sameDay(e.at, best.at) {
			continue
		}
		best.sureness = max(best.sureness, e.sureness)
		if isMidnight(exact.at) && !isMidnight(e.at) {
			exact.at = e.at
		}
	}
	best.at = c.onClock(exact.at)
	return best
}

// onClock gives a time that a page tells machines in UTC the zone of the day that it shows
// people, where that is the day before or after.
func (c *dateCourt) onClock(t time.Time) time.Time {
	if _, offset := t.Zone(); offset != 0 || isFloating(t) {
		return t
	}
	shift := time.Duration(0)
	for _, e := range c.evidence {
		if !isFloating(e.at) || e.weight < weightTitle || e.rule == ruleEdit {
			continue
		}
		switch {
		case sameDay(e.at, t):
			return t
		case sameDay(e.at, t.Add(-day)) && t.Hour() < 10 && (e.rule != ruleAddress || t.Hour() < 6):
			shift = -time.Duration(t.Hour()+1) * time.Hour
		case sameDay(e.at, t.Add(day)) && t.Hour() >= 12 && (e.rule != ruleAddress || t.Hour() >= 15):
			shift = time.Duration(24-t.Hour()) * time.Hour
		}
	}
	return t.In(time.FixedZone("", int(shift/time.Second)))
}

func (c *dateCourt) score(e dateEvidence) int {
	if c.isImpossible(e) || e.weight < weightLeast && !c.agreed(e.at) {
		return 0
	}
	if !c.hints.isPast(e.at) {
		return e.weight / 10 // counts where no day of the past does
	}
	heaviest := map[dateRule]int{}
	edited := false
	for _, other := range c.evidence {
		switch {
		case other.rule == e.rule || !sameDay(other.at, e.at):
		case other.rule == ruleEdit:
			edited = true
		default:
			heaviest[other.rule] = max(heaviest[other.rule], other.weight)
		}
	}
	score := e.weight * 4
	if edited {
		score -= min(score-1, weightEdited*4)
	}
	for _, weight := range heaviest {
		score += min(weightConfirms*4, weight)
	}
	if month := c.hints.month; !month.IsZero() {
		if e.at.Year() == month.Year() && e.at.Month() == month.Month() {
			score += weightMonth * 4
		} else if e.rule != ruleAddress {
			score -= min(weightMonth*4, score-1)
		}
	}
	return score
}

// agreed reports whether the page has no dates but those of one day.
func (c *dateCourt) agreed(t time.Time) bool {
	for _, e := range c.evidence {
		if !sameDay(e.at, t) {
			return false
		}
	}
	return true
}

// isImpossible tells a date that no article has: where machines are not told, one to come
// and one before there were pages.
func (c *dateCourt) isImpossible(e dateEvidence) bool {
	return e.at.Year() < 1900 || e.sureness < SureMachine && !c.hints.isPast(e.at) || e.sureness < SureLabel && e.at.Year() < 1990
}

// sameDay reports whether two dates are the same day on their own clocks, or the same time.
func sameDay(a, b time.Time) bool {
	return a.YearDay() == b.YearDay() && a.Year() == b.Year() || a.Equal(b)
}

func isMidnight(t time.Time) bool { return t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 }
