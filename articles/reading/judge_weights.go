package reading

// defence are the signs that speak for an article (below 0) or against any (above).
// Signs in addresses (front page, shared, elsewhere) stand by themselves; the words of the
// page do not defend it. A paywall leaves date and author in place.
func (e Case) defence(p points) float64 {
	switch p.wall {
	case frontPage, shared, elsewhere:
		return 0
	case paywall, scripts:
		return lengthWeight(e.words)
	}
	score := 0.0
	if p.wall != listing {
		score = lengthWeight(e.words)
	}
	if p.phrases >= 2 && e.words < 40 {
		return score + 1 // the text is nothing but the prompt, under whatever headline
	}
	switch {
	case e.Reading.Published.IsZero():
		score++
	case p.wall == listing:
		score -= 0.5 // the date of one of its articles, most likely
	default:
		score -= 1.5
	}
	if len(e.Reading.Authors) > 0 {
		score -= 1.5
	}
	if e.Reading.signs.article {
		score--
		if p.wall == listing {
			score--
		}
	}
	if e.Reading.signs.noIndex || e.HTTP.NoIndex {
		score++
	}
	if e.Listed != "" && e.Reading.Title != "" {
		score += listedWeight(e.Listed, e.Reading.Title)
	}
	return score
}

// listedWeight compares the title in the source with the page's.
func listedWeight(listed, title string) float64 {
	share := Overlap(listed, title, 1)
	switch {
	case share >= 0.6:
		return -2
	case share == 0:
		return 1
	}
	return 0
}

// lengthWeight is the weight of a text's length: walls are short.
func lengthWeight(words int) float64 {
	switch {
	case words < 60:
		return 1
	case words < 150:
		return 0.5
	case words < 300:
		return -1
	case words < 600:
		return -3
	}
	return -6
}
